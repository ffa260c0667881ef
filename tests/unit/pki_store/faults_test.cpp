#include "pki/mint/certificate.hpp"
#include "pki/store/revocations.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

std::string with_faults(const std::string& faults) {
  return small_manifest() + "faults:\n" + faults;
}

}  // namespace

TEST_CASE("a fault is its good twin with one thing changed", "[pki]") {
  const TempFolder home;
  const auto text = with_faults(
      R"(  expired: {like: server, valid: {from: -30d, to: -1d}, expect: certificate_expired}
  wrong-name: {like: server, names: [other.test], expect: name_mismatch}
  as-client: {like: client, profile: server, expect: unsupported_certificate}
  weak: {like: server, key: rsa1024, expect: lint-error}
  old-hash: {like: client, hash: sha1, expect: refuse}
)");
  REQUIRE(apply_text(text, home.path()));
  const auto expired = certificate_in(home / "expired.pem");
  CHECK(time_text(period_of(expired.get()).not_after) == "2026-05-31T12:00:00Z");
  const auto wrong = certificate_in(home / "wrong-name.pem");
  CHECK(X509_check_host(wrong.get(), "other.test", 0, 0, nullptr) == 1);
  CHECK(X509_check_host(wrong.get(), "localhost", 0, 0, nullptr) == 0);
  CHECK(usages_of(certificate_in(home / "as-client.pem").get()).has_extended("serverAuth"));
  CHECK(EVP_PKEY_get_bits(X509_get0_pubkey(certificate_in(home / "weak.pem").get())) == 1024);
  CHECK(X509_get_signature_nid(certificate_in(home / "old-hash.pem").get()) == NID_ecdsa_with_SHA1);
  CHECK(apply_text(text, home.path())->written.empty());
}

TEST_CASE("damaged bytes are kept as they are and not made again", "[pki]") {
  const TempFolder home;
  const auto text =
      with_faults("  bent: {like: client, damage: signature, expect: decrypt_error}\n");
  REQUIRE(apply_text(text, home.path()));
  const auto bent = certificate_in(home / "bent.pem");
  const auto second = certificate_in(home / "second.pem");
  CHECK(X509_verify(bent.get(), X509_get0_pubkey(second.get())) != 1);
  tls::drain_errors();
  const auto before = snapshot(home.path());
  CHECK(apply_text(text, home.path())->written.empty());
  CHECK(snapshot(home.path()) == before);
  const auto bytes = slurp(home / "bent.pem");
  std::filesystem::remove(home / "bent.pem");
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "bent.pem") == bytes);
}

TEST_CASE("a fault that is not valid yet stays so", "[pki]") {
  const TempFolder home;
  const auto text = with_faults(
      "  early: {like: server, valid: {from: +1d, to: +30d}, expect: bad_certificate}\n");
  REQUIRE(apply_text(text, home.path()));
  CHECK(apply_text(text, home.path(), noon + 12h)->written.empty());
  const auto report = apply_text(text, home.path(), noon + 48h).value();
  CHECK(changes_of(report) == std::vector<std::string>{"early: reissue: it became valid"});
  CHECK(period_of(certificate_in(home / "early.pem").get()).not_before == noon + 72h);
}

TEST_CASE("what a peer sends may be the leaf alone, or a chain that is too deep", "[pki]") {
  const TempFolder home;
  const auto text = with_faults(
      R"(  no-middle: {like: server, send: leaf, expect: {root-only: unknown_ca, merged: accept}}
  deep: {like: server, extra-intermediates: 11, expect: {depth-10: refuse}}
)");
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "no-middle-chain.pem") == slurp(home / "no-middle.pem"));
  const auto chain = tls::parse_certificates(slurp(home / "deep-chain.pem"), "deep").value();
  // second has pathlen 0, so the extra ones hang below root.
  REQUIRE(chain.size() == 12);
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    CHECK(X509_verify(chain[i].get(), X509_get0_pubkey(chain[i + 1].get())) == 1);
  }
  const auto root = certificate_in(home / "root.pem");
  CHECK(X509_verify(chain.back().get(), X509_get0_pubkey(root.get())) == 1);
  CHECK(apply_text(text, home.path())->written.empty());
  const auto bytes = slurp(home / "deep-chain.pem");
  std::filesystem::remove(home / "deep-chain.pem");
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "deep-chain.pem") == bytes);
}

TEST_CASE("a revoked fault is in the list of its issuer", "[pki]") {
  const TempFolder home;
  const auto text = with_faults(
      "  gone: {like: client, revoke: {reason: keyCompromise}, expect: certificate_revoked}\n");
  REQUIRE(apply_text(text, home.path()));
  const auto list = revocations(load_state(home.path()).value(), "second");
  REQUIRE(list.size() == 1);
  CHECK(list[0].name == "gone@1");
  CHECK(list[0].revocation == Revocation{"keyCompromise", "2026-06-01T12:00:00Z"});
  CHECK(list[0].serial == serial_hex(certificate_in(home / "gone.pem").get()));
  CHECK(Pki::open(manifest_of(text), home.path())->identity("gone").has_value());
}
