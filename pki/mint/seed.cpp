#include "pki/mint/seed.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

namespace handfast::pki {

namespace {

using GroupPtr = tls::OpensslPtr<EC_GROUP, EC_GROUP_free>;
using PointPtr = tls::OpensslPtr<EC_POINT, EC_POINT_free>;
using ParamBuildPtr = tls::OpensslPtr<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using ParamsPtr = tls::OpensslPtr<OSSL_PARAM, OSSL_PARAM_free>;

constexpr std::size_t hash_octets = 32;

Bytes hmac(ByteView key, ByteView data) {
  Bytes out(hash_octets);
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), out.data(),
       &size);
  return out;
}

Problem cannot_derive(KeyType type) {
  return tls::openssl_problem(ProblemKind::internal,
                              fmt::format("cannot derive a {} key", key_title(type)));
}

Problem cannot_derive_kind(KeyType type) {
  return usage_problem(fmt::format("a {} key cannot be made from a seed", key_title(type)), {},
                       "with a seed take p256, p384, p521, ed25519 or ed448");
}

std::string key_label(KeyType type, std::string_view label) {
  return std::string(label) + "/key/" + std::string(to_string(type));
}

/// Eight octets more than the order has make the bias of the reduction vanish (FIPS 186-5 A.2.1).
Result<tls::PkeyPtr> make_ec_key(KeyType type, const Seed& seed, std::string_view label) {
  const GroupPtr group(EC_GROUP_new_by_curve_name(curve_nid(type)));
  const auto* order = EC_GROUP_get0_order(group.get());
  const auto wide = seed.derive(label, static_cast<std::size_t>(BN_num_bytes(order)) + 8);
  const tls::OpensslPtr<BN_CTX, BN_CTX_free> scratch(BN_CTX_new());
  const tls::BignumPtr scalar(BN_bin2bn(wide.data(), static_cast<int>(wide.size()), nullptr));
  const tls::BignumPtr one_less(BN_dup(order));
  const PointPtr point(EC_POINT_new(group.get()));
  const bool computed =
      BN_sub_word(one_less.get(), 1) == 1 &&
      BN_nnmod(scalar.get(), scalar.get(), one_less.get(), scratch.get()) == 1 &&
      BN_add_word(scalar.get(), 1) == 1 &&
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, scratch.get()) == 1;
  if (!computed) return cannot_derive(type);
  std::array<unsigned char, 133> octets{};  // an uncompressed point of P-521
  const auto size = EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                       octets.data(), octets.size(), scratch.get());
  const ParamBuildPtr build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve_name(type), 0);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, octets.data(), size);
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(build.get()));
  const tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = params && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) == 1;
  BN_clear(scalar.get());
  return made ? Result<tls::PkeyPtr>(tls::PkeyPtr(key)) : cannot_derive(type);
}

Result<tls::PkeyPtr> make_raw_key(KeyType type, int nid, std::size_t octets, const Seed& seed,
                                  std::string_view label) {
  auto secret = seed.derive(label, octets);
  tls::PkeyPtr key(EVP_PKEY_new_raw_private_key(nid, nullptr, secret.data(), secret.size()));
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!key) return cannot_derive(type);
  return key;
}

}  // namespace

Seed Seed::of(std::string_view phrase) {
  const std::string_view salt = "handfast pki seed 1";
  return Seed(hmac({reinterpret_cast<const unsigned char*>(salt.data()), salt.size()},
                   {reinterpret_cast<const unsigned char*>(phrase.data()), phrase.size()}));
}

Bytes Seed::derive(std::string_view label, std::size_t size) const {
  Bytes out;
  Bytes block;
  for (unsigned char counter = 1; out.size() < size; ++counter) {
    Bytes input = block;
    input.insert(input.end(), label.begin(), label.end());
    input.push_back(counter);
    block = hmac(secret_, input);
    const auto wanted = std::min(block.size(), size - out.size());
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  return out;
}

Seed Seed::below(std::string_view label) const { return Seed(derive(label, hash_octets)); }

Bytes Seed::serial(std::string_view label) const {
  auto out = derive(std::string(label) + "/serial", 16);
  out[0] = static_cast<unsigned char>((out[0] & 0x7fU) | 0x40U);
  return out;
}

Result<tls::PkeyPtr> make_key(KeyType type, const Seed& seed, std::string_view label) {
  const auto full = key_label(type, label);
  switch (type) {
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
      return make_ec_key(type, seed, full);
    case KeyType::ed25519:
      return make_raw_key(type, EVP_PKEY_ED25519, 32, seed, full);
    case KeyType::ed448:
      return make_raw_key(type, EVP_PKEY_ED448, 57, seed, full);
    default:
      return cannot_derive_kind(type);
  }
}

Result<Bytes> derive_key_material(KeyType type, const Seed& seed, std::string_view label,
                                  std::size_t octets) {
  switch (type) {
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::ed25519:
    case KeyType::ed448:
      return seed.derive(key_label(type, label), octets);
    default:
      return cannot_derive_kind(type);
  }
}

}  // namespace handfast::pki
