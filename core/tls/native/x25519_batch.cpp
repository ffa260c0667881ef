#include "core/tls/native/x25519_batch.hpp"

#include <openssl/bn.h>

namespace handfast::tls::native {

namespace {

using Key = std::array<std::uint8_t, 32>;

/// A clamped private key (RFC 7748 section 5) to which 8 * size can be added without a carry that
/// would leave the clamped form: bit 10 is clear.
bool draw_start(RandomPool& random, Key& key) {
  static_assert(X25519Batch::size * 8 <= 1 << 10);
  if (!random.fill(key)) return false;
  key[0] &= 0xf8;
  key[1] &= 0xfb;
  key[31] = static_cast<std::uint8_t>((key[31] & 0x7f) | 0x40);
  return true;
}

/// `start` + 8 * `index`
Key nth_key(const Key& start, std::size_t index) {
  Key key = start;
  std::size_t carry = index * 8;
  for (std::size_t i = 0; i < key.size() && carry != 0; ++i) {
    carry += key[i];
    key[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return key;
}

/// u of 8 G: the base point u = 9 doubled three times (RFC 7748 section 5). libcrypto would clamp
/// the scalar 8.
void eight_base_points(BIGNUM* u, const BIGNUM* prime, BN_CTX* context) {
  constexpr BN_ULONG a24 = 121665;
  const BignumPtr z(BN_dup(BN_value_one())), aa(BN_new()), bb(BN_new()), e(BN_new());
  BN_set_word(u, 9);
  for (int doubling = 0; doubling < 3; ++doubling) {
    BN_mod_add_quick(aa.get(), u, z.get(), prime);
    BN_mod_sqr(aa.get(), aa.get(), prime, context);
    BN_mod_sub_quick(bb.get(), u, z.get(), prime);
    BN_mod_sqr(bb.get(), bb.get(), prime, context);
    BN_mod_sub_quick(e.get(), aa.get(), bb.get(), prime);
    BN_mod_mul(u, aa.get(), bb.get(), prime, context);
    BN_copy(bb.get(), e.get());
    BN_mul_word(bb.get(), a24);
    BN_mod_add(bb.get(), bb.get(), aa.get(), prime, context);
    BN_mod_mul(z.get(), e.get(), bb.get(), prime, context);
  }
  BN_mod_inverse(z.get(), z.get(), prime, context);
  BN_mod_mul(u, u, z.get(), prime, context);
}

}  // namespace

std::optional<Key> x25519_public_key(ByteView private_key) {
  const PkeyPtr key(EVP_PKEY_new_raw_private_key_ex(nullptr, "X25519", nullptr, private_key.data(),
                                                    private_key.size()));
  Key out{};
  std::size_t size = out.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1) return std::nullopt;
  return out;
}

X25519Batch::X25519Batch() : step_plus_(BN_new()), step_minus_(BN_new()) {
  for (auto& number : scratch_) number.reset(BN_new());
  for (auto& number : products_) number.reset(BN_new());
  for (auto& point : points_) point = {BignumPtr(BN_new()), BignumPtr(BN_new())};
  BN_set_bit(prime_.get(), 255);  // 2^255 - 19
  BN_sub_word(prime_.get(), 19);
  BN_MONT_CTX_set(montgomery_.get(), prime_.get(), context_.get());
  BN_to_montgomery(one_.get(), BN_value_one(), montgomery_.get(), context_.get());
  const BignumPtr eight(BN_new());
  eight_base_points(eight.get(), prime_.get(), context_.get());
  BN_to_montgomery(eight.get(), eight.get(), montgomery_.get(), context_.get());
  BN_mod_add_quick(step_plus_.get(), eight.get(), one_.get(), prime_.get());
  BN_mod_sub_quick(step_minus_.get(), eight.get(), one_.get(), prime_.get());
}

std::optional<X25519Pair> X25519Batch::next(RandomPool& random) {
  if (used_ == size) {
    if (!generate(random)) return std::nullopt;
    used_ = 0;
    ++batches_;
  }
  return pairs_[used_++];
}

bool X25519Batch::generate(RandomPool& random) {
  Key start{};
  if (!draw_start(random, start)) return false;
  for (std::size_t i = 0; i < size; ++i) pairs_[i].private_key = nth_key(start, i);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto key = x25519_public_key(pairs_[i].private_key);
    if (!key || !load(*key, points_[i].x.get()) ||
        BN_copy(points_[i].z.get(), one_.get()) == nullptr) {
      return false;
    }
  }
  for (std::size_t i = 2; i < size; ++i) {
    if (!add(points_[i - 1], points_[i - 2], points_[i])) return false;
  }
  // One wrong step would make all that follow wrong.
  return to_affine() && x25519_public_key(pairs_.back().private_key) == pairs_.back().public_key;
}

bool X25519Batch::load(ByteView little_endian, BIGNUM* out) {
  return BN_lebin2bn(little_endian.data(), static_cast<int>(little_endian.size()), out) !=
             nullptr &&
         BN_to_montgomery(out, out, montgomery_.get(), context_.get()) == 1;
}

bool X25519Batch::multiply(BIGNUM* out, const BIGNUM* a, const BIGNUM* b) {
  return BN_mod_mul_montgomery(out, a, b, montgomery_.get(), context_.get()) == 1;
}

/// `sum` = `point` + 8 G, where `difference` = `point` - 8 G: the addition of RFC 7748 section 5.
bool X25519Batch::add(const Point& point, const Point& difference, Point& sum) {
  auto* const a = scratch_[0].get();
  auto* const b = scratch_[1].get();
  const auto* const p = prime_.get();
  return BN_mod_add_quick(a, point.x.get(), point.z.get(), p) == 1 &&
         BN_mod_sub_quick(b, point.x.get(), point.z.get(), p) == 1 &&
         multiply(a, a, step_minus_.get()) && multiply(b, b, step_plus_.get()) &&
         BN_mod_add_quick(scratch_[2].get(), a, b, p) == 1 &&
         BN_mod_sub_quick(scratch_[3].get(), a, b, p) == 1 &&
         multiply(scratch_[2].get(), scratch_[2].get(), scratch_[2].get()) &&
         multiply(scratch_[3].get(), scratch_[3].get(), scratch_[3].get()) &&
         multiply(sum.x.get(), scratch_[2].get(), difference.z.get()) &&
         multiply(sum.z.get(), scratch_[3].get(), difference.x.get());
}

/// u = X / Z for all, with one inversion: Z of the product of all, peeled off from the last to the
/// first (Montgomery's trick).
bool X25519Batch::to_affine() {
  if (BN_copy(products_[0].get(), points_[0].z.get()) == nullptr) return false;
  for (std::size_t i = 1; i < size; ++i) {
    if (!multiply(products_[i].get(), products_[i - 1].get(), points_[i].z.get())) return false;
  }
  auto* const inverse = scratch_[0].get();
  auto* const u = scratch_[1].get();
  if (BN_from_montgomery(inverse, products_.back().get(), montgomery_.get(), context_.get()) != 1 ||
      BN_mod_inverse(inverse, inverse, prime_.get(), context_.get()) == nullptr ||
      BN_to_montgomery(inverse, inverse, montgomery_.get(), context_.get()) != 1) {
    return false;
  }
  for (std::size_t i = size; i-- > 0;) {
    const BIGNUM* before = i > 0 ? products_[i - 1].get() : one_.get();
    auto& key = pairs_[i].public_key;
    if (!multiply(u, inverse, before) || !multiply(inverse, inverse, points_[i].z.get()) ||
        !multiply(u, u, points_[i].x.get()) ||
        BN_from_montgomery(u, u, montgomery_.get(), context_.get()) != 1 ||
        BN_bn2lebinpad(u, key.data(), static_cast<int>(key.size())) < 0) {
      return false;
    }
  }
  return true;
}

}  // namespace handfast::tls::native
