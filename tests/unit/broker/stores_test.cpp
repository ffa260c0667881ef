// Java's own store format. That Java reads it is for tests/integration/broker_drivers to show.
#include "harness/broker/activemq/stores.hpp"

#include "core/tls/openssl.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

std::uint32_t number_at(const std::string& store, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(store.at(at + i));
  }
  return value;
}

}  // namespace

TEST_CASE("a trust store has an entry for each certificate of the file", "[broker]") {
  const auto& pki = test::test_pki();
  const auto pem = pki.trust_pem() + test::to_pem(pki.intermediate.certificate.get());
  const auto store = activemq::trust_store(pem, "changeit", "cacert.pem").value();
  CHECK(number_at(store, 0) == 0xFEEDFEED);
  CHECK(number_at(store, 4) == 2);
  CHECK(number_at(store, 8) == 2);
  CHECK(number_at(store, 12) == 2);  // the first entry is a trusted certificate
}

TEST_CASE("a key store holds the chain and not the key in clear", "[broker]") {
  const auto& pki = test::test_pki();
  const auto key = test::to_pem(pki.server.key.get());
  const auto store =
      activemq::key_store(key, pki.server_chain_pem(), "changeit", "chain.pem").value();
  CHECK(number_at(store, 8) == 1);
  CHECK(number_at(store, 12) == 1);  // an entry with a private key
  std::size_t certificates = 0;
  for (std::size_t at = 0; (at = store.find("X.509", at)) != std::string::npos; ++at) {
    ++certificates;
  }
  CHECK(certificates == 2);
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(pki.server.key.get(), &der);
  const std::string plain(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  CHECK(store.find(plain) == std::string::npos);
}

TEST_CASE("files without a key or a certificate are named", "[broker]") {
  const auto& pki = test::test_pki();
  const auto key = test::to_pem(pki.server.key.get());
  CHECK(activemq::trust_store("nothing", "x", "cacert.pem").error().text() ==
        "cacert.pem: no certificate in the file");
  CHECK(activemq::key_store(key, "nothing", "x", "chain.pem").error().text() ==
        "chain.pem: no certificate in the file");
  CHECK(activemq::key_store("nothing", pki.server_chain_pem(), "x", "chain.pem").error().where ==
        "chain.pem");
}
