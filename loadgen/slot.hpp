// The slab that a worker's connections live in. A slot is named by its index and generation, never
// by a pointer, so whoever asks for a connection that is gone finds nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "loadgen/fleet_share.hpp"
#include "loadgen/session.hpp"
#include "loadgen/timer_wheel.hpp"

namespace handfast::loadgen {

struct SlotId {
  std::uint32_t index;
  std::uint32_t generation;
};

/// One connection: its socket, the session above it, and what its outcome will need.
struct Slot : TimerWheel::Node {
  Slot(boost::asio::io_context& loop, std::uint32_t place) : socket(loop), index(place) {}

  SlotId id() const { return {index, generation}; }

  boost::asio::ip::tcp::socket socket;
  std::optional<Session> session;  ///< empty: the slot is free
  Bytes pending;                   ///< what the socket did not take yet
  Start start;
  TimePoint begin;
  std::size_t fleet = 0;
  std::size_t address = 0;  ///< index of the one being tried
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::optional<std::uint64_t> certificate;
  std::optional<TimePoint> pinged;  ///< when the PINGREQ left that is not answered yet
  std::uint32_t index;
  std::uint32_t generation = 0;
  bool ready = false;  ///< CONNACK came
  bool awaits_writable = false;
  bool counted = false;  ///< has its outcome; only bytes are still to leave
};

class Slots {
 public:
  explicit Slots(boost::asio::io_context& loop) : loop_(loop) {}

  /// A slot for a new connection; the caller gives it a session.
  Slot& acquire();
  /// nullptr when the connection is gone.
  Slot* find(SlotId id);
  /// The slot at `index`, which must have been acquired once.
  Slot& at(std::uint32_t index) { return slots_[index]; }
  /// Closes the socket and frees the slot, whose timer must have been cancelled.
  void release(Slot& slot);

  bool empty() const { return in_use_ == 0; }
  /// All slots, free ones too: those have no session. Places never move.
  std::deque<Slot>::iterator begin() { return slots_.begin(); }
  std::deque<Slot>::iterator end() { return slots_.end(); }

 private:
  boost::asio::io_context& loop_;
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t in_use_ = 0;
};

}  // namespace handfast::loadgen
