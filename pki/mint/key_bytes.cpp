#include "pki/mint/key_bytes.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

namespace handfast::pki {

namespace {

/// Octets of a seed, and of a public key, of an Edwards curve (RFC 8032); 0 for other types.
std::size_t edwards_bytes(KeyType type) {
  if (type == KeyType::ed25519) return 32;
  return type == KeyType::ed448 ? 57 : 0;
}

/// Octets of a scalar of the curve; the uncompressed point has 1 + twice as many.
std::size_t scalar_bytes(KeyType type) {
  switch (type) {
    case KeyType::p192:
      return 24;
    case KeyType::p224:
      return 28;
    case KeyType::p256:
    case KeyType::secp256k1:
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

Result<void> encode_edwards(const EVP_PKEY* key, KeyType type, Bytes& out) {
  const auto octets = edwards_bytes(type);
  const auto start = out.size();
  out.resize(start + 2 * octets);
  std::size_t seed = octets;
  std::size_t point = octets;
  if (EVP_PKEY_get_raw_private_key(key, out.data() + start, &seed) != 1 || seed != octets ||
      EVP_PKEY_get_raw_public_key(key, out.data() + start + octets, &point) != 1 ||
      point != octets) {
    return cannot_encode(type);
  }
  return {};
}

Result<tls::PkeyPtr> decode_edwards(ByteView bytes, KeyType type) {
  const auto octets = edwards_bytes(type);
  if (bytes.size() != 2 * octets) return cannot_decode(type);
  const int nid = type == KeyType::ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_ED448;
  tls::PkeyPtr key(EVP_PKEY_new_raw_private_key(nid, nullptr, bytes.data(), octets));
  if (!key) return cannot_decode(type);
  return key;
}

using Pkcs8Ptr = tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

Result<void> encode_pkcs8(const EVP_PKEY* key, KeyType type, Bytes& out) {
  const Pkcs8Ptr info(EVP_PKEY2PKCS8(key));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : 0;
  if (size <= 0) return cannot_encode(type);
  out.insert(out.end(), der, der + size);
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return {};
}

Result<tls::PkeyPtr> decode_pkcs8(ByteView bytes, KeyType type) {
  const unsigned char* position = bytes.data();
  const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(bytes.size())));
  tls::PkeyPtr key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
  if (!key || position != bytes.data() + bytes.size() || !is_of_type(key.get(), type)) {
    return cannot_decode(type);
  }
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

bool is_edwards(KeyType type) { return edwards_bytes(type) != 0; }

bool is_plain_rsa(KeyType type) {
  return is_rsa(type) && type != KeyType::rsapss2048 && type != KeyType::rsapss3072 &&
         type != KeyType::rsapss4096;
}

Result<void> encode_key(const EVP_PKEY* key, KeyType type, Bytes& out) {
  if (!is_of_type(key, type)) return cannot_encode(type);
  if (is_ec(type)) return encode_ec(key, type, out);
  if (is_edwards(type)) return encode_edwards(key, type, out);
  return is_plain_rsa(type) ? encode_rsa(key, type, out) : encode_pkcs8(key, type, out);
}

Result<tls::PkeyPtr> decode_key(ByteView bytes, KeyType type) {
  if (is_ec(type)) return decode_ec(bytes, type);
  if (is_edwards(type)) return decode_edwards(bytes, type);
  return is_plain_rsa(type) ? decode_rsa(bytes, type) : decode_pkcs8(bytes, type);
}

ByteView public_bits(ByteView key_bytes, KeyType type) {
  const auto secret = is_ec(type) ? scalar_bytes(type) : edwards_bytes(type);
  if (secret == 0) return {};
  return key_bytes.subspan(std::min(secret, key_bytes.size()));
}

}  // namespace handfast::pki
