// Random octets in bulk. Each call of OpenSSL's generator asks the kernel for the process id (it
// looks for a fork), which costs as much as the octets: here one call serves a hundred keys.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.hpp"

namespace handfast::pki::detail {

/// Secret octets of OpenSSL's private generator, wiped when taken. Not thread-safe, and not to be
/// used on both sides of a fork.
class RandomPool {
 public:
  RandomPool() = default;
  RandomPool(const RandomPool&) = delete;
  RandomPool& operator=(const RandomPool&) = delete;
  ~RandomPool();

  /// Fills `out`, 1 to 4,096 octets. False when the generator fails.
  bool take(std::uint8_t* out, std::size_t octets);

 private:
  std::array<std::uint8_t, 4096> octets_{};
  std::size_t next_ = octets_.size();
};

}  // namespace handfast::pki::detail
