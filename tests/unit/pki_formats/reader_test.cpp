// What is read: every format, and the ways in which people hand PEM around.
#include <openssl/pkcs12.h>

#include <algorithm>

#include "pki/formats/credentials.hpp"
#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::Chain;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

bool is_leaf(const std::string& text, const Chain& chain) {
  const auto found = parse_credentials(text, "pasted");
  if (!found) {
    INFO(found.error().text());
    CHECK(found);
    return false;
  }
  return found->size() == 1 && X509_cmp(found->front().certificate.get(), chain.leaf.x509()) == 0;
}

std::string der_of(const test::Pair& pair) {
  Credential item;
  item.certificate = tls::up_ref(pair.x509());
  return credential_der(item).value();
}

ReadOptions with(const Secret& passphrase) { return {.passphrase = &passphrase}; }

}  // namespace

TEST_CASE("pasted PEM is read, however it was pasted (S1-11)", "[pki]") {
  const Chain chain;
  const auto pem = chain.leaf.pem();
  CHECK(is_leaf(pem, chain));
  CHECK(is_leaf(replaced(pem, "\n", "\r\n"), chain));
  CHECK(is_leaf(replaced(pem, "\n", "\n   "), chain));
  CHECK(is_leaf("\n\n  \t" + replaced(pem, "\n", "   \n") + "  \n\n", chain));
  CHECK(is_leaf("> " + replaced(pem, "\n", "\n> "), chain));
  CHECK(is_leaf("\xef\xbb\xbf" + pem, chain));
  CHECK(is_leaf(replaced(pem, "\n", " "), chain));
  CHECK(is_leaf(replaced(pem, "\n", "\\n"), chain));
  CHECK(is_leaf("{\"cert\": \"" + replaced(pem, "\n", "\\r\\n") + "\"}", chain));
  CHECK(is_leaf("Subject: CN=x\nissuer=y\n" + pem + "-- \nRegards, the CA\n", chain));
}

TEST_CASE("broken PEM is told from foreign text", "[pki]") {
  const Chain chain;
  const auto pem = chain.leaf.pem();
  const auto message = [](const std::string& text) {
    return parse_credentials(text, "a.pem").error().text();
  };
  CHECK(message(pem.substr(0, pem.size() - 10)) ==
        "a.pem: block 1 is broken: the line \"-----END CERTIFICATE-----\" is missing");
  CHECK(message(pem.substr(0, 200) + "\n" + pem) ==
        "a.pem: block 1 is broken: the next block begins before it ends");
  CHECK(message(pem + replaced(pem, "M", "!")) ==
        "a.pem: block 2 is broken: what it holds is no base64");
  CHECK(message("-----BEGIN CERTIFICATE-----\nTQ=\n-----END CERTIFICATE-----\n") ==
        "a.pem: block 1 is broken: what it holds is no base64");
  CHECK(message("-----BEGIN CERTIFICATE-----\nTQ==TQ==\n-----END CERTIFICATE-----\n") ==
        "a.pem: block 1 is broken: what it holds is no base64");
  CHECK(message("-----BEGIN CERTIFICATE") == "a.pem: block 1 is broken: its BEGIN line has no end");
  CHECK(message(test::armour("OPENSSH PRIVATE KEY", "x")).starts_with("a.pem: block 1 is a "));
  CHECK(message(test::armour("OPENSSH PRIVATE KEY", "x")).find("ssh-keygen -p -m PEM") !=
        std::string::npos);
  CHECK(message(test::armour("PGP MESSAGE", "x")) ==
        "a.pem: block 1 is a \"PGP MESSAGE\" (expected certificates, certificate requests, keys, "
        "CRLs, OCSP responses or PKCS#7)");
}

TEST_CASE("every kind of object is read from PEM and from DER (S4-14)", "[pki]") {
  const Chain chain;
  const auto request = test::request(chain.leaf.key.get(), "x");
  const auto crl = test::revocation_list(chain.root, {{7}}, {});
  const auto ocsp = test::ocsp_answer(chain.root, {{7, V_OCSP_CERTSTATUS_GOOD}});
  std::vector<Credential> items(5);
  items[0].certificate = tls::up_ref(chain.leaf.x509());
  items[1].kind = CredentialKind::request;
  items[1].request.reset(X509_REQ_dup(request.get()));
  items[2].kind = CredentialKind::crl;
  items[2].crl.reset(X509_CRL_dup(crl.get()));
  items[3].kind = CredentialKind::ocsp_response;
  items[3].ocsp.reset(
      static_cast<OCSP_RESPONSE*>(ASN1_item_dup(ASN1_ITEM_rptr(OCSP_RESPONSE), ocsp.get())));
  items[4].kind = CredentialKind::public_key;
  items[4].key = tls::up_ref(chain.leaf.key.get());
  for (const auto& item : items) {
    INFO(to_string(item.kind));
    const auto der = credential_der(item).value();
    for (const auto& bytes : {credential_pem(item).value(), der}) {
      const auto found = parse_credential_file(bytes, "file").value();
      REQUIRE(found.items.size() == 1);
      CHECK(found.items.front().kind == item.kind);
      CHECK(credential_der(found.items.front()).value() == der);
      CHECK(found.format == (bytes == der ? "DER" : "PEM"));
    }
    CHECK_FALSE(parse_credentials(der.substr(0, der.size() - 1), "file"));
    CHECK_FALSE(parse_credentials(der + '\0', "file"));
  }
}

TEST_CASE("requests are PKCS#10 in PEM, also with the old label (S4-16)", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  const auto text = test::request_text(test::request(key.get(), "dev").get());
  CHECK(parse_credentials(text, "a").value().front().kind == CredentialKind::request);
  const auto old = replaced(text, "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
  CHECK(parse_credentials(old, "a").value().front().kind == CredentialKind::request);
}

TEST_CASE("a PKCS#7 file gives its certificates in order, and its CRLs (S4-08)", "[pki]") {
  const Chain chain;
  const auto crl = test::revocation_list(chain.root, {}, {});
  for (const auto encoding : {Encoding::pem, Encoding::der}) {
    const auto bytes = encode_pkcs7({chain.leaf.x509(), chain.lower.x509(), chain.upper.x509()},
                                    {crl.get()}, encoding)
                           .value();
    const auto found = parse_credential_file(bytes, "a.p7b").value();
    CHECK(found.format == (encoding == Encoding::pem ? "PKCS#7 (PEM)" : "PKCS#7 (DER)"));
    REQUIRE(found.items.size() == 4);
    CHECK(X509_cmp(found.items[0].certificate.get(), chain.leaf.x509()) == 0);
    CHECK(X509_cmp(found.items[2].certificate.get(), chain.upper.x509()) == 0);
    CHECK(found.items[3].kind == CredentialKind::crl);
  }
}

TEST_CASE("keys are read as PKCS#8, traditional, encrypted either way", "[pki]") {
  const Secret right("right");
  const Secret wrong("wrong");
  for (const auto type : {KeyType::p256, KeyType::rsa2048}) {
    const auto key = make_key(type).value();
    const auto same = [&key](const Result<std::vector<Credential>>& found) {
      return found && found->size() == 1 && found->front().kind == CredentialKind::private_key &&
             EVP_PKEY_eq(found->front().key.get(), key.get()) == 1;
    };
    std::vector<std::string> encrypted{test::traditional_encrypted(key.get(), "right")};
    for (const auto encoding : {Encoding::pem, Encoding::der}) {
      const auto plain = encode_key(key.get(), encoding).value();
      CHECK(same(parse_credentials(plain.text(), "k")));
      CHECK(same(parse_credentials(plain.text(), "k", with(right))));
      encrypted.emplace_back(encode_key(key.get(), encoding, &right).value().text());
    }
    for (const auto& text : encrypted) {
      CHECK(same(parse_credentials(text, "k", with(right))));
      const auto locked = parse_credentials(text, "k").value();
      REQUIRE(locked.size() == 1);
      CHECK(locked.front().kind == CredentialKind::encrypted_key);
      CHECK(locked.front().public_key() == nullptr);
      CHECK_FALSE(locked.front().protection.empty());
      CHECK(parse_credentials(text, "k", with(wrong)).error().text() ==
            "k: the passphrase does not open the private key (check which passphrase it was "
            "written with)");
    }
  }
}

TEST_CASE("how a key is encrypted is told without its passphrase", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  const Secret pass("x");
  const auto text = encode_key(key.get(), Encoding::pem, &pass).value();
  CHECK(parse_credentials(text.text(), "k").value().front().protection ==
        "PBES2, PBKDF2 with 10000 rounds of hmacWithSHA256, aes-256-cbc");
  CHECK(parse_credentials(test::traditional_encrypted(key.get(), "x"), "k")
            .value()
            .front()
            .protection == "traditional PEM, AES-128-CBC");
}

TEST_CASE("a key derivation that costs too much is refused before it is done", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  const Secret pass("x");
  const auto text = encode_key(key.get(), Encoding::pem, &pass).value();
  CHECK(parse_credentials(text.text(), "k", {.passphrase = &pass, .most_kdf_rounds = 9999})
            .error()
            .text() ==
        "k: opening it would take 10000 rounds of key derivation, more than the 9999 that a file "
        "may cost (no honest file needs that many; encrypt it again with fewer)");
  // Two keys in one file share what it may cost.
  const auto both = std::string(text.text()) + std::string(text.text());
  CHECK_FALSE(parse_credentials(both, "k", {.passphrase = &pass, .most_kdf_rounds = 19'999}));
  CHECK(parse_credentials(both, "k", {.passphrase = &pass, .most_kdf_rounds = 20'000}));
}

TEST_CASE("scrypt counts by its memory and its passes", "[pki]") {
  const auto key = make_key(KeyType::p256).value();
  const tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> plain(
      EVP_PKEY2PKCS8(key.get()));
  X509_ALGOR* algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, 1024, 8, 2);
  REQUIRE(algorithm != nullptr);
  const tls::OpensslPtr<X509_SIG, X509_SIG_free> locked(
      PKCS8_set0_pbe("x", 1, plain.get(), algorithm));
  REQUIRE(locked);
  unsigned char* der = nullptr;
  const int size = i2d_X509_SIG(locked.get(), &der);
  const std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  const Secret pass("x");
  CHECK(parse_credentials(bytes, "k").value().front().protection ==
        "PBES2, scrypt with N=1024 r=8 p=2, aes-256-cbc");
  CHECK_FALSE(parse_credentials(bytes, "k", {.passphrase = &pass, .most_kdf_rounds = 16'383}));
  CHECK(parse_credentials(bytes, "k", {.passphrase = &pass, .most_kdf_rounds = 16'384})
            .value()
            .front()
            .kind == CredentialKind::private_key);
}

TEST_CASE("parameters before a key are no object of their own", "[pki]") {
  const Chain chain;
  const auto text = test::armour("EC PARAMETERS", "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07") +
                    chain.leaf.key_pem() + chain.leaf.pem();
  CHECK(parse_credentials(text, "a").value().size() == 2);
}

TEST_CASE("a truncated file is refused at every length", "[pki]") {
  const Chain chain;
  const auto der = der_of(chain.leaf);
  for (std::size_t size = 0; size < der.size(); ++size) {
    const auto cut = parse_credentials(std::string_view(der).substr(0, size), "cut");
    REQUIRE_FALSE(cut);
    REQUIRE(cut.error().kind == ProblemKind::environment);
  }
}
