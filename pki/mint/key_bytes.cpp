#include "pki/mint/key_bytes.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>

namespace handfast::pki {

namespace {

constexpr std::size_t ed25519_bytes = 32;

/// Octets of a scalar of the curve; the uncompressed point has 1 + twice as many.
std::size_t scalar_bytes(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return 32;
    case KeyType::p384:
      return 48;
    case KeyType::p521:
      return 66;
    default:
      return 0;
  }
}

Problem cannot_encode(KeyType type) {
  return tls::openssl_problem(ProblemKind::internal,
                              fmt::format("cannot encode a {} key", key_title(type)));
}

Problem cannot_decode(KeyType type) {
  return tls::openssl_problem(ProblemKind::environment,
                              fmt::format("these bytes are no {} key", key_title(type)));
}

Result<void> encode_ec(const EVP_PKEY* key, KeyType type, Bytes& out) {
  const auto scalar = scalar_bytes(type);
  const auto start = out.size();
  out.resize(start + scalar + 1 + 2 * scalar);
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1)
    return cannot_encode(type);
  const tls::BignumPtr owned(number);
  std::size_t length = 0;
  const bool complete =
      BN_bn2binpad(number, out.data() + start, static_cast<int>(scalar)) ==
          static_cast<int>(scalar) &&
      EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out.data() + start + scalar,
                                      1 + 2 * scalar, &length) == 1 &&
      length == 1 + 2 * scalar;
  BN_clear(number);
  if (!complete) return cannot_encode(type);
  return {};
}

Result<tls::PkeyPtr> decode_ec(ByteView bytes, KeyType type) {
  const auto scalar = scalar_bytes(type);
  if (bytes.size() != 3 * scalar + 1) return cannot_decode(type);
  // OSSL_PARAM integers are in host order; the pack is big-endian.
  std::array<unsigned char, 66> number{};
  const tls::BignumPtr value(BN_bin2bn(bytes.data(), static_cast<int>(scalar), nullptr));
  BN_bn2nativepad(value.get(), number.data(), static_cast<int>(scalar));
  BN_clear(value.get());
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
                                       const_cast<char*>(curve_name(type)), 0),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, number.data(), scalar),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                        const_cast<unsigned char*>(bytes.data() + scalar),
                                        2 * scalar + 1),
      OSSL_PARAM_construct_end()};
  const tls::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR,
                                      const_cast<OSSL_PARAM*>(params)) == 1;
  OPENSSL_cleanse(number.data(), number.size());
  if (!made) return cannot_decode(type);
  return tls::PkeyPtr(key);
}

Result<void> encode_ed25519(const EVP_PKEY* key, Bytes& out) {
  const auto start = out.size();
  out.resize(start + 2 * ed25519_bytes);
  std::size_t seed = ed25519_bytes;
  std::size_t point = ed25519_bytes;
  if (EVP_PKEY_get_raw_private_key(key, out.data() + start, &seed) != 1 ||
      EVP_PKEY_get_raw_public_key(key, out.data() + start + seed, &point) != 1) {
    return cannot_encode(KeyType::ed25519);
  }
  return {};
}

Result<tls::PkeyPtr> decode_ed25519(ByteView bytes) {
  if (bytes.size() != 2 * ed25519_bytes) return cannot_decode(KeyType::ed25519);
  tls::PkeyPtr key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), ed25519_bytes));
  if (!key) return cannot_decode(KeyType::ed25519);
  return key;
}

Result<void> encode_rsa(const EVP_PKEY* key, KeyType type, Bytes& out) {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key, &der);
  if (size <= 0) return cannot_encode(type);
  out.insert(out.end(), der, der + size);
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return {};
}

Result<tls::PkeyPtr> decode_rsa(ByteView bytes, KeyType type) {
  const unsigned char* position = bytes.data();
  tls::PkeyPtr key(
      d2i_PrivateKey(EVP_PKEY_RSA, nullptr, &position, static_cast<long>(bytes.size())));
  if (!key || position != bytes.data() + bytes.size()) return cannot_decode(type);
  return key;
}

}  // namespace

Result<void> encode_key(const EVP_PKEY* key, KeyType type, Bytes& out) {
  if (is_ec(type)) return encode_ec(key, type, out);
  return is_rsa(type) ? encode_rsa(key, type, out) : encode_ed25519(key, out);
}

Result<tls::PkeyPtr> decode_key(ByteView bytes, KeyType type) {
  if (is_ec(type)) return decode_ec(bytes, type);
  return is_rsa(type) ? decode_rsa(bytes, type) : decode_ed25519(bytes);
}

ByteView public_bits(ByteView key_bytes, KeyType type) {
  if (is_rsa(type)) return {};
  const auto secret = is_ec(type) ? scalar_bytes(type) : ed25519_bytes;
  return key_bytes.subspan(std::min(secret, key_bytes.size()));
}

}  // namespace handfast::pki
