#include "pki/mint/signature.hpp"

#include <fmt/format.h>
#include <openssl/rsa.h>

#include <array>
#include <string>
#include <vector>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

struct HashRow {
  Hash hash;
  std::string_view name;
  const EVP_MD* (*digest)();
};

constexpr std::array<HashRow, 5> hashes{{{Hash::sha256, "sha256", EVP_sha256},
                                         {Hash::sha384, "sha384", EVP_sha384},
                                         {Hash::sha512, "sha512", EVP_sha512},
                                         {Hash::sha1, "sha1", EVP_sha1},
                                         {Hash::md5, "md5", EVP_md5}}};

const HashRow& row(Hash hash) { return hashes[static_cast<std::size_t>(hash)]; }

bool brings_its_digest(const EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1 ||
         EVP_PKEY_is_a(key, "ML-DSA-44") == 1 || EVP_PKEY_is_a(key, "ML-DSA-65") == 1 ||
         EVP_PKEY_is_a(key, "ML-DSA-87") == 1;
}

}  // namespace

std::string_view to_string(Hash hash) { return row(hash).name; }

Result<Hash> parse_hash(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& entry : hashes) {
    if (entry.name == text) return entry.hash;
    names.emplace_back(entry.name);
  }
  return usage_problem(fmt::format("unknown digest \"{}\"", printable(text)), {},
                       suggest(text, names));
}

Result<tls::DigestContextPtr> signing_context(EVP_PKEY* key, const SignatureOptions& options) {
  tls::DigestContextPtr context(EVP_MD_CTX_new());
  const EVP_MD* digest = brings_its_digest(key) ? nullptr : row(options.hash).digest();
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  bool ready = EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key) == 1;
  const bool pss_key = EVP_PKEY_is_a(key, "RSA-PSS") == 1;
  if (ready && (pss_key || (options.pss && EVP_PKEY_is_a(key, "RSA") == 1))) {
    const int salt = options.salt_octets < 0 ? RSA_PSS_SALTLEN_DIGEST : options.salt_octets;
    ready = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt) == 1;
  }
  if (!ready) {
    return tls::openssl_problem(
        ProblemKind::internal, fmt::format("this key cannot sign with {}", row(options.hash).name));
  }
  return context;
}

}  // namespace handfast::pki
