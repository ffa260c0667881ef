#include "pki/formats/encode.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::Chain;

TEST_CASE("a bundle is its blocks and nothing else, with one line end at the end (S3-28)",
          "[pki]") {
  const Chain chain;
  const auto text = certificates_pem({chain.leaf.x509(), chain.lower.x509()});
  CHECK(text == chain.leaf.pem() + chain.lower.pem());
  CHECK(text.ends_with("-----END CERTIFICATE-----\n"));
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find("\n\n") == std::string::npos);
  CHECK(text.starts_with("-----BEGIN CERTIFICATE-----\n"));
}

TEST_CASE("combined PEM is certificate, chain, key (S1-16)", "[pki]") {
  const Chain chain;
  const auto text =
      encode_combined({chain.leaf.x509(), chain.lower.x509()}, chain.leaf.key.get(), "x").value();
  CHECK(text.text() == chain.leaf.pem() + chain.lower.pem() + chain.leaf.key_pem());
  const Secret pass("x");
  const auto locked =
      encode_combined({chain.leaf.x509()}, chain.leaf.key.get(), "x", &pass).value();
  CHECK(locked.text().starts_with(chain.leaf.pem()));
  CHECK(locked.text().ends_with("-----END ENCRYPTED PRIVATE KEY-----\n"));
  for (const auto& certificates : {std::vector<X509*>{}, std::vector<X509*>{chain.lower.x509()}}) {
    CHECK(encode_combined(certificates, chain.leaf.key.get(), "a.pem").error().text() ==
          "a.pem: certificate and private key do not belong together (compare them with: handfast "
          "pki match CERT KEY)");
  }
}

TEST_CASE("every conversion comes back as it went (S1-20)", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const std::vector<X509*> certificates{chain.leaf.x509(), chain.lower.x509(), chain.upper.x509()};
  const auto pem = certificates_pem(certificates);
  const std::vector<std::string> forms{
      pem, encode_pkcs7(certificates, {}, Encoding::pem).value(),
      encode_pkcs7(certificates, {}, Encoding::der).value(),
      std::string(
          encode_pkcs12({.chain = certificates, .key = chain.leaf.key.get(), .name = {}}, pass, "x")
              .value()
              .text())};
  for (const auto& form : forms) {
    std::vector<X509*> back;
    const auto items = parse_credentials(form, "x", {.passphrase = &pass}).value();
    for (const auto& item : items) {
      if (item.certificate) back.push_back(item.certificate.get());
    }
    CHECK(certificates_pem(back) == pem);
  }
}

TEST_CASE("a private key does not leave as something to show", "[pki]") {
  Credential key;
  key.kind = CredentialKind::private_key;
  key.key = make_key(KeyType::p256).value();
  CHECK(credential_pem(key).error().text() ==
        "a private key is not shown (convert it into a file of its own)");
  CHECK_FALSE(credential_der(key));
  Credential locked;
  locked.kind = CredentialKind::encrypted_key;
  CHECK(credential_pem(locked).error().message == "the private key is encrypted");
}

TEST_CASE("an encrypted key shows nothing of the plain one", "[pki]") {
  const auto key = make_key(KeyType::rsa2048).value();
  const Secret pass("x");
  const auto plain = encode_key(key.get(), Encoding::der).value();
  const auto locked = encode_key(key.get(), Encoding::der, &pass).value();
  CHECK(locked.text().find(plain.text().substr(64, 32)) == std::string_view::npos);
  CHECK(encode_key(key.get(), Encoding::pem, &pass)
            .value()
            .text()
            .starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
}
