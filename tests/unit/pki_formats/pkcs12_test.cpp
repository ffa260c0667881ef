#include <openssl/pkcs12.h>

#include <algorithm>

#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::Chain;

namespace {

using Pkcs12Ptr = tls::OpensslPtr<PKCS12, PKCS12_free>;

std::string der_of(const PKCS12* store) {
  unsigned char* der = nullptr;
  const int size = i2d_PKCS12(store, &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

/// Made by OpenSSL's own function, with the ciphers and rounds given.
Pkcs12Ptr foreign_store(const Chain& chain, const char* passphrase, int cipher, int rounds,
                        int mac_rounds) {
  STACK_OF(X509)* others = sk_X509_new_null();
  sk_X509_push(others, chain.lower.x509());
  Pkcs12Ptr out(PKCS12_create(passphrase, "broker", chain.leaf.key.get(), chain.leaf.x509(), others,
                              cipher, cipher, rounds, mac_rounds, 0));
  sk_X509_free(others);
  return out;
}

std::size_t count(const CredentialFile& file, CredentialKind kind) {
  return static_cast<std::size_t>(
      std::count_if(file.items.begin(), file.items.end(),
                    [kind](const auto& item) { return item.kind == kind; }));
}

}  // namespace

TEST_CASE("PKCS#12 holds leaf, key and chain (S0-16)", "[pki]") {
  const Chain chain;
  const Secret pass("geheim");
  const auto store =
      encode_pkcs12({.chain = {chain.leaf.x509(), chain.lower.x509(), chain.upper.x509()},
                     .key = chain.leaf.key.get(),
                     .name = "Bröker"},
                    pass, "x")
          .value();
  const auto file = parse_credential_file(store.text(), "a.p12", {.passphrase = &pass}).value();
  CHECK(file.format == "PKCS#12");
  CHECK(file.integrity == "sha256, 10000 rounds");
  REQUIRE(count(file, CredentialKind::certificate) == 3);
  REQUIRE(count(file, CredentialKind::private_key) == 1);
  CHECK(X509_cmp(file.items[0].certificate.get(), chain.leaf.x509()) == 0);
  CHECK(file.items[0].friendly_name == "Bröker");
  CHECK(EVP_PKEY_eq(file.items[3].key.get(), chain.leaf.key.get()) == 1);
  CHECK(file.items[3].protection ==
        "PBES2, PBKDF2 with 10000 rounds of hmacWithSHA256, aes-256-cbc");
}

TEST_CASE("the alias of a PKCS#12 file is the common name when none is given", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const auto store =
      encode_pkcs12({.chain = {chain.leaf.x509()}, .key = chain.leaf.key.get(), .name = {}}, pass,
                    "x")
          .value();
  const auto file = parse_credential_file(store.text(), "a.p12", {.passphrase = &pass}).value();
  CHECK(file.items.front().friendly_name == "localhost");
}

TEST_CASE("a PKCS#12 file does not open with another passphrase, nor without", "[pki]") {
  const Chain chain;
  const Secret pass("right");
  const Secret wrong("wrong");
  const auto store =
      encode_pkcs12({.chain = {chain.leaf.x509()}, .key = chain.leaf.key.get(), .name = {}}, pass,
                    "x")
          .value();
  CHECK(parse_credentials(store.text(), "a.p12", {.passphrase = &wrong}).error().text() ==
        "a.p12: the passphrase does not open the PKCS#12 file (check which passphrase it was "
        "written with)");
  const auto locked = parse_credential_file(store.text(), "a.p12").value();
  REQUIRE(locked.items.size() == 1);
  CHECK(locked.items.front().kind == CredentialKind::locked_store);
  CHECK(locked_problem(locked.items.front().kind, "a.p12").text() ==
        "a.p12: the PKCS#12 file is encrypted (give its passphrase: --password env:NAME, file:PATH "
        "or fd:N)");
}

TEST_CASE("stores of others are read: 3DES, no MAC, empty and no passphrase", "[pki]") {
  const Chain chain;
  constexpr int triple_des = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
  const Secret pass("x");
  const Secret empty("");
  const auto read = [](const Pkcs12Ptr& store, const Secret* secret) {
    REQUIRE(store);
    auto file = parse_credential_file(der_of(store.get()), "a", {.passphrase = secret});
    REQUIRE(file);
    return std::move(*file);
  };
  const auto is_whole = [](const CredentialFile& file) {
    return count(file, CredentialKind::certificate) == 2 &&
           count(file, CredentialKind::private_key) == 1;
  };
  const auto old = read(foreign_store(chain, "x", triple_des, 2048, 2048), &pass);
  CHECK(is_whole(old));
  const auto no_mac = read(foreign_store(chain, "x", NID_aes_128_cbc, 2048, -1), &pass);
  CHECK(is_whole(no_mac));
  CHECK(no_mac.integrity == "none");
  CHECK(is_whole(read(foreign_store(chain, "", NID_aes_128_cbc, 2048, 2048), &empty)));
  CHECK(is_whole(read(foreign_store(chain, "", NID_aes_128_cbc, 2048, 2048), nullptr)));
  CHECK(is_whole(read(foreign_store(chain, nullptr, -1, 2048, 2048), nullptr)));
  const auto locked = read(foreign_store(chain, "x", NID_aes_128_cbc, 2048, -1), nullptr);
  CHECK(locked.items.front().kind == CredentialKind::locked_store);
}

TEST_CASE("a store without MAC and with another passphrase is refused too", "[pki]") {
  const Chain chain;
  const Secret wrong("wrong");
  const auto store = foreign_store(chain, "x", NID_aes_128_cbc, 2048, -1);
  const auto refused = parse_credentials(der_of(store.get()), "a", {.passphrase = &wrong});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "the passphrase does not open the PKCS#12 file");
}

TEST_CASE("a hostile number of rounds is refused at once, wherever it stands", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const auto mac = foreign_store(chain, "x", NID_aes_128_cbc, 2048, 2048);
  const ASN1_INTEGER* rounds = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, mac.get());
  for (const long number : {2'000'000'000L, -5L}) {
    ASN1_INTEGER_set(const_cast<ASN1_INTEGER*>(rounds), number);
    const auto bytes = der_of(mac.get());
    for (const auto* secret : {&pass, static_cast<const Secret*>(nullptr)}) {
      const auto refused = parse_credentials(bytes, "a", {.passphrase = secret});
      REQUIRE_FALSE(refused);
      CHECK(refused.error().message.starts_with("opening it would take "));
    }
  }
  // In the safe of the certificates, and in the bag of the key.
  const auto bytes = der_of(foreign_store(chain, "x", NID_aes_128_cbc, 3000, 1).get());
  const auto read = [&](std::uint64_t most) {
    return parse_credentials(bytes, "a", {.passphrase = &pass, .most_kdf_rounds = most});
  };
  CHECK_FALSE(read(2000));
  CHECK_FALSE(read(6000));
  CHECK(read(6001));
}

TEST_CASE("PKCS#12 is not made for a key of somebody else", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  CHECK(encode_pkcs12({.chain = {chain.leaf.x509()}, .key = chain.root.key.get(), .name = {}}, pass,
                      "a.pem")
            .error()
            .text() ==
        "a.pem: certificate and private key do not belong together (compare them with: handfast "
        "pki match CERT KEY)");
}

TEST_CASE("a trust store marks its certificates for Java and names each", "[pki]") {
  const Chain chain;
  const auto twin = test::authority("root");
  const Secret pass("changeit");
  const auto bytes =
      encode_pkcs12_trust({chain.root.x509(), chain.upper.x509(), twin.x509()}, pass).value();
  const auto file = parse_credential_file(bytes, "trust.p12", {.passphrase = &pass}).value();
  REQUIRE(file.items.size() == 3);
  CHECK(file.items[0].friendly_name == "root");
  CHECK(file.items[1].friendly_name == "upper");
  CHECK(file.items[2].friendly_name == "root-2");
  for (const auto& item : file.items) CHECK(item.java_trusted);
  CHECK(encode_pkcs12_trust({}, pass).error().kind == ProblemKind::usage);
}
