// X25519 key pairs by the batch, for load tests: private keys k, k + 8, k + 16, ... whose public
// keys come from one another by addition of 8 G. That is a tenth of the work of a key of its own,
// and every share differs on the wire; but whoever learns one private key of a batch knows them
// all.
#pragma once

#include <array>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/tls/native/random_pool.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls::native {

struct X25519Pair {
  std::array<std::uint8_t, 32> private_key{};
  std::array<std::uint8_t, 32> public_key{};
};

class X25519Batch {
 public:
  static constexpr std::size_t size = 128;

  X25519Batch();
  /// The next pair; nullopt when libcrypto fails or disagrees with our arithmetic.
  std::optional<X25519Pair> next(RandomPool& random);
  std::uint64_t batches() const { return batches_; }

 private:
  /// A point's u coordinate as X : Z, in Montgomery form.
  struct Point {
    BignumPtr x, z;
  };
  bool generate(RandomPool& random);
  bool to_affine();
  bool add(const Point& point, const Point& difference, Point& sum);
  bool load(ByteView little_endian, BIGNUM* out);
  bool multiply(BIGNUM* out, const BIGNUM* a, const BIGNUM* b);

  OpensslPtr<BN_CTX, BN_CTX_free> context_{BN_CTX_new()};
  OpensslPtr<BN_MONT_CTX, BN_MONT_CTX_free> montgomery_{BN_MONT_CTX_new()};
  BignumPtr prime_{BN_new()};
  BignumPtr one_{BN_new()};           ///< in Montgomery form
  BignumPtr step_plus_, step_minus_;  ///< u + 1 and u - 1 of 8 G
  std::array<BignumPtr, 4> scratch_;
  std::array<Point, size> points_;
  std::array<BignumPtr, size> products_;
  std::array<X25519Pair, size> pairs_;
  std::size_t used_ = size;
  std::uint64_t batches_ = 0;
};

/// The public key that libcrypto computes; nullopt when it fails.
std::optional<std::array<std::uint8_t, 32>> x25519_public_key(ByteView private_key);

}  // namespace handfast::tls::native
