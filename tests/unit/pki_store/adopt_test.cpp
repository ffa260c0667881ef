// Files that apply did not make: taken over when they fit, refused when they do not.
#include <cstdlib>

#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

/// What some other program put there: an authority and a leaf under the names that apply uses.
void make_foreign(const TempFolder& home, const std::string& leaf_name) {
  const auto ca_key = make_key(KeyType::p256).value();
  CertificateSpec ca;
  ca.profile = profile("ca");
  ca.subject.common_name = "test root";
  ca.period = period_of(Validity::lasting(24h * 3650), noon);
  const auto root = issue(ca, ca_key.get(), {}).value();
  const auto key = make_key(KeyType::p256).value();
  CertificateSpec leaf;
  leaf.profile = profile("client");
  leaf.subject.common_name = leaf_name;
  leaf.period = period_of(Validity::lasting(24h * 30), noon);
  const auto client = issue(leaf, key.get(), {root.get(), ca_key.get()}).value();
  spit(home / "root.key", private_key_pem(ca_key.get()).value());
  spit(home / "root.pem", certificate_pem(root.get()));
  spit(home / "client.key", private_key_pem(key.get()).value());
  spit(home / "client.pem", certificate_pem(client.get()));
}

constexpr auto foreign_manifest = R"(handfast-pki: 1
defaults: {valid: 30d}
authorities:
  root: {cn: test root}
identities:
  client: {issuer: root, profile: client}
)";

}  // namespace

TEST_CASE("files of another program are adopted when they match and verify (S1-20)", "[pki]") {
  const TempFolder home;
  make_foreign(home, "client");
  const auto root = slurp(home / "root.pem");
  const auto client = slurp(home / "client.pem");
  const auto report = apply_text(foreign_manifest, home.path()).value();
  CHECK(changes_of(report) == std::vector<std::string>{"root: adopt: it was there already",
                                                       "client: adopt: it was there already"});
  CHECK(slurp(home / "root.pem") == root);
  CHECK(slurp(home / "client.pem") == client);
  CHECK(report.written == std::vector<std::string>{"client-chain.pem", "state.json"});
  CHECK(apply_text(foreign_manifest, home.path())->written.empty());
}

TEST_CASE("an adopted certificate that says something else is issued again and kept", "[pki]") {
  const TempFolder home;
  make_foreign(home, "another client");
  const auto client = slurp(home / "client.pem");
  const auto key = slurp(home / "client.key");
  REQUIRE(apply_text(foreign_manifest, home.path()));
  CHECK(slurp(home / "client.key") == key);
  CHECK(slurp(home / "client.pem") != client);
  CHECK(slurp(home / "archive/client@1.pem") == client);
  CHECK(state_of(home.path(), "client").generation == 2);
}

TEST_CASE("a certificate without its key cannot be adopted for a leaf of ours", "[pki]") {
  const TempFolder home;
  make_foreign(home, "client");
  std::filesystem::remove(home / "root.pem");
  std::filesystem::remove(home / "root.key");
  const auto before = snapshot(home.path());
  CHECK(apply_text(foreign_manifest, home.path()).error().text() ==
        (home / "client.pem").string() +
            ": this certificate is not the one that apply made for \"client\" "
            "(move the file away to have it made again)");
  CHECK(snapshot(home.path()) == before);
}

TEST_CASE("a pair that does not fit is one clear error", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  spit(home / "server.key", private_key_pem(make_key(KeyType::p256).value().get()).value());
  const auto before = snapshot(home.path());
  CHECK(apply_text(small_manifest(), home.path()).error().text() ==
        (home / "server.key").string() +
            ": server.key and server.pem do not belong together (bring the old key back, or make "
            "a new one with: handfast pki rekey server)");
  CHECK(snapshot(home.path()) == before);
}

TEST_CASE("a lost certificate comes back from the state, byte for byte", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  const auto server = slurp(home / "server.pem");
  std::filesystem::remove(home / "server.pem");
  const auto report = apply_text(small_manifest(), home.path()).value();
  CHECK(changes_of(report) ==
        std::vector<std::string>{"server: restore: its certificate was gone or an old one"});
  CHECK(report.written == std::vector<std::string>{"server.pem"});
  CHECK(slurp(home / "server.pem") == server);
}

TEST_CASE("a request that waits at an authority stays when the state is lost", "[pki][S4-54]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "defaults:", "defaults:\n  write: [pem, csr]");
  REQUIRE(apply_text(text, home.path()));
  const auto request = slurp(home / "server.csr");
  std::filesystem::remove(home / "state.json");
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "server.csr") == request);
  // A changed entry asks for something else, so its request is made anew.
  REQUIRE(apply_text(replaced(text, "[127.0.0.1]", "[127.0.0.2]"), home.path()));
  CHECK(slurp(home / "server.csr") != request);
}

TEST_CASE("an authority's key may be encrypted", "[pki]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "root: {cn: test root",
                             "root: {password: 'env:HANDFAST_TEST_PASS', cn: test root");
  ::unsetenv("HANDFAST_TEST_PASS");
  CHECK(apply_text(text, home.path()).error().text() ==
        "the passphrase is not there: env:HANDFAST_TEST_PASS is not set "
        "(export HANDFAST_TEST_PASS=...)");
  ::setenv("HANDFAST_TEST_PASS", "open sesame", 1);
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "root.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));

  // Nothing has to be signed, so nobody needs the passphrase.
  ::unsetenv("HANDFAST_TEST_PASS");
  CHECK(apply_text(text, home.path())->written.empty());

  const auto changed = replaced(text, "test second", "other second");
  ::setenv("HANDFAST_TEST_PASS", "wrong", 1);
  CHECK(apply_text(changed, home.path()).error().text() ==
        (home / "root.key").string() +
            ": the passphrase from env:HANDFAST_TEST_PASS does not open the private key");
  CHECK(apply_text(replaced(changed, "password: 'env:HANDFAST_TEST_PASS', ", ""), home.path())
            .error()
            .text() == (home / "root.key").string() +
                           ": the private key is encrypted (say in the manifest where its "
                           "passphrase is: password: env:NAME or file:PATH)");
  ::setenv("HANDFAST_TEST_PASS", "open sesame", 1);
  CHECK(apply_text(changed, home.path()));
  ::unsetenv("HANDFAST_TEST_PASS");
}

TEST_CASE("a fixed end beyond the issuer's is refused, a relative one is cut", "[pki]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "profile: server",
                             "profile: server\n    valid: {from: 2026-01-01, to: 2040-01-01}");
  CHECK(apply_text(text, home.path()).error().text() ==
        "test.yaml:8:3: \"server\" would end on 2040-01-01T00:00:00Z, after its issuer \"second\" "
        "(2031-05-31T12:00:00Z) (end it earlier, or let the issuer live longer)");
  CHECK_FALSE(std::filesystem::exists(home / "root.key"));
}

TEST_CASE("an issuer that expired for good is named", "[pki]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "pathlen: 0, valid: 5y",
                             "pathlen: 0, valid: {from: 2025-01-01, to: 2026-01-01}");
  CHECK(apply_text(text, home.path()).error().text() ==
        "test.yaml:8:3: \"server\" cannot be issued: its issuer \"second\" expired on 2026-01-01 "
        "(give \"second\" a later end)");
}

TEST_CASE("a key type that this OpenSSL cannot make is refused where it stands", "[pki]") {
  if (make_key(KeyType::mldsa65)) return;  // OpenSSL 3.5 and later can
  const TempFolder home;
  const auto text =
      replaced(small_manifest(), "profile: server", "profile: server\n    key: mldsa65");
  const auto problem = apply_text(text, home.path()).error();
  CHECK(problem.where == "test.yaml:8:3");
  CHECK(problem.message.starts_with("ML-DSA-65 needs OpenSSL 3.5; this is 3."));
}
