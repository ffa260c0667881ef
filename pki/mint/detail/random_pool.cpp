#include "pki/mint/detail/random_pool.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cstring>

namespace handfast::pki::detail {

RandomPool::~RandomPool() { OPENSSL_cleanse(octets_.data(), octets_.size()); }

bool RandomPool::take(std::uint8_t* out, std::size_t octets) {
  if (octets > octets_.size()) return false;
  if (octets_.size() - next_ < octets) {
    if (RAND_priv_bytes(octets_.data(), static_cast<int>(octets_.size())) != 1) return false;
    next_ = 0;
  }
  std::memcpy(out, octets_.data() + next_, octets);
  OPENSSL_cleanse(octets_.data() + next_, octets);
  next_ += octets;
  return true;
}

}  // namespace handfast::pki::detail
