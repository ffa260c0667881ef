#include "pki/faults/expectation.hpp"

#include <openssl/x509_vfy.h>

#include <set>

#include "core/tls/alert.hpp"
#include "pki/faults/fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_defects/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("Words that are names of alerts begin with that alert for OpenSSL", "[pki]") {
  std::set<std::string> words;
  int alerts = 0;
  for (const auto& entry : expectations()) {
    INFO(entry.word);
    CHECK(words.insert(entry.word).second);
    const auto number = tls::alert_number(entry.word);
    if (!number) continue;
    ++alerts;
    REQUIRE(!entry.openssl.empty());
    CHECK(entry.openssl.front() == *number);
    CHECK(entry.outcome == Outcome::refuse);
  }
  CHECK(alerts == 11);
}

TEST_CASE("No verification result stands for two words", "[pki]") {
  std::set<int> codes;
  for (const auto& entry : expectations()) {
    for (const auto code : entry.codes) {
      INFO(entry.word << " " << code);
      CHECK(codes.insert(code).second);
    }
  }
}

TEST_CASE("An unknown expectation is refused with the word that was probably meant", "[pki]") {
  const auto refused = parse_expectation("certificate_expird");
  REQUIRE(!refused);
  CHECK(refused.error().text() ==
        "unknown expectation \"certificate_expird\" (did you mean \"certificate_expired\"?)");
}

TEST_CASE("An expectation judges results and alerts for each stack", "[pki]") {
  const auto purpose = parse_expectation("unsupported_certificate").value();
  CHECK(purpose.fits_code(X509_V_ERR_INVALID_PURPOSE));
  CHECK(!purpose.fits_code(X509_V_ERR_CERT_HAS_EXPIRED));
  CHECK(!purpose.fits_code(X509_V_OK));
  CHECK(purpose.fits_alert(Stack::openssl, 43));
  CHECK(!purpose.fits_alert(Stack::openssl, 40));
  CHECK(purpose.fits_alert(Stack::otp, 40));
  const auto any = parse_expectation("refuse").value();
  CHECK(any.fits_code(X509_V_ERR_CERT_REVOKED));
  CHECK(!any.fits_code(X509_V_OK));
  CHECK(any.fits_alert(Stack::otp, 80));
  const auto accepted = parse_expectation("accept").value();
  CHECK(accepted.fits_code(X509_V_OK));
  CHECK(!accepted.fits_code(X509_V_ERR_CERT_REVOKED));
  CHECK(!accepted.fits_alert(Stack::openssl, 42));
}

namespace {

struct Told {
  const char* fixture;
  const char* word;
};

/// The faults that a manifest is likely to state, and OpenSSL's result for them.
constexpr Told told[]{
    {"client-cert-expired", "certificate_expired"},
    {"client-cert-not-yet-valid", "bad_certificate"},
    {"client-alg-rsa1024/leaf", "bad_certificate"},
    {"client-alg-sha1/leaf", "bad_certificate"},
    {"client-chain-wrong-root", "unknown_ca"},
    {"client-leaf-only-root-trust", "unknown_ca"},
    {"client-self-signed", "unknown_ca"},
    {"client-int-not-ca", "unknown_ca"},
    {"client-pathlen-exceeded", "unknown_ca"},
    {"client-forged-leaf", "decrypt_error"},
    {"client-eku-server-only", "unsupported_certificate"},
    {"client-ku-no-signature", "unsupported_certificate"},
    {"client-nc-dns-violated", "certificate_unknown"},
    {"client-nc-excluded", "certificate_unknown"},
    {"client-ext-unknown-critical", "certificate_unknown"},
    {"server-san-mismatch", "name_mismatch"},
    {"client-chain-good/ec", "accept"},
};

}  // namespace

TEST_CASE("OpenSSL's result for a fixture is one of the word's", "[pki]") {
  auto fixtures = Fixtures::build("expectations", noon).value();
  for (const auto& [id, word] : told) {
    const auto fixture = fixtures.make(id).value();
    AuditOptions options;
    options.purpose = fixture.purpose == FixturePurpose::server ? Purpose::server : Purpose::client;
    options.host = fixture.host;
    options.at = fixture.at;
    const int code = openssl_code(fixture.chain, fixture.anchors, options);
    INFO(id << ": " << tls::verify_name(code));
    CHECK(parse_expectation(word).value().fits_code(code));
  }
}
