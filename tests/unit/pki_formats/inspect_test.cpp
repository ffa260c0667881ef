// What inspect says of certificates and requests.
#include "pki/formats/inspect.hpp"

#include <openssl/rsa.h>

#include <nlohmann/json.hpp>

#include "pki/formats/describe.hpp"
#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;
using test::certify;
using test::files_of;
using test::noon;

namespace {

std::string text_of(const test::Pair& pair, WallTime now = noon) {
  return inspect_text(files_of({{"a.pem", pair.pem()}}), now);
}

nlohmann::json json_of(const std::string& pem) {
  return nlohmann::json::parse(
      inspect_json(files_of({{"a.pem", pem}}), noon))["files"][0]["items"][0];
}

void check_lines(const std::string& text, std::initializer_list<std::string> lines) {
  for (const auto& line : lines) {
    INFO(text << "\nmissing: " << line);
    CHECK(text.find(line + "\n") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("inspect sums a certificate up with start and end date (S1-06)", "[pki]") {
  const auto pair = test::authority("root");
  check_lines(text_of(pair), {"certificate: CN = root", "  issuer      CN = root (itself)",
                              "  valid       2026-06-01T11:00:00Z to 2026-07-01T12:00:00Z (30 days "
                              "left)",
                              "  key         P-256", "  CA          yes"});
}

TEST_CASE("validity is shown from any day (S3-20)", "[pki]") {
  const auto pair = test::authority("root");
  const auto at = [&](WallTime now) { return remaining_text(pair.x509(), now); };
  CHECK(at(noon - 25h) == "not valid yet, in 1 days");
  CHECK(at(noon - 61min) == "not valid yet, in 0 days");
  CHECK(at(noon - 1h) == "30 days left");
  CHECK(at(noon + 24h * 30) == "0 days left");
  CHECK(at(noon + 24h * 30 + 1s) == "expired 0 days ago");
  CHECK(at(noon + 24h * 33) == "expired 3 days ago");
  CHECK(days_left(pair.x509(), noon) == 30);
  CHECK(days_left(pair.x509(), noon + 24h * 30 + 1s) == -1);
  CHECK(days_left(pair.x509(), noon + 24h * 33) == -3);
}

TEST_CASE("every extension that we mint has words (S2-07)", "[pki]") {
  const auto root = test::authority("root");
  const auto pair =
      certify("all",
              {{"basicConstraints", "critical,CA:TRUE,pathlen:2"},
               {"keyUsage", "critical,digitalSignature,keyCertSign"},
               {"extendedKeyUsage", "serverAuth,clientAuth,1.2.3.4"},
               {"subjectAltName",
                "DNS:lab.test,IP:::1,URI:urn:x,email:a@lab.test,RID:1.2.3,"
                "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@lab.test,otherName:1.2.3;INT:7"},
               {"nameConstraints",
                "critical,permitted;DNS:lab.test,permitted;IP:10.0.0.0/255.0.0.0,"
                "excluded;email:evil.test"},
               {"certificatePolicies", "1.2.3.4.5,@policy"},
               {"policyConstraints", "critical,requireExplicitPolicy:0,inhibitPolicyMapping:1"},
               {"policyMappings", "1.2.3:1.2.4"},
               {"inhibitAnyPolicy", "critical,2"},
               {"crlDistributionPoints", "URI:http://lab.test/a.crl"},
               {"authorityInfoAccess",
                "OCSP;URI:http://lab.test/ocsp,caIssuers;URI:http://lab.test/root.der"},
               {"tlsfeature", "status_request"},
               {"noCheck", "ignored"},
               {"subjectKeyIdentifier", "0a0b"},
               {"authorityKeyIdentifier", "keyid,issuer:always"},
               {"1.2.3.4.5.6", "critical,DER:0500"}},
              &root);
  const auto text = text_of(pair);
  check_lines(
      text,
      {"  CA          yes, path length 2", "  key usage   digitalSignature, keyCertSign",
       "  extended    serverAuth, clientAuth, 1.2.3.4",
       "  names       DNS:lab.test, IP:::1, URI:urn:x, email:a@lab.test, RID:1.2.3, "
       "UPN:user@lab.test, other:1.2.3;0x020107",
       "  extension   nameConstraints, critical: permitted DNS:lab.test, IP:10.0.0.0/8; excluded "
       "email:evil.test",
       "  extension   certificatePolicies: 1.2.3.4.5, 1.3.5.8 (CPS http://lab.test/cps)",
       "  extension   policyConstraints, critical: explicit policy from 0 below, no mapping from 1 "
       "below",
       "  extension   policyMappings: 1.2.3 is 1.2.4",
       "  extension   inhibitAnyPolicy, critical: from 2 below",
       "  extension   cRLDistributionPoints: URI:http://lab.test/a.crl",
       "  extension   authorityInfoAccess: OCSP URI:http://lab.test/ocsp, CA Issuers "
       "URI:http://lab.test/root.der",
       "  extension   tlsFeature: status_request (must staple)",
       "  extension   ocspNoCheck: present",
       "  extension   1.2.3.4.5.6, critical: 0x0500 (verifiers must refuse what they do not know)",
       "  key id      0a0b"});
  CHECK(text.find("  issuer's    DirName:CN = root, serial ") != std::string::npos);

  const auto json = json_of(pair.pem());
  CHECK(json["path_length"] == 2);
  CHECK(json["names"][5] == "other:1.3.6.1.4.1.311.20.2.3;user@lab.test");
  CHECK(json["permitted_names"] == std::vector<std::string>{"DNS:lab.test", "IP:10.0.0.0/8"});
  CHECK(json["excluded_names"] == std::vector<std::string>{"email:evil.test"});
  CHECK(json["policies"] == std::vector<std::string>{"1.2.3.4.5", "1.3.5.8"});
  CHECK(json["require_explicit_policy"] == 0);
  CHECK(json["inhibit_policy_mapping"] == 1);
  CHECK(json["inhibit_any_policy"] == 2);
  CHECK(json["crl_urls"] == std::vector<std::string>{"URI:http://lab.test/a.crl"});
  CHECK(json["ocsp_urls"] == std::vector<std::string>{"URI:http://lab.test/ocsp"});
  CHECK(json["issuer_urls"] == std::vector<std::string>{"URI:http://lab.test/root.der"});
  CHECK(json["must_staple"] == true);
  CHECK(json["ocsp_no_check"] == true);
  CHECK(json["authority_issuer"] == "DirName:CN = root");
  CHECK(json["extensions"].size() == 16);
  CHECK(json["extensions"].back() == nlohmann::json{{"oid", "1.2.3.4.5.6"},
                                                    {"name", "1.2.3.4.5.6"},
                                                    {"critical", true},
                                                    {"known", false},
                                                    {"value", "0x0500"}});
}

TEST_CASE("a broken or doubled extension is shown as what it is", "[pki]") {
  const auto pair = certify("odd", {{"2.5.29.15", "critical,DER:0500"},
                                    {"2.5.29.19", "DER:3000"},
                                    {"2.5.29.19", "DER:30030101ff"}});
  const auto facts = describe(pair.x509()).extensions;
  REQUIRE(facts.all.size() == 3);
  CHECK(facts.all[0].value == "broken: 0x0500");
  CHECK_FALSE(facts.all[0].known);
  CHECK(facts.key_usage.empty());
  CHECK(facts.ca == false);
  CHECK(facts.all[2].value == "0x30030101ff (stands here a second time)");
}

TEST_CASE("the JSON of a certificate has the names that it always had (S4-31)", "[pki]") {
  const auto pair = certify("rsa", {{"basicConstraints", "CA:FALSE"}}, nullptr, KeyType::rsa2048);
  const auto json = json_of(pair.pem());
  std::vector<std::string> fields;
  for (const auto& [name, value] : json.items()) fields.push_back(name);
  CHECK(fields == std::vector<std::string>{"authority_key_id",
                                           "ca",
                                           "days_left",
                                           "extended_key_usage",
                                           "extensions",
                                           "issuer",
                                           "key",
                                           "key_algorithm",
                                           "key_bits",
                                           "key_exponent",
                                           "key_modulus",
                                           "key_sha256",
                                           "key_usage",
                                           "kind",
                                           "names",
                                           "not_after",
                                           "not_before",
                                           "self_issued",
                                           "serial",
                                           "serial_decimal",
                                           "sha1",
                                           "sha256",
                                           "signature_algorithm",
                                           "signature_oid",
                                           "subject",
                                           "subject_key_id",
                                           "version"});
  CHECK(json["key"] == "RSA 2048");
  CHECK(json["key_exponent"] == "65537");
  CHECK(json["key_modulus"].get<std::string>().size() == 512);
  CHECK(json["signature_algorithm"] == "sha256WithRSAEncryption");
  CHECK(json["signature_oid"] == "1.2.840.113549.1.1.11");
  CHECK(json["days_left"] == 30);
  CHECK(json["not_after"] == "2026-07-01T12:00:00Z");
  const auto serial = json["serial"].get<std::string>();
  CHECK(std::stol(serial, nullptr, 16) == std::stol(json["serial_decimal"].get<std::string>()));
}

TEST_CASE("an RSA-PSS signature is shown with its parameters", "[pki]") {
  auto pair = certify("pss", {}, nullptr, KeyType::rsa2048);
  const tls::DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  REQUIRE(EVP_DigestSignInit(context.get(), &options, EVP_sha384(), nullptr, pair.key.get()) == 1);
  EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 48);
  REQUIRE(X509_sign_ctx(pair.x509(), context.get()) > 0);
  check_lines(text_of(pair),
              {"  signature   rsassaPss (SHA384, MGF1 with SHA384, salt of 48 octets)"});
  CHECK(json_of(pair.pem())["signature_parameters"] ==
        "SHA384, MGF1 with SHA384, salt of 48 octets");
}

TEST_CASE("a request shows its names, attributes and whether its signature is good", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  const auto request = test::request(key.get(), "dev", {{"subjectAltName", "DNS:dev.lab.test"}});
  const auto word = [&](int nid, const char* text) {
    REQUIRE(X509_REQ_add1_attr_by_NID(request.get(), nid, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(text), -1) == 1);
  };
  word(NID_pkcs9_challengePassword, "hunter2");
  word(NID_pkcs9_unstructuredName, "box 7");
  const auto broken = test::request_text(request.get());
  check_lines(inspect_text(files_of({{"a.csr", broken}}), noon),
              {"  signature   ecdsa-with-SHA256 (does not verify)"});
  REQUIRE(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) != 0);
  const auto pem = test::request_text(request.get());
  const auto text = inspect_text(files_of({{"a.csr", pem}}), noon);
  check_lines(text, {"certificate request: CN = dev", "  signature   ecdsa-with-SHA256",
                     "  names       DNS:dev.lab.test", "  attribute   challengePassword: present",
                     "  attribute   unstructuredName: box 7"});
  const auto json = inspect_json(files_of({{"a.csr", pem}}));
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(json.find("hunter2") == std::string::npos);
}

TEST_CASE("a store shows what it holds, and nothing of its key", "[pki]") {
  const test::Chain chain;
  const Secret pass("x");
  const auto store = encode_pkcs12({.chain = {chain.leaf.x509(), chain.lower.x509()},
                                    .key = chain.leaf.key.get(),
                                    .name = "evil\x1b[2J"},
                                   pass, "x")
                         .value();
  std::vector<InspectedFile> open;
  open.push_back(inspected(
      "a.p12", parse_credential_file(store.text(), "a.p12", {.passphrase = &pass}).value()));
  const auto text = inspect_text(open, noon);
  check_lines(text,
              {"a.p12", "format: PKCS#12", "integrity: sha256, 10000 rounds", "private key: P-256",
               "  alias       evil\\x1b[2J",
               "  encrypted   PBES2, PBKDF2 with 10000 rounds of hmacWithSHA256, aes-256-cbc"});
  CHECK(text.find('\x1b') == std::string::npos);
  const auto locked = inspect_text(files_of({{"a.p12", std::string(store.text())}}), noon);
  CHECK(locked.find("locked PKCS#12 file\n") != std::string::npos);
  const auto json = nlohmann::json::parse(inspect_json(open))["files"][0];
  CHECK(json["format"] == "PKCS#12");
  CHECK(json["items"][2]["kind"] == "private key");
  CHECK(json["items"][2]["alias"] == "evil\x1b[2J");
}

TEST_CASE("nothing that is secret of a private key is shown", "[pki]") {
  const auto key = make_key(KeyType::rsa2048).value();
  const auto files = files_of({{"a.key", private_key_pem(key.get()).value()}});
  const auto json = inspect_json(files);
  const auto text = inspect_text(files, noon);
  for (const char* name : {"d", "rsa-factor1", "rsa-factor2", "rsa-exponent1"}) {
    BIGNUM* raw = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(key.get(), name, &raw) == 1);
    const tls::BignumPtr number(raw);
    char* digits = BN_bn2hex(raw);
    std::string hex(digits);
    OPENSSL_free(digits);
    for (auto& c : hex) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    CHECK(json.find(hex.substr(0, 32)) == std::string::npos);
    CHECK(text.find(hex.substr(0, 32)) == std::string::npos);
  }
  CHECK(text == "a.key\nprivate key: RSA 2048\n");
}
