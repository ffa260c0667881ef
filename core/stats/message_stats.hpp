// What became of application messages: the publishers' book and the subscribers'.
//
//     planned ─► sent ─► acked | refused | unacked            (QoS 1 and 2)
//        └─► unsent
//     expected = delivered + lost                             (per subscriber)
//     received = delivered + duplicated + foreign + truncated
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/clock.hpp"

namespace handfast::stats {

/// Each message sent ends in exactly one class of the publishers' side, each message received in
/// exactly one of the subscribers'.
struct MessageStats {
  // Publishers.
  std::uint64_t planned = 0;    ///< asked for by the clients' rates until now; without a rate: sent
  std::uint64_t sent = 0;       ///< PUBLISH packets, resends not counted
  std::uint64_t unsent = 0;     ///< planned and never sent
  std::uint64_t held_back = 0;  ///< of planned: were due while the window or the socket was full
  std::uint64_t acked = 0;      ///< PUBACK or PUBCOMP with success
  std::uint64_t refused = 0;    ///< PUBACK or PUBREC with a reason code of 0x80 or above
  std::uint64_t unacked = 0;    ///< QoS 1 and 2: no answer before the connection ended
  std::uint64_t untracked = 0;  ///< of sent: without a header, so nobody can tell what became of it

  /// When the first and the last message were sent, since the begin of the load.
  std::optional<Nanos> first_sent;
  Nanos last_sent{};

  // Subscribers.
  std::uint64_t subscribed = 0;    ///< SUBACKs that granted every topic filter
  std::uint64_t delivered = 0;     ///< received for the first time, by each subscriber
  std::uint64_t out_of_order = 0;  ///< of delivered: after a later message of the same publisher
  std::uint64_t duplicated = 0;    ///< received again by the same subscriber
  std::uint64_t foreign = 0;       ///< without a header of this run
  std::uint64_t truncated = 0;     ///< shorter or longer than it was sent
  std::uint64_t lost = 0;          ///< known at the end of the run (loadgen/settlement.hpp)
  /// Pairs of subscriber and publisher of which not all is known: the subscriber came later than
  /// the first message or ended before the last, so `lost` counts only what lies between.
  std::uint64_t partly_observed = 0;

  /// Reason codes other than plain success: "puback:no_matching_subscribers(16)".
  std::map<std::string, std::uint64_t> reasons;

  std::uint64_t expected() const { return delivered + lost; }

  /// From the first message to the last; zero when there were less than two.
  Nanos publishing_time() const { return first_sent ? last_sent - *first_sent : Nanos(0); }

  void merge(const MessageStats& other);
  bool operator==(const MessageStats&) const = default;
};

}  // namespace handfast::stats
