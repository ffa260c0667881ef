// What DTLS 1.2 (RFC 6347) adds to a connection: datagrams, flights, a cookie, and a timer that
// sends a flight again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::tls {

/// What all DTLS connections of one engine share.
struct DatagramSettings {
  /// Largest datagram including its IPv4 and UDP headers, 256 to 65535 bytes. Handshake messages
  /// are cut to fit; application bytes are not, and leave in one datagram of any size.
  std::uint16_t mtu = 1400;
  /// The wait before a flight is sent again, which doubles with each time (RFC 6347 section
  /// 4.2.4.1 recommends 1 s; RFC 7925 section 11 9 s for constrained clients).
  Nanos first_timeout = std::chrono::seconds(1);
  Nanos longest_timeout = std::chrono::seconds(60);
  /// What deadlines are counted from. libssl itself reads gettimeofday().
  TimePoint (*clock)() = Clock::now;
};

/// Usage problem for settings that no connection could follow.
Result<void> check_datagrams(const DatagramSettings& settings);

/// What crossed the wire of one connection, counted from its start.
struct DatagramFacts {
  bool cookie = false;         ///< the server sent a HelloVerifyRequest
  Nanos cookie_time{};         ///< from the first ClientHello to the HelloVerifyRequest
  bool beyond_cookie = false;  ///< more came than HelloVerifyRequests
  // Of the handshake alone. A flight is what one side sends before it must wait for the other.
  std::uint32_t flights_sent = 0;
  std::uint32_t flights_received = 0;
  std::uint32_t retransmits = 0;  ///< own flights sent again because the timer ran out
  // Of the whole connection; bytes without IP and UDP headers.
  std::uint64_t datagrams_sent = 0;
  std::uint64_t datagrams_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t malformed = 0;  ///< datagrams received that hold no DTLS records; ignored

  bool operator==(const DatagramFacts&) const = default;
};

/// True when `datagram` is one or more whole records of DTLS 1.0 or 1.2 (RFC 6347 section 4.1).
/// What is not is to be dropped silently (section 4.1.2.7); libssl ends the connection for some of
/// it.
bool holds_records(ByteView datagram);

/// True when the datagram's first record is a HelloVerifyRequest (RFC 6347 section 4.2.1).
bool is_hello_verify(ByteView datagram);

/// Why a handshake over datagrams came to no end.
enum class Stall : std::uint8_t {
  no_answer,            ///< nothing ever came back
  silent_after_cookie,  ///< HelloVerifyRequests came and nothing else
  flight_lost,          ///< part of the server's answer came, the rest of it never did
  server_gave_up,       ///< the server closed the connection before its end
};
std::string_view to_string(Stall stall);  ///< "silent_after_cookie"

/// What a handshake that is not complete died of; `closed`: the server sent close_notify.
Stall stall_of(const DatagramFacts& facts, bool closed);

}  // namespace handfast::tls
