// What is known about certificates of one CA: which are revoked, and, where it is known, which were
// issued at all. Fed from a state, a CRL or a list; asked by OCSP.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "pki/revocation/crl.hpp"

namespace handfast::pki {

/// RFC 6960 section 2.2. good: not revoked, as far as the responder knows; on hold is revoked with
/// the reason certificateHold; unknown: the responder knows nothing of the certificate.
enum class CertificateStatus : std::uint8_t { good, revoked, unknown };
std::string_view to_string(CertificateStatus status);

struct SingleStatus {
  CertificateStatus status = CertificateStatus::good;
  WallTime since{};                        ///< for revoked
  std::optional<RevocationReason> reason;  ///< for revoked

  bool operator==(const SingleStatus&) const = default;
};
/// "good", "revoked (keyCompromise) since 2026-06-01T12:00:00Z".
std::string to_string(const SingleStatus& status);

/// Answers for the serial numbers of one CA; called from one thread at a time.
using StatusSource = std::function<SingleStatus(ByteView serial)>;

/// A fixed table; a look-up is a binary search.
class StatusTable {
 public:
  /// Without `issued`, every serial that is not revoked is good; with it, only those listed are,
  /// and all others are unknown. The last of several entries for a serial counts;
  /// removeFromCRL takes it off.
  explicit StatusTable(const std::vector<RevokedEntry>& revoked,
                       std::optional<std::vector<Bytes>> issued = std::nullopt);

  SingleStatus of(ByteView serial) const;
  std::size_t revoked() const { return revoked_.size(); }

 private:
  std::vector<RevokedEntry> revoked_;  ///< by serial, each once
  std::optional<std::vector<Bytes>> issued_;
};

/// A source that owns the table.
StatusSource source_of(StatusTable table);

}  // namespace handfast::pki
