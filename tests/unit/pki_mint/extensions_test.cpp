// Every extension that a spec can ask for, as OpenSSL's own printer reads it back.
#include "tests/support/catch.hpp"
#include "tests/unit/pki_mint/minting.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

struct Minted {
  Ca ca = make_ca();
  tls::PkeyPtr key = make_key(KeyType::p256).value();

  tls::CertificatePtr operator()(const CertificateSpec& spec) const {
    return issue(spec, key.get(), ca.issuer()).value();
  }
};

}  // namespace

TEST_CASE("alternative names of every kind, the wildcard among them (S1-17)", "[pki]") {
  const Minted mint;
  auto spec = spec_for("server", "broker");
  for (const auto* text : {"broker.test", "*.lab.test", "127.0.0.1", "::1", "urn:lab:7", "a@b.test",
                           "UPN:user@lab.test", "other:1.3.6.1.4.1.99999.1;tag"}) {
    spec.names.push_back(parse_alt_name(text).value());
  }
  const auto leaf = mint(spec);
  CHECK(printed(leaf.get(), NID_subject_alt_name) ==
        "DNS:broker.test, DNS:*.lab.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, "
        "URI:urn:lab:7, email:a@b.test, othername: UPN::user@lab.test, othername: "
        "1.3.6.1.4.1.99999.1::tag");
  CHECK_FALSE(is_critical(leaf.get(), NID_subject_alt_name));
}

TEST_CASE("the alternative names are critical when there is no subject", "[pki]") {
  const Minted mint;
  auto spec = spec_for("client", "");
  spec.names = {parse_alt_name("urn:lab:dev:1").value()};
  const auto leaf = mint(spec);
  CHECK(X509_NAME_entry_count(X509_get_subject_name(leaf.get())) == 0);
  CHECK(is_critical(leaf.get(), NID_subject_alt_name));
}

TEST_CASE("name constraints hold every kind of subtree and are critical", "[pki]") {
  const Minted mint;
  auto spec = spec_for("ca", "second");
  for (const auto* text : {".lab.test", "127.0.0.0/8", "fd00::/64", "email:lab.test", "DN:O=lab"}) {
    spec.constraints.permit.push_back(parse_subtree(text).value());
  }
  spec.constraints.forbid = {parse_subtree("URI:.evil.test").value()};
  const auto ca = mint(spec);
  CHECK(printed(ca.get(), NID_name_constraints) ==
        "Permitted:|  DNS:.lab.test|  IP:127.0.0.0/255.0.0.0|  "
        "IP:FD00:0:0:0:0:0:0:0/FFFF:FFFF:FFFF:FFFF:0:0:0:0|  email:lab.test|  DirName:O = lab|"
        "Excluded:|  URI:.evil.test");
  CHECK(is_critical(ca.get(), NID_name_constraints));
}

TEST_CASE("policies, required policy and path length of a CA", "[pki]") {
  const Minted mint;
  auto spec = spec_for("ca", "second");
  spec.policies = {"1.3.6.1.4.1.99999.2", "any"};
  spec.require_explicit_policy = 0;
  spec.path_length = 2;
  const auto ca = mint(spec);
  CHECK(printed(ca.get(), NID_certificate_policies) ==
        "Policy: 1.3.6.1.4.1.99999.2|Policy: X509v3 Any Policy");
  CHECK(printed(ca.get(), NID_policy_constraints) == "Require Explicit Policy:0");
  CHECK(printed(ca.get(), NID_basic_constraints) == "CA:TRUE, pathlen:2");
  CHECK(is_critical(ca.get(), NID_policy_constraints));
}

TEST_CASE("what the issuer publishes is in the certificates below it (S4-63)", "[pki]") {
  const Minted mint;
  auto spec = spec_for("client", "dev");
  spec.publication = {.crl_urls = {"http://127.0.0.1:9580/second.crl", "http://b.test/c.crl"},
                      .ocsp_urls = {"http://127.0.0.1:9580/ocsp"},
                      .issuer_urls = {"http://127.0.0.1:9580/second.cer"}};
  const auto leaf = mint(spec);
  CHECK(printed(leaf.get(), NID_crl_distribution_points) ==
        "Full Name:|  URI:http://127.0.0.1:9580/second.crl|Full Name:|  URI:http://b.test/c.crl");
  CHECK(printed(leaf.get(), NID_info_access) ==
        "OCSP - URI:http://127.0.0.1:9580/ocsp|CA Issuers - "
        "URI:http://127.0.0.1:9580/second.cer");
}

TEST_CASE("must-staple, no-check and raw extensions", "[pki][S4-60]") {
  const Minted mint;
  auto spec = spec_for("ocsp", "responder");
  spec.must_staple = true;
  spec.extra = {{"1.3.6.1.4.1.99999.3", true, {0x05, 0x00}},
                {"1.3.6.1.4.1.99999.4", false, {0x04, 0x01, 0x61}}};
  const auto leaf = mint(spec);
  CHECK(printed(leaf.get(), NID_tlsfeature) == "status_request");
  CHECK(X509_get_ext_by_NID(leaf.get(), NID_id_pkix_OCSP_noCheck, -1) >= 0);
  CHECK(printed(leaf.get(), NID_ext_key_usage) == "OCSP Signing");
  const int count = X509_get_ext_count(leaf.get());
  CHECK(X509_EXTENSION_get_critical(X509_get_ext(leaf.get(), count - 2)) == 1);
  CHECK(X509_EXTENSION_get_critical(X509_get_ext(leaf.get(), count - 1)) == 0);
}

TEST_CASE("a serial that is asked for, and one hook before signing", "[pki]") {
  const Minted mint;
  auto spec = spec_for("client", "dev");
  spec.serial = Bytes{0x00, 0x80, 0x01};
  CHECK(serial_hex(mint(spec).get()) == "8001");
  IssueOptions options;
  options.before_signing = [](X509* certificate) {
    return X509_set_version(certificate, X509_VERSION_1) == 1;
  };
  const auto old = issue(spec, mint.key.get(), mint.ca.issuer(), options).value();
  CHECK(X509_get_version(old.get()) == X509_VERSION_1);
  CHECK(X509_verify(old.get(), mint.ca.key.get()) == 1);
}

TEST_CASE("a leaf is cut to its issuer's end unless it is wrong on purpose", "[pki]") {
  const Minted mint;
  const auto long_lived = spec_for("client", "dev", std::chrono::hours(24 * 400));
  CHECK(period_of(mint(long_lived).get()).not_after ==
        period_of(mint.ca.certificate.get()).not_after);
  IssueOptions options;
  options.may_outlive_issuer = true;
  const auto leaf = issue(long_lived, mint.key.get(), mint.ca.issuer(), options).value();
  CHECK(period_of(leaf.get()) == long_lived.period);
}

TEST_CASE("keyEncipherment is for keys that can encipher (RFC 8813)", "[pki]") {
  const Minted mint;
  CHECK_FALSE(usages_of(mint(spec_for("server", "x")).get()).key.has(KeyUsage::key_encipherment));
  const auto rsa = make_key(KeyType::rsa2048).value();
  const auto leaf = issue(spec_for("server", "x"), rsa.get(), mint.ca.issuer()).value();
  CHECK(usages_of(leaf.get()).key.has(KeyUsage::key_encipherment));
}
