#include "pki/mint/certificate.hpp"
#include "pki/store/home.hpp"
#include "pki/store/revocations.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

Result<ApplyReport> again(const TempFolder& home, ApplyOptions options,
                          const std::string& text = small_manifest()) {
  options.home = home.path();
  if (!options.now) options.now = noon;
  return apply(manifest_of(text), options);
}

}  // namespace

TEST_CASE("renew makes a new certificate for the old key under the same names (S0-21)", "[pki]") {
  const TempFolder home;
  REQUIRE(again(home, {}));
  const auto key = slurp(home / "server.key");
  const auto before = slurp(home / "server.pem");
  ApplyOptions options;
  options.renew = {"server"};
  const auto report = again(home, options).value();
  CHECK(changes_of(report) ==
        std::vector<std::string>{"server: reissue: a new certificate was asked for"});
  CHECK(slurp(home / "server.key") == key);
  CHECK(slurp(home / "server.pem") != before);
  CHECK(slurp(home / "archive/server@1.pem") == before);
  CHECK(state_of(home.path(), "server").generation == 2);
}

TEST_CASE("rekey makes a new key and keeps the old one (S4-44), of another type too", "[pki]") {
  const TempFolder home;
  REQUIRE(again(home, {}));
  const auto key = slurp(home / "server.key");
  const auto text = replaced(small_manifest(), "profile: server", "profile: server\n    key: p384");
  CHECK_FALSE(again(home, {}, text));
  ApplyOptions options;
  options.rekey = {"server"};
  const auto report = again(home, options, text).value();
  CHECK(changes_of(report) == std::vector<std::string>{"server: rekey: a new key was asked for"});
  CHECK(slurp(home / "server.key") != key);
  CHECK(slurp(home / "archive/server@1.key") == key);
  CHECK(mode_of(home / "archive/server@1.key") == 0600);
  CHECK(mode_of(home / "server.key") == 0600);
  CHECK(has(report.notes,
            "server: P-384, issued by second, expires 2026-07-01 (new key and certificate: a new "
            "key was asked for)"));
  CHECK(Pki::open(manifest_of(text), home.path())->identity("server").has_value());
  CHECK(again(home, {}, text)->written.empty());
}

TEST_CASE("a leaf may turn its key with each renewal, an authority never does", "[pki]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "client: {issuer: second, profile: client}",
                             "client: {issuer: second, profile: client, rotate: key}\n"
                             "  fixed: {issuer: second, profile: client, rotate: never}");
  REQUIRE(again(home, {}, text));
  const auto client = slurp(home / "client.key");
  const auto server = slurp(home / "server.key");
  const auto fixed = slurp(home / "fixed.pem");
  ApplyOptions later;
  later.now = noon + 24h * 40;
  REQUIRE(again(home, later, text));
  CHECK(slurp(home / "client.key") != client);
  CHECK(slurp(home / "server.key") == server);
  CHECK(slurp(home / "fixed.pem") == fixed);
  const auto root = slurp(home / "root.key");
  ApplyOptions renewed;
  renewed.now = later.now;
  renewed.renew = {"root"};
  REQUIRE(again(home, renewed, text));
  CHECK(slurp(home / "root.key") == root);
}

TEST_CASE("an authority with a new key has everything below it issued again, in order", "[pki]") {
  const TempFolder home;
  REQUIRE(again(home, {}));
  ApplyOptions options;
  options.rekey = {"root"};
  const auto report = again(home, options).value();
  const std::string chain = "write: some of its files were missing or out of date";
  CHECK(changes_of(report) ==
        std::vector<std::string>{"root: rekey: a new key was asked for",
                                 "second: reissue: its issuer changed", "server: " + chain,
                                 "client: " + chain, "cacert: write: its certificates changed",
                                 "devices: mint: the manifest or its issuer changed"});
  // second kept its key, so what it issued still verifies; only the files with it in them changed.
  CHECK(has(report.written, "server-chain.pem"));
  CHECK(has(report.unchanged, "server.pem"));
  const auto second = certificate_in(home / "second.pem");
  const auto root = certificate_in(home / "root.pem");
  CHECK(X509_verify(second.get(), X509_get0_pubkey(root.get())) == 1);
}

TEST_CASE("a name that cannot be renewed comes with a suggestion", "[pki]") {
  const TempFolder home;
  ApplyOptions options;
  options.renew = {"sever"};
  CHECK(again(home, options).error().text() ==
        "the PKI has no entry \"sever\" (did you mean \"server\"?)");
  CHECK_FALSE(std::filesystem::exists(home / "root.key"));
}

TEST_CASE("every generation stays revocable by name", "[pki][S4-47]") {
  const TempFolder home;
  REQUIRE(again(home, {}));
  ApplyOptions options;
  options.renew = {"server"};
  REQUIRE(again(home, options));
  const auto manifest = manifest_of(small_manifest());
  auto opened = Home::lock(manifest, home.path()).value();
  const auto first = serial_hex(opened.certificate("server@1")->get());
  const auto second = serial_hex(opened.certificate("server")->get());
  REQUIRE(revoke(opened.state(), "server@1", "keyCompromise", noon));
  REQUIRE(revoke(opened.state(), "client", "certificateHold", noon));
  REQUIRE(opened.save());
  const auto list = revocations(load_state(home.path()).value(), "second");
  REQUIRE(list.size() == 2);
  const auto& entry = list[0].name == "server@1" ? list[0] : list[1];
  CHECK(entry.name == "server@1");
  CHECK(entry.serial == first);
  CHECK(entry.serial != second);
  CHECK(entry.revocation == Revocation{"keyCompromise", "2026-06-01T12:00:00Z"});
  CHECK(opened.certificate("server@3").error().text() ==
        "\"server\" has no generation 3 (the current one is 2)");
}

TEST_CASE("what expired is revoked when the manifest says so (S4-71)", "[pki]") {
  const TempFolder home;
  const auto text = small_manifest() + "watch: {revoke_expired: true}\n";
  REQUIRE(again(home, {}, text));
  CHECK(revocations(load_state(home.path()).value()).empty());
  ApplyOptions later;
  later.now = noon + 24h * 40;
  REQUIRE(again(home, later, text));
  const auto list = revocations(load_state(home.path()).value());
  REQUIRE(list.size() == 2);
  CHECK(list[0].revocation.reason == "superseded");
  CHECK(list[0].issuer == "second");
  CHECK_FALSE(state_of(home.path(), "server").revoked);
}

TEST_CASE("a fault that is expired on purpose is not revoked for it", "[pki]") {
  const TempFolder home;
  const auto text = small_manifest() +
                    "faults:\n  late: {like: client, valid: {from: -30d, to: -1d}, expect: "
                    "certificate_expired}\nwatch: {revoke_expired: true}\n";
  REQUIRE(again(home, {}, text));
  CHECK(revocations(load_state(home.path()).value()).empty());
}
