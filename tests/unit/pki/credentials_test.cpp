#include "pki/formats/credentials.hpp"

#include <openssl/pem.h>

#include "pki/audit/verify.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/inspect.hpp"
#include "pki/formats/match.hpp"
#include "pki/mint/certificate.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

namespace {

/// Root, intermediate and a server leaf for localhost, all from noon on.
struct Chain {
  tls::PkeyPtr root_key = make_key(KeyType::p256).value();
  tls::PkeyPtr middle_key = make_key(KeyType::p256).value();
  tls::PkeyPtr leaf_key = make_key(KeyType::p256).value();
  tls::CertificatePtr root, middle, leaf;

  Chain() {
    root = issue(request(profile("ca"), "root", 24h * 90), root_key.get(), {}).value();
    middle = issue(request(profile("ca"), "middle", 24h * 60), middle_key.get(),
                   {root.get(), root_key.get()})
                 .value();
    auto server = request(profile("server"), "localhost", 24h * 30);
    server.names = {{AltNameKind::dns, "localhost"}, {AltNameKind::ip, "127.0.0.1"}};
    leaf = issue(server, leaf_key.get(), {middle.get(), middle_key.get()}).value();
  }

  static CertificateSpec request(Profile profile, const std::string& name,
                                 std::chrono::hours life) {
    return {.profile = profile,
            .subject = {.common_name = name},
            .names = {},
            .path_length = {},
            .period = period_of(Validity::lasting(life), test::noon)};
  }

  /// Verifies leaf and middle against `anchor` at noon.
  Verdict verdict(const tls::CertificatePtr& anchor, VerifyOptions options,
                  bool with_middle = true) const {
    if (!options.at) options.at = test::noon;
    std::vector<tls::CertificatePtr> chain;
    chain.push_back(tls::up_ref(leaf.get()));
    if (with_middle) chain.push_back(tls::up_ref(middle.get()));
    std::vector<tls::CertificatePtr> anchors;
    anchors.push_back(tls::up_ref(anchor.get()));
    return verify(chain, anchors, options).value();
  }
};

std::string request_pem(EVP_PKEY* key, const char* name) {
  const RequestPtr request(X509_REQ_new());
  auto* subject = X509_REQ_get_subject_name(request.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_REQ_set_pubkey(request.get(), key);
  X509_REQ_sign(request.get(), key, EVP_sha256());
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_REQ(out.get(), request.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::vector<InspectedFile> files_of(
    std::initializer_list<std::pair<std::string, std::string>> texts) {
  std::vector<InspectedFile> out;
  for (const auto& [name, text] : texts)
    out.push_back({name, parse_credentials(text, name).value()});
  return out;
}

}  // namespace

TEST_CASE("PEM blocks are found in order, whatever stands around them", "[pki][S1-11][S4-14]") {
  const Chain chain;
  const auto text = "Subject: x\n" + certificate_pem(chain.leaf.get()) + "and then\n" +
                    private_key_pem(chain.leaf_key.get()).value() +
                    request_pem(chain.leaf_key.get(), "x");
  const auto found = parse_credentials(text, "mix.pem").value();
  REQUIRE(found.size() == 3);
  CHECK(found[0].kind == CredentialKind::certificate);
  CHECK(found[1].kind == CredentialKind::private_key);
  CHECK(found[2].kind == CredentialKind::request);
}

TEST_CASE("DER is told by what it decodes to", "[pki][S4-14]") {
  const Chain chain;
  const auto der = tls::to_der(chain.leaf.get());
  const auto found = parse_credentials(as_text(der), "leaf.der").value();
  REQUIRE(found.size() == 1);
  CHECK(X509_cmp(found[0].certificate.get(), chain.leaf.get()) == 0);
  Bytes trailing = der;
  trailing.push_back(0);
  CHECK_FALSE(parse_credentials(as_text(trailing), "leaf.der"));
}

TEST_CASE("files that hold nothing of ours say what was expected", "[pki]") {
  CHECK(parse_credentials("", "a.pem").error().text() ==
        "a.pem: no certificate, certificate request or key found (expected PEM (-----BEGIN ...) or "
        "DER)");
  CHECK(parse_credentials("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "a.pem")
            .error()
            .message.starts_with("block 1, a X509 CRL, is broken"));
  CHECK(parse_credentials("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a.pem")
            .error()
            .text()
            .starts_with("a.pem: block 1, a CERTIFICATE, is broken"));
  CHECK(parse_credentials("-----BEGIN CERTIFICATE-----\nAAAA\n", "a.pem")
            .error()
            .message.starts_with("block 1 is broken"));
}

TEST_CASE("inspect shows a certificate to people", "[pki][S1-06][S2-07][S3-20]") {
  const Chain chain;
  const auto text =
      inspect_text(files_of({{"leaf.pem", certificate_pem(chain.leaf.get())}}), test::noon);
  for (const auto* line :
       {"leaf.pem\ncertificate: CN = localhost\n", "  issuer      CN = middle\n",
        "  valid       2026-06-01T11:00:00Z to 2026-07-01T12:00:00Z (30 days left)\n",
        "  key         P-256\n", "  CA          no\n", "  key usage   digitalSignature\n",
        "  extended    serverAuth\n", "  names       DNS:localhost, IP:127.0.0.1\n"}) {
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
  }
  const auto later = inspect_text(files_of({{"leaf.pem", certificate_pem(chain.leaf.get())}}),
                                  test::noon + 24h * 33);
  CHECK(later.find("(expired 3 days ago)") != std::string::npos);
  const auto early =
      inspect_text(files_of({{"root.pem", certificate_pem(chain.root.get())}}), test::noon - 25h);
  CHECK(early.find("(not valid yet, in 1 days)") != std::string::npos);
  CHECK(early.find("issuer      CN = root (itself)") != std::string::npos);
}

TEST_CASE("inspect never shows more of a key than its type", "[pki]") {
  const Chain chain;
  const auto pem = private_key_pem(chain.leaf_key.get()).value();
  CHECK(inspect_text(files_of({{"a.key", pem}}), test::noon) == "a.key\nprivate key: P-256\n");
  CHECK(inspect_json(files_of({{"a.key", pem}})).find("PRIVATE") == std::string::npos);
}

TEST_CASE("control characters in a name cannot reach the terminal", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  auto request = Chain::request(profile("ca"), "evil\x1b[2Jname", 24h);
  const auto certificate = issue(request, key.get(), {}).value();
  const auto text =
      inspect_text(files_of({{"a.pem", certificate_pem(certificate.get())}}), test::noon);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("inspect's JSON has stable field names", "[pki][S4-31]") {
  const Chain chain;
  const auto json = inspect_json(files_of({{"root.pem", certificate_pem(chain.root.get())},
                                           {"a.csr", request_pem(chain.leaf_key.get(), "dev")}}));
  for (const auto* field :
       {"version", "subject", "issuer", "serial", "serial_decimal", "not_before", "not_after",
        "key", "signature_algorithm", "subject_key_id", "authority_key_id", "sha256", "ca",
        "key_usage", "extended_key_usage", "names", "signature_valid"}) {
    INFO(field);
    CHECK(json.find("\"" + std::string(field) + "\":") != std::string::npos);
  }
  CHECK(json.find("\"not_after\": \"2026-08-30T12:00:00Z\"") != std::string::npos);
  CHECK(json.find("\"signature_valid\": true") != std::string::npos);
}

TEST_CASE("match compares certificate, key and request", "[pki][S0-03][S1-10][S3-21]") {
  const Chain chain;
  const auto leaf = certificate_pem(chain.leaf.get()) + certificate_pem(chain.middle.get());
  const auto key = private_key_pem(chain.leaf_key.get()).value();
  const auto other = private_key_pem(chain.root_key.get()).value();
  const auto request = request_pem(chain.leaf_key.get(), "x");
  const auto good = match(files_of({{"a.pem", leaf}, {"a.key", key}, {"a.csr", request}})).value();
  CHECK(good.matches);
  CHECK(good.sentence ==
        "a.pem (certificate) and a.key (private key) and a.csr (certificate request) belong "
        "together");
  const auto bad = match(files_of({{"a.pem", leaf}, {"b.key", other}})).value();
  CHECK_FALSE(bad.matches);
  CHECK(bad.sentence ==
        "a.pem (certificate) and b.key (private key) do not belong together: their public keys "
        "differ");
  const Secret passphrase("x");
  const auto locked = encode_key(chain.leaf_key.get(), Encoding::pem, &passphrase).value();
  const auto secret = match(files_of({{"a.pem", leaf}, {"c.key", std::string(locked.text())}}));
  CHECK(secret.error().text() ==
        "c.key: the private key is encrypted (give its passphrase: --password env:NAME, file:PATH "
        "or fd:N)");
  CHECK(match(files_of({{"a.pem", leaf}})).error().message == "match needs two or three files");
}

TEST_CASE("a chain up to a trusted root is accepted", "[pki][S3-22]") {
  const Chain chain;
  const auto verdict = chain.verdict(chain.root, {.host = "localhost", .purpose = Purpose::server});
  CHECK(verdict.accepted());
  CHECK(verdict_text(verdict, "leaf.pem") ==
        "leaf.pem: accepted\n  0: CN = localhost\n  1: CN = middle\n  2: CN = root\n");
}

TEST_CASE("every refusal has its code, name and words", "[pki][S0-17][S0-20][S3-22]") {
  const Chain chain;
  const Chain other;
  const auto expect = [](const Verdict& verdict, int code, const std::string& name) {
    CHECK(verdict.code == code);
    CHECK(verdict.name == name);
    CHECK_FALSE(verdict.accepted());
    CHECK_FALSE(verdict.advice.empty());
  };
  expect(chain.verdict(chain.root, {}, false), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
         "unable_to_get_issuer_cert_locally");
  expect(chain.verdict(chain.middle, {}), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
         "unable_to_get_issuer_cert");
  expect(chain.verdict(chain.root, {.host = "other.test"}), X509_V_ERR_HOSTNAME_MISMATCH,
         "hostname_mismatch");
  expect(chain.verdict(chain.root, {.host = "127.0.0.2"}), X509_V_ERR_IP_ADDRESS_MISMATCH,
         "ip_address_mismatch");
  expect(chain.verdict(chain.root, {.host = {}, .purpose = Purpose::client}),
         X509_V_ERR_INVALID_PURPOSE, "invalid_purpose");
  expect(chain.verdict(chain.root, {.host = {}, .at = test::noon + 24h * 31}),
         X509_V_ERR_CERT_HAS_EXPIRED, "cert_has_expired");
  expect(chain.verdict(chain.root, {.host = {}, .at = test::noon - 2h}),
         X509_V_ERR_CERT_NOT_YET_VALID, "cert_not_yet_valid");
  // Another PKI with the same names: the key identifiers differ, so its root is no candidate at
  // all.
  CHECK_FALSE(chain.verdict(other.root, {}).accepted());
}

TEST_CASE("an intermediate is an anchor with the partial chain flag only", "[pki][S2-13]") {
  const Chain chain;
  const auto verdict = chain.verdict(chain.middle, {.host = {}, .partial_chain = true}, false);
  CHECK(verdict.accepted());
  CHECK(verdict.chain.size() == 2);
}

TEST_CASE("a refusal reads as a sentence", "[pki]") {
  const Chain chain;
  CHECK(verdict_text(chain.verdict(chain.root, {.host = "127.0.0.2"}), "leaf.pem") ==
        "leaf.pem: refused: IP address mismatch (64, ip_address_mismatch) at depth 0: CN = "
        "localhost\n"
        "  advice: the address has to be among the names (SAN) of the leaf, as IP and not as DNS "
        "name\n"
        "  0: CN = localhost\n  1: CN = middle\n  2: CN = root\n");
}

TEST_CASE("nothing to verify with is a usage problem", "[pki]") {
  const Chain chain;
  std::vector<tls::CertificatePtr> one;
  one.push_back(tls::up_ref(chain.leaf.get()));
  CHECK(verify({}, one, {}).error().text() == "there is no certificate to verify");
  CHECK(verify(one, {}, {}).error().text() ==
        "the bundle holds no certificate, so nothing can be trusted");
}
