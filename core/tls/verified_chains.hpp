// Chains that were verified before. The check of a chain costs two signature verifications for
// leaf and intermediate; its outcome depends on nothing but the bytes that the peer sent, the name
// asked for, the settings of the check and the clock. So a success is remembered under the first
// three, and the clock is asked each time.
#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/tls/bytes_hash.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// Belongs to one engine: trust anchors and purpose are the same for all that it verifies.
class VerifiedChains {
 public:
  /// Chains kept; a full cache starts again from empty.
  static constexpr std::size_t capacity = 1024;

  enum class Outcome : std::uint8_t { refused, verified, remembered };

  /// As X509_verify_cert, which it calls unless the same chain was accepted before for the same
  /// name under the same settings and all its certificates, the anchor too, are valid at `now`
  /// (seconds since 1970). Failures are never remembered.
  Outcome verify(X509_STORE_CTX* context, std::time_t now);

  /// The two halves of verify(), for callers that know a chain before it is parsed. `key` must
  /// stand for everything that the outcome depends on, except for the clock.
  bool remembers(std::string_view key, std::time_t now);
  /// After X509_verify_cert accepted what `context` holds.
  void remember(std::string_view key, const X509_STORE_CTX* context);

  std::uint64_t hits() const { return hits_; }
  std::uint64_t misses() const { return misses_; }

 private:
  /// From when, and until before when, every certificate of a chain is valid as X509_verify_cert
  /// sees it; seconds since 1970.
  struct Validity {
    std::time_t from = 0;
    std::time_t until = 0;
  };
  static Validity validity_of(const X509_STORE_CTX* context);

  std::unordered_map<std::string, Validity, BytesHash, std::equal_to<>> known_;
  std::string key_;  ///< scratch
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace handfast::tls
