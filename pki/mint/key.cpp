#include "pki/mint/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

struct TypeRow {
  KeyType type;
  std::string_view name;
  std::string_view title;
  const char* algorithm;
  const char* curve;  // null unless EC
  int nid;
  int rsa_bits;  // 0 unless RSA
  bool weak;
};

constexpr std::array<TypeRow, 19> types{{
    {KeyType::p256, "p256", "P-256", "EC", SN_X9_62_prime256v1, NID_X9_62_prime256v1, 0, false},
    {KeyType::p384, "p384", "P-384", "EC", SN_secp384r1, NID_secp384r1, 0, false},
    {KeyType::p521, "p521", "P-521", "EC", SN_secp521r1, NID_secp521r1, 0, false},
    {KeyType::ed25519, "ed25519", "Ed25519", "ED25519", nullptr, NID_undef, 0, false},
    {KeyType::rsa2048, "rsa2048", "RSA 2048", "RSA", nullptr, NID_undef, 2048, false},
    {KeyType::rsa3072, "rsa3072", "RSA 3072", "RSA", nullptr, NID_undef, 3072, false},
    {KeyType::rsa4096, "rsa4096", "RSA 4096", "RSA", nullptr, NID_undef, 4096, false},
    {KeyType::ed448, "ed448", "Ed448", "ED448", nullptr, NID_undef, 0, false},
    {KeyType::rsapss2048, "rsapss2048", "RSA-PSS 2048", "RSA-PSS", nullptr, NID_undef, 2048, false},
    {KeyType::rsapss3072, "rsapss3072", "RSA-PSS 3072", "RSA-PSS", nullptr, NID_undef, 3072, false},
    {KeyType::rsapss4096, "rsapss4096", "RSA-PSS 4096", "RSA-PSS", nullptr, NID_undef, 4096, false},
    {KeyType::mldsa44, "mldsa44", "ML-DSA-44", "ML-DSA-44", nullptr, NID_undef, 0, false},
    {KeyType::mldsa65, "mldsa65", "ML-DSA-65", "ML-DSA-65", nullptr, NID_undef, 0, false},
    {KeyType::mldsa87, "mldsa87", "ML-DSA-87", "ML-DSA-87", nullptr, NID_undef, 0, false},
    {KeyType::rsa1024, "rsa1024", "RSA 1024", "RSA", nullptr, NID_undef, 1024, true},
    {KeyType::p192, "p192", "P-192", "EC", SN_X9_62_prime192v1, NID_X9_62_prime192v1, 0, true},
    {KeyType::p224, "p224", "P-224", "EC", SN_secp224r1, NID_secp224r1, 0, true},
    {KeyType::secp256k1, "secp256k1", "secp256k1", "EC", SN_secp256k1, NID_secp256k1, 0, true},
    {KeyType::dsa2048, "dsa2048", "DSA 2048", "DSA", nullptr, NID_undef, 0, true},
}};

const TypeRow& row(KeyType type) { return types[static_cast<std::size_t>(type)]; }

using PkeyPtr = tls::PkeyPtr;

/// DSA takes domain parameters first; making them costs a second or so.
PkeyPtr dsa_parameters() {
  tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* parameters = nullptr;
  const bool made = context && EVP_PKEY_paramgen_init(context.get()) == 1 &&
                    EVP_PKEY_CTX_set_dsa_paramgen_bits(context.get(), 2048) == 1 &&
                    EVP_PKEY_paramgen(context.get(), &parameters) == 1;
  return PkeyPtr(made ? parameters : nullptr);
}

tls::PkeyContextPtr context_for(const TypeRow& entry) {
  if (entry.type == KeyType::dsa2048) {
    const auto parameters = dsa_parameters();
    return tls::PkeyContextPtr(
        parameters ? EVP_PKEY_CTX_new_from_pkey(nullptr, parameters.get(), nullptr) : nullptr);
  }
  return tls::PkeyContextPtr(EVP_PKEY_CTX_new_from_name(nullptr, entry.algorithm, nullptr));
}

}  // namespace

std::string_view to_string(KeyType type) { return row(type).name; }
std::string key_title(KeyType type) { return std::string(row(type).title); }
bool is_rsa(KeyType type) { return row(type).rsa_bits != 0; }
bool is_ec(KeyType type) { return row(type).curve != nullptr; }
int curve_nid(KeyType type) { return row(type).nid; }
const char* curve_name(KeyType type) { return row(type).curve; }

Result<KeyType> parse_key_type(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& entry : types) {
    if (entry.name == text) return entry.type;
    if (!entry.weak) names.emplace_back(entry.name);
  }
  return usage_problem(fmt::format("unknown key type \"{}\"", printable(text)), {},
                       suggest(text, names));
}

bool is_weak(KeyType type) { return row(type).weak; }

Result<void> check_supported(KeyType type) {
  const auto& entry = row(type);
  if (!entry.name.starts_with("mldsa")) return {};
  const tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, entry.algorithm, nullptr));
  tls::drain_errors();
  if (context) return {};
  return usage_problem(fmt::format("{} needs OpenSSL 3.5; this is {}", entry.title,
                                   OpenSSL_version(OPENSSL_VERSION_STRING)),
                       {}, "take p256 or ed25519, or build on a system with OpenSSL 3.5");
}

Result<KeyMaker> KeyMaker::of(KeyType type) {
  if (auto supported = check_supported(type); !supported) return supported.error();
  const auto& entry = row(type);
  auto context = context_for(entry);
  bool ready = context && EVP_PKEY_keygen_init(context.get()) == 1;
  if (ready && entry.curve != nullptr) {
    ready = EVP_PKEY_CTX_set_group_name(context.get(), entry.curve) == 1;
  }
  if (ready && entry.rsa_bits != 0) {
    ready = EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), entry.rsa_bits) == 1;
  }
  if (!ready) {
    return tls::openssl_problem(ProblemKind::internal,
                                fmt::format("cannot prepare {} keys", entry.title));
  }
  return KeyMaker(std::move(context));
}

Result<tls::PkeyPtr> KeyMaker::make() {
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(context_.get(), &key) != 1) {
    return tls::openssl_problem(ProblemKind::internal, "cannot make a private key");
  }
  return tls::PkeyPtr(key);
}

Result<tls::PkeyPtr> make_key(KeyType type) {
  auto maker = KeyMaker::of(type);
  if (!maker) return maker.error();
  return maker->make();
}

bool is_of_type(const EVP_PKEY* key, KeyType type) {
  const auto& entry = row(type);
  if (EVP_PKEY_is_a(key, entry.algorithm) != 1) return false;
  if (entry.rsa_bits != 0) return EVP_PKEY_get_bits(key) == entry.rsa_bits;
  if (entry.curve == nullptr) return true;
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         OBJ_txt2nid(group.data()) == entry.nid;
}

std::string describe_key(const EVP_PKEY* key) {
  if (key == nullptr) return "unknown key";
  for (const auto& entry : types) {
    if (is_of_type(key, entry.type)) return std::string(entry.title);
  }
  const char* name = EVP_PKEY_get0_type_name(key);
  return fmt::format("{} {}", name != nullptr ? name : "unknown key", EVP_PKEY_get_bits(key));
}

Result<std::string> private_key_pem(const EVP_PKEY* key) {
  tls::BioPtr out(BIO_new(BIO_s_secmem()));  // wiped when freed
  if (!out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return tls::openssl_problem(ProblemKind::internal, "cannot encode a private key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace handfast::pki
