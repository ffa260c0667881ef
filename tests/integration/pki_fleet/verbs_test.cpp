// The verbs of `pki fleet` as their users see them.
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "pki/fleet/fleet.hpp"
#include "tests/integration/pki_fleet/lab.hpp"
#include "tests/support/program.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("a fleet of the manifest is minted by its name, and not twice", "[pki][S4-79]") {
  const FleetLab lab;
  std::filesystem::remove(lab.folder / "pki/devices.pack");
  const auto document =
      nlohmann::json::parse(lab.ok("fleet mint devices --output json --threads 1"));
  CHECK(document.at("count") == 50);
  CHECK(document.at("store") == "pack");
  CHECK(document.at("key") == "p256");
  CHECK(document.at("cpu_seconds").get<double>() > 0);
  CHECK(document.at("per_cpu_second").get<double>() > 0);
  const auto before = snapshot(lab.folder / "pki");
  CHECK(
      lab.ok("fleet mint devices")
          .ends_with("pki/devices.pack: is what the manifest says already; nothing was minted\n"));
  CHECK(snapshot(lab.folder / "pki") == before);
  CHECK(lab.ok("fleet get devices 49").find("CN = dev-000049") != std::string::npos);
  const auto unknown = lab.run_pki("fleet mint device");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err ==
        "handfast pki: pki.yaml: the manifest has no fleet \"device\" (did you mean "
        "\"devices\"?)\n");
}

TEST_CASE("mint says how many, how fast, and in what", "[pki]") {
  const FleetLab lab;
  const auto text = lab.ok("fleet mint " + FleetLab::issuers() + "--count 2000 --out a.pack");
  CHECK(text.starts_with("a.pack: 2,000 identities (P-256, pack), "));
  CHECK(text.find(" CPU-seconds, ") != std::string::npos);
  const auto again = lab.run_pki("fleet mint " + FleetLab::issuers() + "--count 2 --out a.pack");
  CHECK(again.exit_code == 3);
  CHECK(again.err ==
        "handfast pki: a.pack: the fleet is there already (keys are never overwritten; "
        "move it away first)\n");
  const auto nothing = lab.run_pki("fleet mint --count 3");
  CHECK(nothing.exit_code == 2);
  CHECK(nothing.err.find("--ca, --ca-key, --count and --out") != std::string::npos);
  const auto wrong =
      lab.run_pki("fleet mint --ca pki/second.pem --ca-key pki/root.key --count 3 --out b.pack");
  CHECK(wrong.exit_code == 3);
  CHECK(wrong.err.find("the key is not that of the certificate pki/second.pem") !=
        std::string::npos);
  const auto mix =
      lab.run_pki("fleet mint " + FleetLab::issuers() + "--count 3 --out b.pack --mix revoked");
  CHECK(mix.exit_code == 2);
  CHECK(mix.err.find("\"revoked\" is no part of a mix") != std::string::npos);
}

TEST_CASE("get never shows a private key", "[pki]") {
  const FleetLab lab;
  for (const std::string arguments : {"devices 7", "devices 7 --pem", "devices 7 --out out"}) {
    const auto done = lab.run_pki("fleet get " + arguments);
    CHECK(done.exit_code == 0);
    CHECK((done.out + done.err).find("PRIVATE") == std::string::npos);
  }
  const auto key = slurp(lab.folder / "out/000007.key");
  CHECK(key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(mode_of(lab.folder / "out/000007.key") == 0600);
  CHECK(slurp(lab.folder / "out/000007.pem") == lab.ok("fleet get devices 7 --pem"));
  const auto again = lab.run_pki("fleet get devices 7 --out out");
  CHECK(again.exit_code == 3);
  CHECK(slurp(lab.folder / "out/000007.key") == key);
  CHECK(lab.run_pki("fleet get devices 50").exit_code == 2);
  CHECK(lab.run_pki("fleet get nowhere 0").exit_code == 3);
}

TEST_CASE("stat counts the kinds of a fleet and finds damage", "[pki]") {
  const FleetLab lab;
  lab.mint("pack", "--count 1000 --mix revoked=1% --mix rogue=0.1%");
  CHECK(lab.ok("fleet stat pack --check") ==
        "pack: pack, 1,000 identities, P-256, 1 to send behind each leaf\n"
        "  regular: 989\n  revoked: 10\n  rogue: 1\n  every member is sound\n");
  const auto document = nlohmann::json::parse(lab.ok("fleet stat pack --output json"));
  CHECK(document.at("count") == 1000);
  CHECK(document.at("kinds").at("revoked") == 10);
  CHECK(document.at("kinds").at("soon") == 0);
  auto bytes = slurp(lab.folder / "pack");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  spit(lab.folder / "bent", bytes);
  const auto bent = lab.run_pki("fleet stat bent --check");
  CHECK(bent.exit_code == 3);
  CHECK(bent.err.find("does not match its checksum") != std::string::npos);

  lab.ok("fleet unpack devices files");
  std::filesystem::copy_file(lab.folder / "files/000001.key", lab.folder / "files/000002.key",
                             std::filesystem::copy_options::overwrite_existing);
  const auto swapped = lab.run_pki("fleet stat files --check");
  CHECK(swapped.exit_code == 3);
  CHECK(swapped.err.find("key and certificate of member 2 do not belong together") !=
        std::string::npos);
}

TEST_CASE("fleets go to files and bundles and back to the same pack", "[pki]") {
  const FleetLab lab;
  lab.ok("fleet unpack devices files");
  lab.ok("fleet unpack devices all.pem --as bundle");
  lab.ok("fleet pack files again.pack");
  lab.ok("fleet pack all.pem third.pack --threads 1");
  const auto pack = slurp(lab.folder / "pki/devices.pack");
  CHECK(slurp(lab.folder / "again.pack") == pack);
  CHECK(slurp(lab.folder / "third.pack") == pack);
  lab.mint("seed", "--count 10 --seed phrase");
  lab.ok("fleet pack seed seed.pack");
  CHECK(open_fleet(lab.folder / "seed.pack").value()->count() == 10);
  CHECK(run(lab.folder, "grep -c 'BEGIN PRIVATE KEY' all.pem").out == "50\n");
}

TEST_CASE("PKCS#12 files of a fleet open with OpenSSL and their password alone", "[pki]") {
  const FleetLab lab;
  const auto command = std::string("'") + PKI_CLI + "' pki fleet unpack devices p12 --as p12 ";
  CHECK(run(lab.folder, "unset P12_PASS; " + command + "--password env:P12_PASS").exit_code == 2);
  CHECK_FALSE(std::filesystem::exists(lab.folder / "p12"));
  require_success(lab.folder, "P12_PASS=secret " + command + "--password env:P12_PASS");
  CHECK(mode_of(lab.folder / "p12/000007.p12") == 0600);
  const auto open = "openssl pkcs12 -in p12/000007.p12 -passin pass:";
  CHECK(run(lab.folder, open + std::string("secret -nokeys | grep -c BEGIN")).out == "2\n");
  CHECK(run(lab.folder, open + std::string("secret -nocerts -noenc | openssl pkey -pubout")).out ==
        run(lab.folder, "'" + std::string(PKI_CLI) +
                            "' pki fleet get devices 7 --pem | openssl x509 -noout -pubkey")
            .out);
  CHECK(run(lab.folder, open + std::string("wrong -nokeys")).exit_code != 0);
}

TEST_CASE("Ctrl-C while minting leaves no file at all", "[pki]") {
  const FleetLab lab;
  for (const std::string store : {"pack", "bundle", "files"}) {
    INFO(store);
    const auto out = (lab.folder / store).string();
    const auto logs = lab.folder / ("logs-" + store);
    std::filesystem::create_directory(logs);
    handfast::test::Program program(
        {PKI_CLI, "pki", "fleet", "mint", "--ca", (lab.folder / "pki/second.pem").string(),
         "--ca-key", (lab.folder / "pki/second.key").string(), "--count", "10000000", "--store",
         store, "--out", out},
        logs);
    const auto started = [&] {
      for (const auto& entry : std::filesystem::directory_iterator(lab.folder.path())) {
        const auto name = entry.path().filename().string();
        if (name.starts_with(store + ".") && name.ends_with(".tmp")) return true;
      }
      return false;
    };
    for (int i = 0; i < 3000 && !started(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(started());
    program.signal(SIGINT);
    CHECK(program.wait() == 3);
    CHECK(program.err().find("stopped before all members were made; nothing was written") !=
          std::string::npos);
    CHECK_FALSE(started());
    CHECK_FALSE(std::filesystem::exists(out));
  }
}
