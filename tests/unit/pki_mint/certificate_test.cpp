#include "pki/mint/certificate.hpp"

#include <set>

#include "pki/formats/describe.hpp"
#include "pki/mint/key.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

namespace {

struct Ca {
  tls::PkeyPtr key;
  tls::CertificatePtr certificate;
  Issuer issuer() const { return {certificate.get(), key.get()}; }
};

CertificateSpec request_for(Profile profile, const std::string& name, std::chrono::hours life) {
  return {.profile = profile,
          .subject = {.country = "CN", .common_name = name},
          .names = {},
          .path_length = {},
          .period = period_of(Validity::lasting(life), test::noon)};
}

Ca make_root(KeyType type = KeyType::p256, std::chrono::hours life = 24h * 365) {
  Ca ca;
  ca.key = make_key(type).value();
  auto request = request_for(profile("ca"), "root", life);
  request.path_length = 1;
  ca.certificate = issue(request, ca.key.get(), {}).value();
  return ca;
}

bool is_critical(const X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
}

}  // namespace

TEST_CASE("a self-signed root carries what RFC 5280 asks of a CA", "[pki][S0-04][S2-08]") {
  const auto root = make_root();
  const auto facts = describe(root.certificate.get());
  CHECK(facts.version == 3);
  CHECK(facts.subject == "C = CN, CN = root");
  CHECK(facts.issuer == facts.subject);
  CHECK(facts.extensions.ca == true);
  CHECK(facts.extensions.path_length == 1);
  CHECK(facts.extensions.key_usage == std::vector<std::string>{"keyCertSign", "cRLSign"});
  CHECK(facts.extensions.extended_key_usage.empty());
  CHECK(facts.signature_algorithm == "ecdsa-with-SHA256");
  CHECK(facts.authority_key_id == facts.subject_key_id);
  CHECK(is_critical(root.certificate.get(), NID_basic_constraints));
  CHECK(is_critical(root.certificate.get(), NID_key_usage));
  CHECK(X509_verify(root.certificate.get(), root.key.get()) == 1);
}

TEST_CASE("leaf profiles differ in usages only", "[pki][S0-05][S4-25]") {
  using Words = std::vector<std::string>;
  const auto root = make_root();
  const auto key = make_key(KeyType::p256).value();
  const auto usages = [&](Profile profile) {
    const auto leaf = issue(request_for(profile, "leaf", 24h), key.get(), root.issuer()).value();
    const auto facts = describe(leaf.get());
    CHECK(facts.extensions.ca == false);
    CHECK(facts.extensions.key_usage == Words{"digitalSignature"});
    CHECK(is_critical(leaf.get(), NID_key_usage));
    CHECK_FALSE(is_critical(leaf.get(), NID_ext_key_usage));
    return facts.extensions.extended_key_usage;
  };
  CHECK(usages(profile("server")) == Words{"serverAuth"});
  CHECK(usages(profile("client")) == Words{"clientAuth"});
  CHECK(usages(profile("peer")) == Words{"serverAuth", "clientAuth"});
}

TEST_CASE("only an RSA server may encipher keys", "[pki]") {
  const auto root = make_root(KeyType::rsa2048);
  const auto key = make_key(KeyType::rsa2048).value();
  const auto server =
      issue(request_for(profile("server"), "leaf", 24h), key.get(), root.issuer()).value();
  CHECK(describe(server.get()).extensions.key_usage ==
        std::vector<std::string>{"digitalSignature", "keyEncipherment"});
  CHECK(describe(server.get()).signature_algorithm == "sha256WithRSAEncryption");
}

TEST_CASE("the authority key identifier is the issuer's, byte by byte", "[pki][S0-15]") {
  const auto root = make_root();
  const auto key = make_key(KeyType::ed25519).value();
  const auto leaf =
      issue(request_for(profile("client"), "leaf", 24h), key.get(), root.issuer()).value();
  const auto facts = describe(leaf.get());
  CHECK(facts.authority_key_id == to_hex(key_id(root.certificate.get())));
  CHECK(facts.authority_key_id.size() == 40);
  CHECK(facts.subject_key_id != facts.authority_key_id);
  CHECK(X509_check_issued(root.certificate.get(), leaf.get()) == X509_V_OK);
}

TEST_CASE("serials have 16 random octets and are positive", "[pki]") {
  const auto root = make_root();
  const auto key = make_key(KeyType::p256).value();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto leaf =
        issue(request_for(profile("client"), "leaf", 24h), key.get(), root.issuer()).value();
    const auto serial = serial_hex(leaf.get());
    CHECK(serial.size() == 32);
    CHECK(serial[0] >= '4');
    CHECK(serial[0] <= '7');
    seen.insert(serial);
  }
  CHECK(seen.size() == 50);
}

TEST_CASE("a leaf never outlives its issuer", "[pki]") {
  const auto root = make_root(KeyType::p256, 48h);
  const auto key = make_key(KeyType::p256).value();
  const auto leaf =
      issue(request_for(profile("client"), "leaf", 24h * 100), key.get(), root.issuer()).value();
  CHECK(time_text(period_of(leaf.get()).not_after) == "2026-06-03T12:00:00Z");
  CHECK(time_text(period_of(leaf.get()).not_before) == "2026-06-01T11:00:00Z");
}

TEST_CASE("names keep their kind on the way into a certificate", "[pki][S0-17][S3-06]") {
  const auto root = make_root();
  const auto key = make_key(KeyType::p256).value();
  auto request = request_for(profile("server"), "localhost", 24h);
  for (const auto* name : {"localhost", "127.0.0.1", "::1", "urn:lab:7", "ops@lab.test"}) {
    request.names.push_back(parse_alt_name(name).value());
  }
  const auto leaf = issue(request, key.get(), root.issuer()).value();
  CHECK(describe(leaf.get()).extensions.names ==
        std::vector<std::string>{"DNS:localhost", "IP:127.0.0.1", "IP:::1", "URI:urn:lab:7",
                                 "email:ops@lab.test"});
}

TEST_CASE("an expiry beyond 2049 survives, and one without end is held short of our clock",
          "[pki]") {
  auto key = make_key(KeyType::p256).value();
  auto request = request_for(profile("ca"), "long", 24h);
  request.period.not_after = parse_time("2150-05-04").value();
  const auto certificate = issue(request, key.get(), {}).value();
  CHECK(describe(certificate.get()).not_after == "2150-05-04T00:00:00Z");
  CHECK(period_of(certificate.get()).not_after == request.period.not_after);
  ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate.get()), "99991231235959Z");
  CHECK(time_text(period_of(certificate.get()).not_after).substr(0, 4) == "2261");
  CHECK(describe(certificate.get()).not_after == "9999-12-31T23:59:59Z");
}
