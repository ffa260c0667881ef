// The layout, all integers big-endian (sun.security.provider.JavaKeyStore):
//
//   u32 0xFEEDFEED, u32 version 2, u32 entries
//   entry   u32 tag (1: key, 2: trusted), text alias, u64 time in ms
//           key: block key, u32 count, count x (text "X.509", block certificate)
//           trusted: text "X.509", block certificate
//   SHA-1 over the password in UTF-16, "Mighty Aphrodite" and all of the above
//
// text = u16 length and bytes, block = u32 length and bytes. A key is PKCS#8, encrypted with a key
// stream of SHA-1 digests, inside an EncryptedPrivateKeyInfo. That protects nothing today; the file
// has to be, and is, readable by the broker's user alone.
#include "harness/broker/activemq/stores.hpp"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <vector>

#include "core/tls/openssl.hpp"

namespace handfast::broker::activemq {

namespace {

constexpr std::uint32_t key_entry = 1;
constexpr std::uint32_t trusted_entry = 2;

void put_number(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> shift) & 0xff);
  }
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size(), 2);
  out += text;
}

void put_block(std::string& out, std::string_view block) {
  put_number(out, block.size(), 4);
  out += block;
}

void put_certificate(std::string& out, std::string_view der) {
  put_text(out, "X.509");
  put_block(out, der);
}

void begin_entry(std::string& out, std::uint32_t tag, std::string_view alias) {
  put_number(out, tag, 4);
  put_text(out, alias);
  put_number(out, 0, 8);  // when it was made: nobody asks
}

std::string header(std::size_t entries) {
  std::string out;
  put_number(out, 0xFEEDFEED, 4);
  put_number(out, 2, 4);
  put_number(out, entries, 4);
  return out;
}

/// Java's chars; ours are ASCII.
std::string utf16(std::string_view password) {
  std::string out;
  for (const char c : password) {
    out += '\0';
    out += c;
  }
  return out;
}

std::string sha1(std::string_view bytes) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return {digest.begin(), digest.end()};
}

std::string sealed(std::string store, std::string_view password) {
  const auto digest = sha1(utf16(password) + "Mighty Aphrodite" + store);
  return store + digest;
}

/// The DER of each certificate, as it stands in the text: whether it makes sense is the broker's to
/// find out.
std::vector<std::string> certificates(const std::string& pem) {
  const tls::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<std::string> found;
  char* name = nullptr;
  char* attributes = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(bio.get(), &name, &attributes, &data, &size) == 1) {
    if (std::string_view(name) == PEM_STRING_X509) {
      found.emplace_back(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
    }
    OPENSSL_free(name);
    OPENSSL_free(attributes);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
  tls::drain_errors();  // the end of the text is one to OpenSSL
  return found;
}

Problem no_certificate(const std::string& where) {
  return environment_problem("no certificate in the file", where);
}

template <class T, class Encode>
std::string der_of(const T* object, Encode encode) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  if (size < 0) return {};
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return out;
}

/// PKCS#8 of a PEM key; empty when it is none.
std::string plain_key(const std::string& pem) {
  using InfoPtr = tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
  const tls::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const tls::PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return {};
  const InfoPtr info(EVP_PKEY2PKCS8(key.get()));
  return info ? der_of(info.get(), i2d_PKCS8_PRIV_KEY_INFO) : std::string();
}

/// sun.security.provider.KeyProtector: salt, key XOR stream, check sum.
std::string protected_key(std::string_view plain, std::string_view password) {
  const auto secret = utf16(password);
  std::string salt(SHA_DIGEST_LENGTH, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), SHA_DIGEST_LENGTH);
  auto out = salt;
  std::string stream = salt;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const auto at = i % SHA_DIGEST_LENGTH;
    if (at == 0) stream = sha1(secret + stream);
    out += static_cast<char>(plain[i] ^ stream[at]);
  }
  return out + sha1(secret + std::string(plain));
}

/// EncryptedPrivateKeyInfo (RFC 5208 section 6) with Sun's own algorithm.
std::string wrapped_key(const std::string& cipher_text) {
  using SigPtr = tls::OpensslPtr<X509_SIG, X509_SIG_free>;
  const SigPtr info(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* octets = nullptr;
  X509_SIG_getm(info.get(), &algorithm, &octets);
  X509_ALGOR_set0(algorithm, OBJ_txt2obj("1.3.6.1.4.1.42.2.17.1.1", 1), V_ASN1_NULL, nullptr);
  ASN1_OCTET_STRING_set(octets, reinterpret_cast<const unsigned char*>(cipher_text.data()),
                        static_cast<int>(cipher_text.size()));
  return der_of(info.get(), i2d_X509_SIG);
}

}  // namespace

Result<std::string> key_store(const std::string& key_pem, const std::string& chain_pem,
                              std::string_view password, const std::string& where) {
  const auto plain = plain_key(key_pem);
  if (plain.empty()) {
    return tls::openssl_problem(ProblemKind::environment, "no private key in the file", where);
  }
  const auto chain = certificates(chain_pem);
  if (chain.empty()) return no_certificate(where);
  auto store = header(1);
  begin_entry(store, key_entry, "server");
  put_block(store, wrapped_key(protected_key(plain, password)));
  put_number(store, chain.size(), 4);
  for (const auto& der : chain) put_certificate(store, der);
  return sealed(std::move(store), password);
}

Result<std::string> trust_store(const std::string& anchors_pem, std::string_view password,
                                const std::string& where) {
  const auto anchors = certificates(anchors_pem);
  if (anchors.empty()) return no_certificate(where);
  auto store = header(anchors.size());
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    begin_entry(store, trusted_entry, "anchor" + std::to_string(i));
    put_certificate(store, anchors[i]);
  }
  return sealed(std::move(store), password);
}

}  // namespace handfast::broker::activemq
