// The TLS sessions that the clients of a fleet hold for resumption: one worker's part. A client
// resumes nothing but its own sessions, as devices do.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "core/tls/client.hpp"

namespace handfast::loadgen {

class SessionStore {
 public:
  /// Sessions held at most; a session takes 1 to 2 KiB. Those of further clients are not kept.
  static constexpr std::size_t default_capacity = 100'000;

  explicit SessionStore(std::size_t capacity = default_capacity) : capacity_(capacity) {}

  /// The newest session of `client` replaces the one before.
  void keep(std::uint64_t client, std::shared_ptr<const tls::Session> session);
  /// The session of `client`, null when it has none. One for single use leaves the store (RFC 8446
  /// appendix C.4), another stays.
  std::shared_ptr<const tls::Session> take(std::uint64_t client);

  std::size_t size() const { return sessions_.size(); }

 private:
  std::size_t capacity_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const tls::Session>> sessions_;
};

}  // namespace handfast::loadgen
