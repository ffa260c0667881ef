// What we mint, judged by OpenSSL's own program and by GnuTLS, which share no code with us beyond
// libcrypto.
#include "core/base/text.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "tests/integration/pki/command.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// Applies a preset with `key` for all but the fleet; the files are in `folder`/pki.
void apply_preset(const TempFolder& folder, const std::string& preset, const std::string& key) {
  std::string text(preset_text(preset).value());
  const std::string line = "\n  key: p256";
  text.replace(text.find(line), line.size(), "\n  key: " + key);
  spit(folder / "pki.yaml", text);
  const auto done = pki_cli(folder, "apply");
  INFO(done.out << done.err);
  REQUIRE(done.exit_code == 0);
}

struct Setup {
  std::string preset;
  std::string root;     ///< what a peer trusts
  std::string between;  ///< options that give the intermediates
  std::string server;
};

const Setup setups[] = {
    {"emqx-two-tier", "pki/root-cacert.pem", "-untrusted pki/second-cacert.pem", "server"},
    {"emqx-single", "pki/ca.pem", "", "emqx"}};

}  // namespace

TEST_CASE("OpenSSL's strict verifier accepts both presets with EC and RSA keys",
          "[pki][S0-15][S2-09][S2-10][S0-02]") {
  for (const auto& setup : setups) {
    for (const std::string key : {"p256", "rsa2048"}) {
      INFO(setup.preset << " " << key);
      const TempFolder folder;
      apply_preset(folder, setup.preset, key);
      const auto verify = "openssl verify -x509_strict -CAfile " + setup.root + " " + setup.between;
      require_success(folder, verify + " -purpose sslserver -verify_hostname localhost pki/" +
                                  setup.server + ".pem");
      require_success(folder,
                      verify + " -purpose sslserver -verify_ip ::1 pki/" + setup.server + ".pem");
      require_success(folder, verify + " -purpose sslclient pki/client.pem");
      CHECK(run(folder, verify + " -purpose sslclient pki/stranger.pem").exit_code != 0);
      CHECK(run(folder, verify + " -purpose sslclient pki/" + setup.server + ".pem").exit_code !=
            0);
    }
  }
}

TEST_CASE("GnuTLS accepts both presets and refuses the stranger", "[pki][S0-15][S3-27]") {
  for (const auto& setup : setups) {
    for (const std::string key : {"p256", "rsa2048"}) {
      INFO(setup.preset << " " << key);
      const TempFolder folder;
      apply_preset(folder, setup.preset, key);
      const auto verify = "certtool --verify --load-ca-certificate " + setup.root;
      require_success(
          folder,
          verify + " --verify-hostname localhost --verify-purpose 1.3.6.1.5.5.7.3.1 --infile pki/" +
              setup.server + "-chain.pem");
      require_success(folder,
                      verify + " --verify-purpose 1.3.6.1.5.5.7.3.2 --infile pki/client-chain.pem");
      CHECK(run(folder, verify + " --infile pki/stranger-chain.pem").exit_code != 0);
    }
  }
}

TEST_CASE("the other key types verify strictly too", "[pki]") {
  for (const std::string key : {"p384", "p521", "ed25519"}) {
    INFO(key);
    const TempFolder folder;
    apply_preset(folder, "emqx-two-tier", key);
    require_success(
        folder,
        "openssl verify -x509_strict -CAfile pki/root-cacert.pem -untrusted pki/second-cacert.pem "
        "-purpose sslserver pki/server.pem");
    require_success(folder,
                    "certtool --verify --load-ca-certificate pki/root-cacert.pem --infile "
                    "pki/server-chain.pem");
  }
}

TEST_CASE("the presets make exactly the files that the guides name",
          "[pki][S2-08][S2-09][S2-11][S2-12]") {
  const auto names = [](const TempFolder& folder) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "pki")) {
      out.push_back(entry.path().filename().string());
    }
    std::sort(out.begin(), out.end());
    return join(out, " ");
  };
  const TempFolder two;
  apply_preset(two, "emqx-two-tier", "p256");
  CHECK(names(two) ==
        "cacert.pem client-chain.pem client.csr client.key client.pem devices.pack rogue.key "
        "rogue.pem root-ca.key root-cacert.pem second-ca.key second-cacert.pem second.csr "
        "server-chain.pem server.csr server.key server.pem state.json "
        "stranger-chain.pem stranger.csr stranger.key stranger.pem");
  CHECK(slurp(two / "pki/cacert.pem") ==
        slurp(two / "pki/root-cacert.pem") + slurp(two / "pki/second-cacert.pem"));
  const TempFolder one;
  apply_preset(one, "emqx-single", "p256");
  CHECK(names(one) ==
        "ca.key ca.pem cacert.pem client-chain.pem client.csr client.key client.pem devices.pack "
        "emqx-chain.pem emqx.csr emqx.key emqx.pem rogue.key rogue.pem state.json "
        "stranger-chain.pem stranger.csr stranger.key stranger.pem");
}

TEST_CASE("OpenSSL reads each fleet member, verifies it, and finds its key", "[pki][S4-79]") {
  const TempFolder folder;
  apply_preset(folder, "emqx-two-tier", "p256");
  const auto pki = Pki::open(load_manifest(folder / "pki.yaml").value(), {}).value();
  const auto fleet = pki.fleet("devices").value();
  REQUIRE(fleet->count() == 2000);
  for (const std::uint64_t index : {0U, 1U, 999U, 1999U}) {
    INFO(index);
    const auto identity = fleet->identity(index).value();
    spit(folder / "dev.pem", certificate_pem(identity.leaf()));
    spit(folder / "dev.key", private_key_pem(identity.key()).value());
    require_success(
        folder, "openssl verify -x509_strict -CAfile pki/cacert.pem -purpose sslclient dev.pem");
    require_success(folder, "openssl pkey -check -noout -in dev.key");
    const auto of_certificate = run(folder, "openssl x509 -noout -pubkey -in dev.pem");
    CHECK(of_certificate.out == run(folder, "openssl pkey -pubout -in dev.key").out);
    char name[32];
    std::snprintf(name, sizeof name, "CN = dev-%06u\n", static_cast<unsigned>(index));
    CHECK(run(folder, "openssl x509 -noout -subject -in dev.pem").out.ends_with(name));
    CHECK(run(folder,
              "openssl x509 -noout -ext authorityKeyIdentifier -in dev.pem | tail -1 | tr -d ' :'")
              .out == run(folder,
                          "openssl x509 -noout -ext subjectKeyIdentifier -in pki/second-cacert.pem "
                          "| tail -1 | tr -d ' :'")
                          .out);
  }
}
