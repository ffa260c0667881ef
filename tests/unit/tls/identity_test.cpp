#include "core/tls/identity.hpp"

#include <openssl/pem.h>

#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using handfast::test::test_pki;
using handfast::test::to_pem;

TEST_CASE("an identity is read from PEM, leaf first, and keeps its intermediates", "[tls]") {
  const auto identity = test_pki().client_identity();
  CHECK(X509_cmp(identity.leaf(), test_pki().client.certificate.get()) == 0);
  REQUIRE(identity.intermediates().size() == 1);
  CHECK(X509_cmp(identity.intermediates()[0], test_pki().intermediate.certificate.get()) == 0);
  CHECK(identity.leaf_only().intermediates().empty());
}

TEST_CASE("an identity is read from DER too", "[tls]") {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(test_pki().client.key.get(), &der);
  const Bytes key(der, der + size);
  OPENSSL_free(der);
  const auto identity =
      Identity::from_der({to_der(test_pki().client.certificate.get())}, key, "pack");
  REQUIRE(identity);
  CHECK(X509_cmp(identity->leaf(), test_pki().client.certificate.get()) == 0);
}

TEST_CASE("a key that belongs to another certificate is refused with the way to compare", "[tls]") {
  const auto wrong = Identity::from_pem(to_pem(test_pki().client.certificate.get()),
                                        to_pem(test_pki().server.key.get()), "a.pem");
  CHECK(wrong.error().text() ==
        "a.pem: certificate and private key do not belong together (compare them with: handfast "
        "pki match CERT KEY)");
}

TEST_CASE("what is no certificate or key says so", "[tls]") {
  CHECK(Trust::from_pem("hello", "ca.pem").error().text() ==
        "ca.pem: no certificate found (expected PEM blocks \"CERTIFICATE\")");
  CHECK(parse_private_key("hello", "k.pem").error().text() ==
        "k.pem: no private key found (expected a PEM block \"PRIVATE KEY\")");
  const auto broken =
      parse_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "x.pem");
  CHECK(broken.error().message.starts_with("certificate 1 is broken: "));
}

TEST_CASE("an encrypted key is refused without asking the terminal", "[tls]") {
  BioPtr bio(BIO_new(BIO_s_mem()));
  char password[] = "secret";
  PEM_write_bio_PKCS8PrivateKey(bio.get(), test_pki().client.key.get(), EVP_aes_128_cbc(), password,
                                6, nullptr, nullptr);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(bio.get(), &data));
  CHECK(parse_private_key({data, size}, "k.pem").error().text() ==
        "k.pem: the private key is encrypted (decrypt it first: openssl pkey -in KEY -out PLAIN)");
}
