#include "pki/formats/match.hpp"

#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::files_of;

TEST_CASE("certificate, key and request of any key type belong together or do not (S0-03) (S1-10)",
          "[pki]") {
  for (const auto type : {KeyType::p256, KeyType::p384, KeyType::ed25519, KeyType::rsa2048}) {
    const auto pair = test::certify("x", {}, nullptr, type);
    const auto other = test::certify("x", {}, nullptr, type);
    const auto request = test::request_text(test::request(pair.key.get(), "x").get());
    INFO(to_string(type));
    CHECK(match(files_of({{"c", pair.pem()}, {"k", pair.key_pem()}, {"r", request}}))
              .value()
              .matches);
    CHECK(match(files_of({{"r", request}, {"c", pair.pem()}})).value().matches);
    CHECK_FALSE(match(files_of({{"c", pair.pem()}, {"k", other.key_pem()}})).value().matches);
    CHECK_FALSE(match(files_of({{"c", other.pem()}, {"r", request}})).value().matches);
    CHECK_FALSE(match(files_of({{"c", pair.pem()}, {"k", pair.key_pem()}, {"d", other.pem()}}))
                    .value()
                    .matches);
  }
}

TEST_CASE("match opens stores and encrypted keys with their passphrase (S3-21)", "[pki]") {
  const test::Chain chain;
  const Secret pass("x");
  const auto store = encode_pkcs12({.chain = {chain.leaf.x509(), chain.lower.x509()},
                                    .key = chain.leaf.key.get(),
                                    .name = {}},
                                   pass, "x")
                         .value();
  const auto locked_key = encode_key(chain.leaf.key.get(), Encoding::pem, &pass).value();
  const auto opened = [&](const Secret& bytes) {
    std::vector<InspectedFile> files = files_of({{"a.pem", chain.leaf.pem()}});
    files.push_back(
        inspected("b", parse_credential_file(bytes.text(), "b", {.passphrase = &pass}).value()));
    return files;
  };
  CHECK(match(opened(store)).value().sentence ==
        "a.pem (certificate) and b (private key) belong together");
  CHECK(match(opened(locked_key)).value().matches);
  CHECK(
      match(files_of({{"a", chain.leaf.pem()}, {"b", std::string(store.text())}})).error().text() ==
      "b: the PKCS#12 file is encrypted (give its passphrase: --password env:NAME, file:PATH or "
      "fd:N)");
  CHECK(match(files_of({{"a", chain.leaf.pem()}, {"b", std::string(locked_key.text())}}))
            .error()
            .text() ==
        "b: the private key is encrypted (give its passphrase: --password env:NAME, file:PATH or "
        "fd:N)");
}

TEST_CASE("what has no key cannot match", "[pki]") {
  const test::Chain chain;
  const auto crl = test::revocation_list(chain.root, {}, {});
  CHECK(match(files_of({{"a", chain.leaf.pem()}, {"b.crl", crl_pem(crl.get()).value()}}))
            .error()
            .text() ==
        "b.crl: the CRL has no key to compare (give a certificate, a request or a key)");
}
