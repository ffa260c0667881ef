#include "pki/faults/keys.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace handfast::pki {

namespace {

using ParamBuildPtr = tls::OpensslPtr<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using ParamsPtr = tls::OpensslPtr<OSSL_PARAM, OSSL_PARAM_free>;

constexpr std::array every_type{
    KeyType::p256,       KeyType::p384,       KeyType::p521,       KeyType::ed25519,
    KeyType::rsa2048,    KeyType::rsa3072,    KeyType::rsa4096,    KeyType::ed448,
    KeyType::rsapss2048, KeyType::rsapss3072, KeyType::rsapss4096, KeyType::rsa1024,
    KeyType::p192,       KeyType::p224,       KeyType::secp256k1,  KeyType::dsa2048};

tls::BignumPtr number_of(const EVP_PKEY* key, const char* parameter) {
  BIGNUM* out = nullptr;
  EVP_PKEY_get_bn_param(key, parameter, &out);
  return tls::BignumPtr(out);
}

Result<tls::PkeyPtr> key_from(const char* algorithm, OSSL_PARAM_BLD* build) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(build));
  const tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return tls::openssl_problem(ProblemKind::internal, "cannot make an impostor's key");
  }
  return tls::PkeyPtr(key);
}

Result<tls::PkeyPtr> ec_impostor(const EVP_PKEY* owner, const EVP_PKEY* other) {
  std::array<char, 64> group{};
  std::array<unsigned char, 256> point{};
  std::size_t group_size = 0;
  std::size_t point_size = 0;
  EVP_PKEY_get_group_name(owner, group.data(), group.size(), &group_size);
  EVP_PKEY_get_octet_string_param(owner, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                  &point_size);
  const auto scalar = number_of(other, OSSL_PKEY_PARAM_PRIV_KEY);
  const ParamBuildPtr build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point_size);
  return key_from("EC", build.get());
}

/// Modulus and public exponent of the owner, another's private exponent; no factors, so that the
/// exponent is what signs. The other's modulus has as many bits, its exponent fewer or as many.
Result<tls::PkeyPtr> rsa_impostor(const EVP_PKEY* owner, const EVP_PKEY* other) {
  const auto modulus = number_of(owner, OSSL_PKEY_PARAM_RSA_N);
  const auto exponent = number_of(owner, OSSL_PKEY_PARAM_RSA_E);
  const auto secret = number_of(other, OSSL_PKEY_PARAM_RSA_D);
  const ParamBuildPtr build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_D, secret.get());
  return key_from("RSA", build.get());
}

}  // namespace

Result<tls::PkeyPtr> pooled_key(KeyType type, int number) {
  static std::mutex guard;
  static std::map<std::pair<KeyType, int>, tls::PkeyPtr> pool;
  const std::scoped_lock lock(guard);
  auto& slot = pool[{type, number}];
  if (!slot) {
    auto made = make_key(type);
    if (!made) return made.error();
    slot = std::move(*made);
  }
  return tls::up_ref(slot.get());
}

Result<tls::PkeyPtr> key_like(const EVP_PKEY* key) {
  for (const auto type : every_type) {
    if (is_of_type(key, type)) return make_key(type);
  }
  return usage_problem(fmt::format("no second key of the kind {} can be made", describe_key(key)));
}

Result<tls::PkeyPtr> impostor_key(const EVP_PKEY* owner) {
  const bool ec = EVP_PKEY_is_a(owner, "EC") == 1;
  if (!ec && EVP_PKEY_is_a(owner, "RSA") != 1) {
    return usage_problem(
        fmt::format("an impostor's key cannot be made for {}", describe_key(owner)), {},
        "take an EC or RSA key");
  }
  const auto other = key_like(owner);
  if (!other) return other.error();
  return ec ? ec_impostor(owner, other->get()) : rsa_impostor(owner, other->get());
}

}  // namespace handfast::pki
