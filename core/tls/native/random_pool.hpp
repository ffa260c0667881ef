// Random bytes, fetched 4 KiB at a time: a call into libcrypto's generator costs as much as the
// hash of a message.
#pragma once

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <span>

namespace handfast::tls::native {

/// Belongs to one engine.
class RandomPool {
 public:
  /// False when libcrypto has no randomness. `out` takes at most the pool's size.
  bool fill(std::span<std::uint8_t> out) {
    if (out.size() > pool_.size() - used_) {
      if (RAND_bytes(pool_.data(), static_cast<int>(pool_.size())) != 1) return false;
      used_ = 0;
    }
    const auto from = std::span(pool_).subspan(used_, out.size());
    std::ranges::copy(from, out.begin());
    OPENSSL_cleanse(from.data(), from.size());  // nothing is ever given out twice
    used_ += out.size();
    return true;
  }

 private:
  std::array<std::uint8_t, 4096> pool_{};
  std::size_t used_ = pool_.size();
};

}  // namespace handfast::tls::native
