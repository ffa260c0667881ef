// Which handshakes of a fleet resume a session, as values.
#pragma once

#include <cstdint>

namespace handfast::loadgen {

enum class ResumptionKind : std::uint8_t {
  none,         ///< every handshake is full
  session_ids,  ///< TLS 1.2, kept by the server (RFC 5246 section 7.3); no ticket is asked for
  tickets,      ///< kept by the client (RFC 5077, RFC 8446 section 4.6.1)
};

struct Resumption {
  ResumptionKind kind = ResumptionKind::none;
  /// Of the handshakes whose client has a session, 0 to 1. The others are full; those of clients
  /// without a session are full too, and counted apart as seeding.
  double share = 1;
  /// Of the handshakes that resume, 0 to 1: CONNECT goes out as early data (0-RTT) where the
  /// session allows it.
  double early_data_share = 0;

  bool on() const { return kind != ResumptionKind::none; }
  bool operator==(const Resumption&) const = default;
};

}  // namespace handfast::loadgen
