// What the lab gateway may do wrong with datagrams, each a switch: what a row of the conformance
// catalogue is about. Looks at datagrams without keys, as a bad implementation would not.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"

namespace handfast::test {

/// What it does wrong on purpose.
struct GatewayFaults {
  /// So many handshakes at a time; a ClientHello beyond them is dropped, as where Erlang has no
  /// acceptor waiting. 0: any number.
  std::size_t acceptors = 0;
  bool silent_after_cookie = false;  ///< a second ClientHello is never answered
  /// Of what goes to each client: the datagrams with these numbers are lost; the first is 1.
  std::vector<std::uint64_t> drop{};

  // Before there is an association.
  bool wants_record_1_0 = false;  ///< drops a first hello whose record is of version 1.2
  bool asks_no_cookie = false;    ///< answers a first hello with its whole flight
  bool takes_any_cookie = false;
  bool cookie_for_any_address = false;  ///< only the hello is in it
  bool cookie_for_any_hello = false;    ///< only the address is in it
  std::size_t hellos_remembered = 0;    ///< with so many clients seen no new one is; 0: no limit
  std::size_t associations = 0;         ///< likewise of those that sent a cookie
  // In the handshake.
  bool wants_whole_messages = false;  ///< drops fragments
  bool dies_of_lies = false;          ///< a fragment beyond its message ends its service for all
  bool dies_of_duplicates = false;    ///< a message that comes twice ends the association
  bool reads_first_record_only = false;
  bool never_repeats = false;        ///< a flight that got lost stays lost
  bool forgets_last_flight = false;  ///< does not repeat it for a client that missed it
  // Afterwards.
  bool answers_unread = false;  ///< sends its last answer again for what it should drop
  bool ends_on_bad_record = false;
  bool answers_garbage = false;
  bool obeys_forged_alerts = false;
  bool forgets_on_new_hello = false;
  bool keeps_closed = false;  ///< an association lives on behind close_notify
};

/// What becomes of a datagram that arrived.
enum class Manner {
  take,
  drop,
  forget,      ///< the association ends without a word, and the datagram with it
  start_anew,  ///< the association ends, the datagram is a newcomer's
  babble,      ///< it is answered with nonsense
  die,         ///< nobody is served any more
};

/// What is remembered of one client for that.
struct ClientRecord {
  bool secured = false;
  std::set<std::pair<std::uint16_t, std::uint32_t>> seen{};  ///< message and offset, in clear
};

/// Decides; `client` is null for a newcomer. May cut `datagram`.
Manner manner_of(const GatewayFaults& faults, Bytes& datagram, ClientRecord* client);

/// The part of a ClientHello in the first fragment that a cookie can be made for: its random; empty
/// when there is none.
ByteView hello_random(ByteView datagram);

}  // namespace handfast::test
