#include "pki/mint/signature.hpp"

#include <openssl/rsa.h>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_mint/minting.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string algorithm_of(const X509* certificate) {
  return OBJ_nid2ln(X509_get_signature_nid(certificate));
}

/// "hash/salt" of the RSASSA-PSS parameters.
std::string pss_of(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const void* value = nullptr;
  int type = 0;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return "no parameters";
  const auto* text = static_cast<const ASN1_STRING*>(value);
  const auto* at = ASN1_STRING_get0_data(text);
  const tls::OpensslPtr<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free> parameters(
      d2i_RSA_PSS_PARAMS(nullptr, &at, ASN1_STRING_length(text)));
  const ASN1_OBJECT* hash = nullptr;
  X509_ALGOR_get0(&hash, nullptr, nullptr, parameters->hashAlgorithm);
  // The default salt of 20 octets is left out (RFC 4055 section 3.1).
  const long salt =
      parameters->saltLength == nullptr ? 20 : ASN1_INTEGER_get(parameters->saltLength);
  return std::string(OBJ_nid2sn(OBJ_obj2nid(hash))) + "/" + std::to_string(salt);
}

}  // namespace

TEST_CASE("every key type signs, and says so in the certificate (S0-02 S4-25)", "[pki][S4-05]") {
  const std::pair<KeyType, std::string> rows[] = {{KeyType::p256, "ecdsa-with-SHA256"},
                                                  {KeyType::p384, "ecdsa-with-SHA256"},
                                                  {KeyType::p521, "ecdsa-with-SHA256"},
                                                  {KeyType::ed25519, "ED25519"},
                                                  {KeyType::ed448, "ED448"},
                                                  {KeyType::rsa2048, "sha256WithRSAEncryption"},
                                                  {KeyType::rsa3072, "sha256WithRSAEncryption"},
                                                  {KeyType::rsapss2048, "rsassaPss"}};
  for (const auto& [type, algorithm] : rows) {
    CAPTURE(to_string(type));
    const auto ca = make_ca(type);
    CHECK(is_of_type(ca.key.get(), type));
    CHECK(algorithm_of(ca.certificate.get()) == algorithm);
    CHECK(X509_verify(ca.certificate.get(), ca.key.get()) == 1);
  }
}

TEST_CASE("the digest is a choice, weak ones included", "[pki]") {
  const auto ca = make_ca(KeyType::rsa2048);
  const std::pair<Hash, std::string> rows[] = {{Hash::sha384, "sha384WithRSAEncryption"},
                                               {Hash::sha512, "sha512WithRSAEncryption"},
                                               {Hash::sha1, "sha1WithRSAEncryption"},
                                               {Hash::md5, "md5WithRSAEncryption"}};
  for (const auto& [hash, algorithm] : rows) {
    auto spec = spec_for("client", "dev");
    spec.signature.hash = hash;
    const auto leaf = issue(spec, ca.key.get(), ca.issuer()).value();
    CHECK(algorithm_of(leaf.get()) == algorithm);
    CHECK(X509_verify(leaf.get(), ca.key.get()) == 1);
  }
}

TEST_CASE("PSS padding with an RSA key has the salt that was asked for", "[pki]") {
  const auto ca = make_ca(KeyType::rsa2048);
  auto spec = spec_for("client", "dev");
  spec.signature.pss = true;
  CHECK(pss_of(issue(spec, ca.key.get(), ca.issuer()).value().get()) == "SHA256/32");
  spec.signature.salt_octets = 20;
  const auto leaf = issue(spec, ca.key.get(), ca.issuer()).value();
  CHECK(pss_of(leaf.get()) == "SHA256/20");
  CHECK(X509_verify(leaf.get(), ca.key.get()) == 1);
}

TEST_CASE("ML-DSA says which OpenSSL it needs, or mints", "[pki]") {
  const auto supported = check_supported(KeyType::mldsa65);
  if (supported) {
    const auto ca = make_ca(KeyType::mldsa65);
    CHECK(X509_verify(ca.certificate.get(), ca.key.get()) == 1);
  } else {
    CHECK(supported.error().text().starts_with("ML-DSA-65 needs OpenSSL 3.5; this is 3."));
    CHECK(make_key(KeyType::mldsa65).error().text() == supported.error().text());
  }
}

TEST_CASE("weak key types are known as such", "[pki]") {
  CHECK(is_weak(parse_key_type("rsa1024").value()));
  CHECK(is_of_type(make_key(KeyType::rsa1024).value().get(), KeyType::rsa1024));
  CHECK(is_of_type(make_key(KeyType::secp256k1).value().get(), KeyType::secp256k1));
  CHECK_FALSE(is_weak(KeyType::ed448));
  CHECK(parse_key_type("rsa1000").error().text().find("rsa1024") == std::string::npos);
}
