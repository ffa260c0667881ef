// The slab that a worker's connections live in. A slot is named by its index and generation, never
// by a pointer, so whoever asks for a connection that is gone finds nothing.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/container/deque.hpp>
#include <boost/container/options.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/impairment.hpp"
#include "loadgen/fleet_share.hpp"
#include "loadgen/session.hpp"
#include "loadgen/shadow.hpp"
#include "loadgen/timer_wheel.hpp"

namespace handfast::loadgen {

/// What a connection is for, beyond getting through.
enum class Role : std::uint8_t {
  regular,
  bad_chain,        ///< shows a chain that is to be refused
  half_open,        ///< falls silent on the way
  takeover_first,   ///< is to lose its session to
  takeover_second,  ///< this one
  shadow,           ///< repeats another with libssl, and is in no count but Lifecycle::shadows
};

/// What a shadow repeats.
struct Original {
  TlsOutcome outcome;
  bool bad_chain;
};

/// The paths of one connection whose datagrams fare badly on purpose.
struct Paths {
  Impairment up;
  Impairment down;

  std::optional<TimePoint> next() const {
    const auto first = up.next();
    const auto second = down.next();
    return first && second ? std::min(first, second) : first ? first : second;
  }
};

/// What is left of Restart for a handshake over datagrams.
struct Tries {
  std::uint32_t left = 0;
  TimePoint next;  ///< when the handshake is begun again; max: not by time
  std::shared_ptr<const tls::Session> resume;
};

/// State that few connections have, apart so that the many stay small.
struct Extras {
  std::optional<TimePoint> hold_until;  ///< when the client lets go by itself
  /// Slow handshake: when the next piece leaves; nullopt: nothing waits.
  std::optional<TimePoint> next_piece;
  std::size_t piece_bytes = 0;            ///< 0: writes leave as they come
  std::optional<TimePoint> silent_since;  ///< half-open
  std::optional<SlotId> partner;          ///< take-over: the other connection
  std::optional<Original> original;       ///< of a shadow
  std::unique_ptr<Paths> paths;           ///< null: datagrams come and go as they are
  std::optional<Tries> tries;             ///< until the handshake over datagrams is complete
};

/// What a socket did not take yet; mostly nothing, and then of the size of a pointer.
class Pending {
 public:
  bool empty() const { return !bytes_ || bytes_->empty(); }
  std::size_t size() const { return bytes_ ? bytes_->size() : 0; }
  ByteView view() const { return bytes_ ? ByteView(*bytes_) : ByteView(); }
  void append(ByteView bytes) {
    if (bytes.empty()) return;
    if (!bytes_) bytes_ = std::make_unique<Bytes>();
    bytes_->insert(bytes_->end(), bytes.begin(), bytes.end());
  }
  /// The first `count` have gone out. Keeps the storage: who was full once is full again.
  void drop(std::size_t count) {
    if (count > 0)
      bytes_->erase(bytes_->begin(), bytes_->begin() + static_cast<std::ptrdiff_t>(count));
  }
  void clear() { bytes_.reset(); }

 private:
  std::unique_ptr<Bytes> bytes_;
};

/// One connection: its socket, the session above it, and what its outcome will need.
/// Many are idle at once, so each byte counts (tests/unit/loadgen/slot_test.cpp).
struct Slot : TimerWheel::Node {
  /// Knows its loop's type, where any_io_executor would cost 48 bytes more.
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;

  static constexpr TimePoint not_pinged = TimePoint::max();

  Slot(boost::asio::io_context& loop, std::uint32_t place) : socket(loop), index(place) {}

  SlotId id() const { return {index, generation}; }

  Socket socket;
  std::optional<Session> session;  ///< empty: the slot is free
  Pending pending;
  Start start;
  TimePoint begin;
  std::uint32_t fleet = 0;
  std::uint32_t address = 0;         ///< index of the one being tried
  std::uint64_t certificate = 0;     ///< hash of the one it shows, with `shows_certificate`
  std::unique_ptr<Extras> extras;    ///< null for most
  TimePoint due = TimePoint::max();  ///< of deadline, keep alive or flush; extras have their own
  /// When the PINGREQ left that is not answered yet.
  TimePoint pinged = not_pinged;
  std::uint32_t index;
  std::uint32_t generation = 0;
  Role role = Role::regular;
  bool shows_certificate = false;
  bool ready = false;  ///< got as far as it should, CONNACK mostly, and left the concurrency cap
  bool awaits_writable = false;
  bool reading_paused = false;
  bool counted = false;  ///< has its outcome; only bytes are still to leave
  bool returns = false;  ///< its client comes back
};

/// The slot's, made where it has none yet.
Extras& extras_of(Slot& slot);

class Slots {
  /// In blocks of many: std::deque has one for each slot.
  using Slab =
      boost::container::deque<Slot, void,
                              boost::container::deque_options_t<boost::container::block_size<64>>>;

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
  Slab::iterator begin() { return slots_.begin(); }
  Slab::iterator end() { return slots_.end(); }

 private:
  boost::asio::io_context& loop_;
  Slab slots_;
  std::vector<std::uint32_t> free_;
  std::size_t in_use_ = 0;
};

}  // namespace handfast::loadgen
