// Every rule about certificates: one that breaks it, and nothing else, shows it, and nothing else.
#include "pki/audit/verify.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_lint/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

using Ids = std::set<std::string>;
using Spec = CertificateSpec;

const LintLab& lab() {
  static const LintLab out;
  return out;
}

Ids about(const std::function<void(Spec&)>& change, const IssueOptions& bend = {}) {
  auto spec = LintLab::server_spec();
  change(spec);
  return lab().findings(lab().leaf(spec, bend));
}

/// What lint finds about a good leaf below a CA that was changed.
Ids about_ca(const std::function<void(Spec&)>& change, const IssueOptions& bend = {}) {
  auto spec = LintLab::ca_spec();
  change(spec);
  Ca ca{tls::up_ref(lab().second.key.get()), {}};
  ca.certificate = issue(spec, ca.key.get(), lab().root.issuer(), bend).value();
  const auto leaf = issue(LintLab::server_spec(), lab().key.get(), ca.issuer()).value();
  return lab().findings(leaf.get(), ca.certificate.get());
}

void nothing(Spec&) {}

AltName dns(const std::string& name) { return {AltNameKind::dns, name}; }

}  // namespace

TEST_CASE("a good chain has no finding", "[pki]") {
  CHECK(about(nothing) == Ids{});
  CHECK(about_ca(nothing) == Ids{});
}

TEST_CASE("lint: names (S0-17 S1-05 S3-07)", "[pki]") {
  CHECK(about([](Spec& spec) { spec.names.clear(); }) ==
        Ids{"pki.san-absent", "pki.name-in-cn-only"});
  CHECK(about([](Spec& spec) { spec.names = {dns("other.test")}; }) == Ids{"pki.name-in-cn-only"});
  CHECK(about([](Spec& spec) { spec.names.push_back(dns("10.0.0.1")); }) == Ids{"pki.ip-as-dns"});
  CHECK(about([](Spec& spec) { spec.names.push_back(dns("a.*.test")); }) ==
        Ids{"pki.name-wildcard-deep"});
  CHECK(about([](Spec& spec) { spec.names.push_back(dns("b*.lab.test")); }) ==
        Ids{"pki.name-wildcard-deep"});
  CHECK(about([](Spec& spec) { spec.names.push_back(dns("*.test")); }) ==
        Ids{"pki.name-wildcard-wide"});
  CHECK(about([](Spec& spec) { spec.names.push_back(dns("*.lab.test")); }) == Ids{});
  auto empty = LintLab::server_spec();
  empty.subject = {};
  CHECK(lab().findings(lab().leaf(empty)) == Ids{});
  CHECK(lab().findings(lab().leaf(empty, flipped(NID_subject_alt_name))) ==
        Ids{"pki.san-not-critical"});
}

TEST_CASE("lint: the declared host must be named (S1-05 S0-17)", "[pki]") {
  LintLab declared;
  declared.options.hosts = {"broker.test", "127.0.0.1"};
  auto spec = LintLab::server_spec();
  CHECK(declared.findings(declared.leaf(spec)) == Ids{"pki.name-missing"});
  spec.names.push_back({AltNameKind::ip, "127.0.0.1"});
  CHECK(declared.findings(declared.leaf(spec)) == Ids{});
}

TEST_CASE("lint: key identifiers", "[pki]") {
  CHECK(about(nothing, without(NID_subject_key_identifier)) == Ids{"pki.ski-absent"});
  CHECK(about(nothing, without(NID_authority_key_identifier)) == Ids{"pki.aki-absent"});
  IssueOptions empty = without(NID_authority_key_identifier);
  empty.before_signing = [remove = empty.before_signing](X509* certificate) {
    const tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free> value(AUTHORITY_KEYID_new());
    return remove(certificate) && X509_add1_ext_i2d(certificate, NID_authority_key_identifier,
                                                    value.get(), 0, X509V3_ADD_APPEND) == 1;
  };
  CHECK(about(nothing, empty) == Ids{"pki.aki-empty"});
  IssueOptions other = without(NID_authority_key_identifier);
  other.before_signing = [remove = other.before_signing](X509* certificate) {
    const tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free> value(AUTHORITY_KEYID_new());
    value->keyid = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value->keyid, reinterpret_cast<const unsigned char*>("other"), 5);
    return remove(certificate) && X509_add1_ext_i2d(certificate, NID_authority_key_identifier,
                                                    value.get(), 0, X509V3_ADD_APPEND) == 1;
  };
  CHECK(about(nothing, other) == Ids{"pki.aki-differs"});
}

TEST_CASE("lint: serials", "[pki]") {
  CHECK(about([](Spec& spec) { spec.serial = Bytes{0}; }) == Ids{"pki.serial-zero"});
  CHECK(about([](Spec& spec) { spec.serial = Bytes(21, 0x11); }) == Ids{"pki.serial-long"});
  CHECK(about([](Spec& spec) { spec.serial = Bytes(20, 0x81); }) == Ids{"pki.serial-long"});
  CHECK(about([](Spec& spec) { spec.serial = Bytes(20, 0x11); }) == Ids{});
  IssueOptions negative;
  negative.before_signing = [](X509* certificate) {
    return ASN1_INTEGER_set(X509_get_serialNumber(certificate), -7) == 1;
  };
  CHECK(about(nothing, negative) == Ids{"pki.serial-negative"});

  auto spec = LintLab::server_spec();
  spec.serial = Bytes{7};
  const auto one = lab().leaf(spec);
  const auto two = lab().leaf(spec);
  const auto findings =
      lint({{.name = "a", .certificates = {one.get()}}, {.name = "b", .certificates = {two.get()}}},
           lab().options);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule->id == "pki.serial-repeat");
  CHECK(findings[0].file == "b");
}

TEST_CASE("lint: basic constraints, key usage and path length of CAs", "[pki]") {
  CHECK(about_ca(nothing, flipped(NID_basic_constraints)) == Ids{"pki.bc-not-critical"});
  CHECK(about_ca([](Spec& spec) { spec.profile.usages.key = {KeyUsage::key_cert_sign}; }) ==
        Ids{"pki.ku-missing-crlsign"});
  CHECK(about_ca([](Spec& spec) { spec.profile.usages.key = {KeyUsage::crl_sign}; }) ==
        Ids{"pki.ku-missing-certsign"});
  CHECK(about_ca([](Spec& spec) { spec.profile.usages.extended = {"clientAuth"}; }) ==
        Ids{"pki.eku-not-nested"});
  CHECK(about_ca([](Spec& spec) {
          spec.profile.ca = false;
          spec.path_length = {};
          spec.profile.usages = profile("client").usages;
        }) == Ids{"pki.bc-missing-on-ca", "pki.eku-not-nested"});
  CHECK(about(nothing, without(NID_key_usage)) == Ids{"pki.ku-absent"});
  CHECK(about(nothing, flipped(NID_key_usage)) == Ids{"pki.ku-not-critical"});
}

TEST_CASE("lint: usages of leaves", "[pki]") {
  CHECK(about([](Spec& spec) { spec.profile.usages.extended.clear(); }) == Ids{"pki.eku-absent"});
  CHECK(about([](Spec& spec) { spec.profile.usages.extended.push_back("anyExtendedKeyUsage"); }) ==
        Ids{"pki.eku-any"});
  CHECK(about([](Spec& spec) { spec.profile.usages.key.add(KeyUsage::key_cert_sign); }) ==
        Ids{"pki.ku-certsign-on-leaf"});
  CHECK(about([](Spec& spec) { spec.profile.usages.key = {KeyUsage::key_agreement}; }) ==
        Ids{"pki.ku-missing-ds"});
  CHECK(about([](Spec& spec) { spec.profile.usages.extended.push_back("OCSPSigning"); }) ==
        Ids{"pki.ocsp-no-nocheck"});
  CHECK(about([](Spec& spec) { spec.profile.ocsp_no_check = true; }) ==
        Ids{"pki.ocsp-signer-no-eku"});
  IssueOptions enciphers = without(NID_key_usage);
  enciphers.before_signing = [remove = enciphers.before_signing](X509* certificate) {
    const tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free> bits(ASN1_BIT_STRING_new());
    ASN1_BIT_STRING_set_bit(bits.get(), 0, 1);
    ASN1_BIT_STRING_set_bit(bits.get(), 2, 1);
    return remove(certificate) &&
           X509_add1_ext_i2d(certificate, NID_key_usage, bits.get(), 1, X509V3_ADD_APPEND) == 1;
  };
  CHECK(about(nothing, enciphers) == Ids{"pki.ke-on-ec"});
}

TEST_CASE("lint: what only CAs may carry, and unknown, doubled and old things", "[pki]") {
  CHECK(about([](Spec& spec) { spec.constraints.permit = {{SubtreeKind::dns, "test"}}; }) ==
        Ids{"pki.nc-on-leaf"});
  CHECK(about_ca([](Spec& spec) { spec.constraints.permit = {{SubtreeKind::dns, "test"}}; },
                 flipped(NID_name_constraints)) == Ids{"pki.nc-not-critical"});
  CHECK(about_ca([](Spec& spec) { spec.constraints.permit = {{SubtreeKind::dns, "lab"}}; }) ==
        Ids{"pki.nc-violated"});
  CHECK(about_ca([](Spec& spec) { spec.constraints.permit = {{SubtreeKind::dns, "test"}}; }) ==
        Ids{});
  CHECK(about([](Spec& spec) { spec.extra = {{"1.3.6.1.4.1.99999.1", true, {5, 0}}}; }) ==
        Ids{"pki.unknown-critical"});
  CHECK(about([](Spec& spec) { spec.extra = {{"1.3.6.1.4.1.99999.1", false, {5, 0}}}; }) == Ids{});
  CHECK(about([](Spec& spec) {
          spec.extra = {{"1.3.6.1.4.1.99999.1", false, {5, 0}},
                        {"1.3.6.1.4.1.99999.1", false, {5, 0}}};
        }) == Ids{"pki.dup-extension"});
  IssueOptions old;
  old.before_signing = [](X509* certificate) {
    return X509_set_version(certificate, X509_VERSION_1) == 1;
  };
  CHECK(about(nothing, old) == Ids{"pki.v1-cert"});
  IssueOptions path = without(NID_basic_constraints);
  path.before_signing = [remove = path.before_signing](X509* certificate) {
    const tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free> value(BASIC_CONSTRAINTS_new());
    value->pathlen = ASN1_INTEGER_new();
    return remove(certificate) && X509_add1_ext_i2d(certificate, NID_basic_constraints, value.get(),
                                                    1, X509V3_ADD_APPEND) == 1;
  };
  CHECK(about(nothing, path) == Ids{"pki.pathlen-on-leaf"});
}

TEST_CASE("lint: a CA below a path length of zero", "[pki]") {
  const auto sub_key = make_key(KeyType::p256).value();
  const auto sub =
      issue(spec_for("ca", "third", 24h * 5), sub_key.get(), lab().second.issuer()).value();
  const auto leaf =
      issue(LintLab::server_spec(), lab().key.get(), {sub.get(), sub_key.get()}).value();
  Ids ids;
  for (const auto& finding :
       lint({{.certificates = {leaf.get(), sub.get(), lab().second.certificate.get()}},
             {.certificates = {lab().root.certificate.get()}}},
            lab().options)) {
    ids.insert(std::string(finding.rule->id));
  }
  CHECK(ids == Ids{"pki.pathlen-exceeded"});
}

TEST_CASE("lint: dates", "[pki]") {
  const auto dated = [](std::chrono::hours from, std::chrono::hours to) {
    return about([=](Spec& spec) { spec.period = {noon + from, noon + to}; });
  };
  CHECK(dated(-48h, -24h) == Ids{"pki.expired"});
  CHECK(dated(24h, 48h) == Ids{"pki.not-yet-valid"});
  CHECK(dated(-48h, 0h + 0h) == Ids{"pki.expires-soon"});
  CHECK(dated(-24h * 500, 24h * 5) == Ids{"pki.days-over-397"});
  IssueOptions outlive;
  outlive.may_outlive_issuer = true;
  CHECK(about([](Spec& spec) { spec.period.not_after = noon + 24h * 11; }, outlive) ==
        Ids{"pki.outlives-issuer"});
  IssueOptions reversed;
  reversed.before_signing = [](X509* certificate) {
    return ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20200101000000Z") == 1;
  };
  CHECK(about(nothing, reversed) == Ids{"pki.validity-reversed"});
}

TEST_CASE("lint: weak keys, digests and signatures (S4-15)", "[pki]") {
  const auto with_key = [](KeyType type) {
    const auto key = make_key(type).value();
    const auto leaf = issue(LintLab::server_spec(), key.get(), lab().second.issuer()).value();
    return lab().findings(leaf);
  };
  CHECK(with_key(KeyType::rsa1024) == Ids{"pki.weak-rsa"});
  CHECK(with_key(KeyType::secp256k1) == Ids{"pki.weak-curve"});
  CHECK(with_key(KeyType::ed25519) == Ids{});
  CHECK(about([](Spec& spec) { spec.signature.hash = Hash::sha1; }) == Ids{"pki.weak-hash"});
  LintLab rsa_only;
  rsa_only.options.rsa_only = true;
  CHECK(rsa_only.findings(rsa_only.leaf()) == Ids{"pki.not-rsa"});

  const auto stranger = make_ca();
  const auto forged = issue(LintLab::server_spec(), lab().key.get(),
                            {lab().second.certificate.get(), stranger.key.get()})
                          .value();
  CHECK(lab().findings(forged) == Ids{"pki.signature"});
}

TEST_CASE("lint: a leaf that signs itself encrypts only (S1-07)", "[pki]") {
  const auto leaf = issue(LintLab::server_spec(), lab().key.get(), {}).value();
  const auto findings = lint({{.name = "a", .certificates = {leaf.get()}}}, lab().options);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule->id == "pki.self-signed-leaf");
  CHECK(findings[0].severity() == Severity::warning);
}

TEST_CASE("verify does not take the common name for a host name (RFC 9525)", "[pki]") {
  const auto lab_chain = [](const CertificateSpec& spec) {
    std::vector<tls::CertificatePtr> chain;
    chain.push_back(lab().leaf(spec));
    chain.push_back(tls::up_ref(lab().second.certificate.get()));
    std::vector<tls::CertificatePtr> anchors;
    anchors.push_back(tls::up_ref(lab().root.certificate.get()));
    return verify(chain, anchors, {.host = "broker.test", .at = noon}).value();
  };
  auto spec = LintLab::server_spec();
  CHECK(lab_chain(spec).accepted());
  spec.names.clear();
  CHECK(lab_chain(spec).name == "hostname_mismatch");
}
