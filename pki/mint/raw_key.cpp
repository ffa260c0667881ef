#include "pki/mint/raw_key.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>

#include <algorithm>
#include <array>
#include <optional>

#include "pki/mint/detail/der.hpp"
#include "pki/mint/detail/random_pool.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

namespace {

using GroupPtr = tls::OpensslPtr<EC_GROUP, EC_GROUP_free>;
using PointPtr = tls::OpensslPtr<EC_POINT, EC_POINT_free>;
using ScratchPtr = tls::OpensslPtr<BN_CTX, BN_CTX_free>;

constexpr std::size_t largest_scalar = 66;  // P-521

/// What a curve needs for key after key.
struct Curve {
  GroupPtr group;
  PointPtr point;
  ScratchPtr scratch;
  tls::OpensslPtr<BIGNUM, BN_clear_free> scalar;
  tls::BignumPtr one_less;  ///< the order minus one
  std::size_t octets = 0;   ///< of a scalar
};

Problem cannot_make(KeyType type) {
  return tls::openssl_problem(ProblemKind::internal,
                              fmt::format("cannot make a {} key", key_title(type)));
}

std::optional<Curve> curve_of(KeyType type) {
  Curve curve;
  curve.group.reset(EC_GROUP_new_by_curve_name(curve_nid(type)));
  if (!curve.group) return std::nullopt;
  const BIGNUM* order = EC_GROUP_get0_order(curve.group.get());
  curve.point.reset(EC_POINT_new(curve.group.get()));
  curve.scratch.reset(BN_CTX_new());
  curve.scalar.reset(BN_new());
  curve.one_less.reset(BN_dup(order));
  curve.octets = static_cast<std::size_t>(BN_num_bytes(order));
  const bool ready = curve.point && curve.scratch && curve.scalar && curve.one_less &&
                     curve.octets <= largest_scalar && BN_sub_word(curve.one_less.get(), 1) == 1;
  if (!ready) return std::nullopt;
  return curve;
}

/// Eight octets more than the order has make the bias of the reduction vanish (FIPS 186-5 A.2.1).
std::size_t wide_octets(const Curve& curve) { return curve.octets + 8; }

/// Scalar `wide` mod (order - 1) + 1, then the point.
bool put_pair(Curve& curve, ByteView wide, Bytes& out) {
  BIGNUM* scalar = curve.scalar.get();
  const auto start = out.size();
  const auto point = 1 + 2 * curve.octets;
  out.resize(start + curve.octets + point);
  return BN_bin2bn(wide.data(), static_cast<int>(wide.size()), scalar) != nullptr &&
         BN_nnmod(scalar, scalar, curve.one_less.get(), curve.scratch.get()) == 1 &&
         BN_add_word(scalar, 1) == 1 &&
         EC_POINT_mul(curve.group.get(), curve.point.get(), scalar, nullptr, nullptr,
                      curve.scratch.get()) == 1 &&
         BN_bn2binpad(scalar, out.data() + start, static_cast<int>(curve.octets)) ==
             static_cast<int>(curve.octets) &&
         EC_POINT_point2oct(curve.group.get(), curve.point.get(), POINT_CONVERSION_UNCOMPRESSED,
                            out.data() + start + curve.octets, point, curve.scratch.get()) == point;
}

}  // namespace

struct RawKeyMaker::Parts {
  KeyType type = KeyType::p256;
  std::optional<Curve> curve;     ///< EC
  std::optional<KeyMaker> maker;  ///< all others
  detail::RandomPool random;
};

RawKeyMaker::RawKeyMaker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RawKeyMaker::RawKeyMaker(RawKeyMaker&&) noexcept = default;
RawKeyMaker& RawKeyMaker::operator=(RawKeyMaker&&) noexcept = default;
RawKeyMaker::~RawKeyMaker() = default;

Result<RawKeyMaker> RawKeyMaker::of(KeyType type) {
  auto parts = std::make_unique<Parts>();
  parts->type = type;
  if (is_ec(type)) {
    parts->curve = curve_of(type);
    if (!parts->curve) return cannot_make(type);
  } else {
    auto maker = KeyMaker::of(type);
    if (!maker) return maker.error();
    parts->maker = std::move(*maker);
  }
  return RawKeyMaker(std::move(parts));
}

Result<void> RawKeyMaker::make(Bytes& out) {
  if (parts_->curve) {
    std::array<std::uint8_t, largest_scalar + 8> wide{};
    const auto size = wide_octets(*parts_->curve);
    const bool made = parts_->random.take(wide.data(), size) &&
                      put_pair(*parts_->curve, ByteView(wide).first(size), out);
    OPENSSL_cleanse(wide.data(), wide.size());
    return made ? Result<void>() : cannot_make(parts_->type);
  }
  auto key = parts_->maker->make();
  if (!key) return key.error();
  return encode_key(key->get(), parts_->type, out);
}

Result<void> RawKeyMaker::derive(const Seed& seed, std::string_view label, Bytes& out) {
  if (parts_->curve) {
    auto wide = derive_key_material(parts_->type, seed, label, wide_octets(*parts_->curve));
    if (!wide) return wide.error();
    const bool made = put_pair(*parts_->curve, *wide, out);
    OPENSSL_cleanse(wide->data(), wide->size());
    return made ? Result<void>() : cannot_make(parts_->type);
  }
  auto key = make_key(parts_->type, seed, label);
  if (!key) return key.error();
  return encode_key(key->get(), parts_->type, out);
}

Result<KeyShape> KeyShape::of(const EVP_PKEY* sample, KeyType type) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(sample, &der);
  if (size <= 0) return cannot_make(type);
  ByteView in(der, static_cast<std::size_t>(size));
  const auto outer = detail::take_der(in);
  auto inside = outer ? outer->content : ByteView();
  const auto algorithm = detail::take_der(inside);
  Bytes learnt = algorithm ? Bytes(algorithm->whole.begin(), algorithm->whole.end()) : Bytes();
  OPENSSL_free(der);
  if (learnt.empty()) return cannot_make(type);
  return KeyShape(type, std::move(learnt));
}

Result<void> KeyShape::put_public(ByteView key_bytes, Bytes& out) const {
  const auto bits = public_bits(key_bytes, type_);
  if (!bits.empty()) {
    detail::put_der_header(out, detail::der_sequence,
                           algorithm_.size() + detail::der_size(bits.size() + 1));
    out.insert(out.end(), algorithm_.begin(), algorithm_.end());
    detail::put_der_bits(out, bits);
    return {};
  }
  const auto key = decode_key(key_bytes, type_);
  if (!key) return key.error();
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key->get(), &der);
  if (size <= 0) return cannot_make(type_);
  out.insert(out.end(), der, der + size);
  OPENSSL_free(der);
  return {};
}

Result<void> KeyShape::put_private(ByteView key_bytes, Bytes& out) const {
  Bytes inner;
  if (is_ec(type_)) {
    // ECPrivateKey of RFC 5915 section 3, its parameters left to the AlgorithmIdentifier.
    const auto bits = public_bits(key_bytes, type_);
    const auto scalar = key_bytes.first(key_bytes.size() - bits.size());
    if (bits.size() != 2 * scalar.size() + 1) return cannot_make(type_);
    constexpr std::uint8_t version_one[] = {detail::der_integer, 1, 1};
    constexpr std::uint8_t public_key = 0xa1;
    const auto wrapped = detail::der_size(bits.size() + 1);
    detail::put_der_header(
        inner, detail::der_sequence,
        sizeof version_one + detail::der_size(scalar.size()) + detail::der_size(wrapped));
    inner.insert(inner.end(), version_one, version_one + sizeof version_one);
    detail::put_der(inner, detail::der_octet_string, scalar);
    detail::put_der_header(inner, public_key, wrapped);
    detail::put_der_bits(inner, bits);
  } else if (is_edwards(type_)) {
    // CurvePrivateKey of RFC 8410 section 7.
    detail::put_der(inner, detail::der_octet_string, key_bytes.first(key_bytes.size() / 2));
  } else if (is_plain_rsa(type_)) {
    inner.assign(key_bytes.begin(), key_bytes.end());
  } else {  // PKCS#8 already
    out.insert(out.end(), key_bytes.begin(), key_bytes.end());
    return {};
  }
  constexpr std::uint8_t version_zero[] = {detail::der_integer, 1, 0};
  detail::put_der_header(out, detail::der_sequence,
                         sizeof version_zero + algorithm_.size() + detail::der_size(inner.size()));
  out.insert(out.end(), version_zero, version_zero + sizeof version_zero);
  out.insert(out.end(), algorithm_.begin(), algorithm_.end());
  detail::put_der(out, detail::der_octet_string, inner);
  OPENSSL_cleanse(inner.data(), inner.size());
  return {};
}

}  // namespace handfast::pki
