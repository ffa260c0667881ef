#include "pki/formats/detail/stored_keys.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <cstring>

#include "core/base/text.hpp"
#include "pki/formats/detail/asn1_text.hpp"

namespace handfast::pki::detail {

namespace {

constexpr const char* the_key = "the private key";

int copy_passphrase(char* buffer, int size, int, void* secret) {
  const auto text = static_cast<const Secret*>(secret)->text();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::copy(text.begin(), text.end(), buffer);
  return static_cast<int>(text.size());
}

}  // namespace

Credential of_key(CredentialKind kind, tls::PkeyPtr key) {
  Credential out;
  out.kind = kind;
  out.key = std::move(key);
  return out;
}

Result<Credential> open_key(const X509_SIG* encrypted, FileReading& reading) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(encrypted, &algorithm, nullptr);
  auto out = of_key(CredentialKind::encrypted_key, nullptr);
  out.protection = encryption_title(algorithm);
  if (reading.passphrase == nullptr) return out;
  if (auto paid = reading.budget.spend(algorithm); !paid) return paid.error();
  ERR_clear_error();
  const PlainKeyPtr plain(PKCS8_decrypt(encrypted, reading.passphrase->c_str(),
                                        static_cast<int>(reading.passphrase->size())));
  if (!plain) return opening_problem(the_key, out.protection, reading.where);
  out.key.reset(EVP_PKCS82PKEY(plain.get()));
  if (!out.key) {
    // A wrong passphrase may leave valid padding by chance; what comes out then is no key.
    return tls::openssl_problem(ProblemKind::environment,
                                "what the passphrase opens is no private key that OpenSSL knows",
                                reading.where);
  }
  out.kind = CredentialKind::private_key;
  return out;
}

Result<Credential> open_key(PemBlock& block, FileReading& reading) {
  auto out = of_key(CredentialKind::encrypted_key, nullptr);
  EVP_CIPHER_INFO cipher;
  ERR_clear_error();
  const auto line = block.header.find("DEK-Info: ");
  const auto name = line == std::string::npos
                        ? std::string("an unnamed cipher")
                        : block.header.substr(line + 10, block.header.find(',', line) - line - 10);
  out.protection = "traditional PEM, " + printable(name, 40);
  if (reading.passphrase == nullptr) return out;
  if (PEM_get_EVP_CIPHER_INFO(block.header.data(), &cipher) != 1) {
    ERR_clear_error();
    return environment_problem(
        fmt::format("the headers of the encrypted {} are broken or name an unknown cipher: {}",
                    printable(block.label, 60), printable(name, 40)),
        reading.where);
  }
  // Decrypts in place, so on a copy that is wiped too.
  Secret copy(block.der.text());
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(copy.c_str()));
  long size = static_cast<long>(copy.size());
  if (PEM_do_header(&cipher, data, &size, copy_passphrase,
                    const_cast<Secret*>(reading.passphrase)) != 1) {
    return opening_problem(the_key, out.protection, reading.where);
  }
  const unsigned char* position = data;
  out.key.reset(d2i_AutoPrivateKey(nullptr, &position, size));
  if (!out.key) return opening_problem(the_key, out.protection, reading.where);
  out.kind = CredentialKind::private_key;
  return out;
}

}  // namespace handfast::pki::detail
