// What connections did besides getting through and exchanging messages: clients that came back,
// sessions taken over, silent clients, bad chains, comparisons with libssl.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace handfast::stats {

/// Why a connection failed, as counted: where it was and what stopped it. The vocabulary is that of
/// docs/connection-behaviours.md.
struct FailureKey {
  /// The phase in which it happened; "established" after CONNACK.
  std::string phase;
  /// Stable cause: "alert_received:certificate_required(116)", "errno:ECONNREFUSED",
  /// "verify:cert_has_expired(10)", "http:404", "connack:not_authorized(5)", "deadline", "closed",
  /// "tls:protocol", "mqtt:malformed"; all of them are made in loadgen/cause.hpp and
  /// loadgen/session.cpp. "local:..." is our own: an identity that could not be used.
  std::string cause;

  auto operator<=>(const FailureKey&) const = default;
};

struct Reconnects {
  std::uint64_t lost = 0;      ///< connections that ended after CONNACK without our asking
  std::uint64_t attempts = 0;  ///< connections started by clients coming back
  std::uint64_t back = 0;      ///< attempts that reached CONNACK
  std::uint64_t given_up = 0;  ///< clients whose attempts are used up
  std::uint64_t away = 0;      ///< clients that waited for their next attempt when the load ended

  bool operator==(const Reconnects&) const = default;
};

struct Takeovers {
  std::uint64_t attempted = 0;    ///< second connections made while the first stood
  std::uint64_t taken_over = 0;   ///< first connections that the broker ended as it must
  std::uint64_t unannounced = 0;  ///< of them: MQTT 5.0, and no DISCONNECT 0x8E came first
  std::uint64_t stayed = 0;       ///< first connections that outlived the second's CONNACK

  bool operator==(const Takeovers&) const = default;
};

struct HalfOpens {
  std::uint64_t silent = 0;  ///< connections that fell silent
  std::uint64_t closed = 0;  ///< of them: ended by the broker
  std::uint64_t held = 0;    ///< of them: stood until our own end

  bool operator==(const HalfOpens&) const = default;
};

/// Connections with a bad chain; counted here and nowhere else but in FleetStats::started.
struct BadChainCounts {
  std::uint64_t as_expected = 0;
  std::uint64_t wrongly_accepted = 0;
  std::uint64_t refused_otherwise = 0;
  std::uint64_t interrupted = 0;               ///< cut by the end of the run
  std::map<FailureKey, std::uint64_t> causes;  ///< what stopped those that did not get through

  std::uint64_t total() const {
    return as_expected + wrongly_accepted + refused_otherwise + interrupted;
  }
  bool operator==(const BadChainCounts&) const = default;
};

/// Connections of another engine that libssl repeated, to see whether they end alike.
struct Shadows {
  std::uint64_t agreed = 0;
  std::uint64_t differed = 0;
  std::uint64_t not_comparable = 0;  ///< one of the two never got to TLS
  /// What differed: "passed, and with libssl verify:cert_has_expired(10)".
  std::map<std::string, std::uint64_t> differences;

  bool operator==(const Shadows&) const = default;
};

struct Lifecycle {
  Reconnects reconnects;
  Takeovers takeovers;
  HalfOpens half_opens;
  BadChainCounts bad_chains;
  Shadows shadows;

  void merge(const Lifecycle& other);
  bool operator==(const Lifecycle&) const = default;
};

}  // namespace handfast::stats
