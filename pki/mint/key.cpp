#include "pki/mint/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
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
};

constexpr std::array<TypeRow, 7> types{{
    {KeyType::p256, "p256", "P-256", "EC", SN_X9_62_prime256v1, NID_X9_62_prime256v1, 0},
    {KeyType::p384, "p384", "P-384", "EC", SN_secp384r1, NID_secp384r1, 0},
    {KeyType::p521, "p521", "P-521", "EC", SN_secp521r1, NID_secp521r1, 0},
    {KeyType::ed25519, "ed25519", "Ed25519", "ED25519", nullptr, NID_undef, 0},
    {KeyType::rsa2048, "rsa2048", "RSA 2048", "RSA", nullptr, NID_undef, 2048},
    {KeyType::rsa3072, "rsa3072", "RSA 3072", "RSA", nullptr, NID_undef, 3072},
    {KeyType::rsa4096, "rsa4096", "RSA 4096", "RSA", nullptr, NID_undef, 4096},
}};

const TypeRow& row(KeyType type) {
  for (const auto& entry : types) {
    if (entry.type == type) return entry;
  }
  return types.front();
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
    names.emplace_back(entry.name);
  }
  return usage_problem(fmt::format("unknown key type \"{}\"", printable(text)), {},
                       suggest(text, names));
}

Result<KeyMaker> KeyMaker::of(KeyType type) {
  const auto& entry = row(type);
  tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, entry.algorithm, nullptr));
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
