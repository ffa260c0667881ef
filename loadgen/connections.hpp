// All connections of one worker: a slab of sockets with their sessions, driven by callbacks on the
// worker's loop.
//
// Handlers hold a slot's index and generation, never a pointer, so a handler that fires after its
// connection is gone finds nothing. Sockets are waited for and then read without blocking into one
// buffer for the whole worker: an outstanding read would need a buffer of its own in each idle
// connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "loadgen/fleet_share.hpp"
#include "loadgen/identity_cache.hpp"
#include "loadgen/plan.hpp"
#include "loadgen/ramp_down.hpp"
#include "loadgen/session.hpp"
#include "loadgen/slot.hpp"
#include "loadgen/timer_wheel.hpp"

namespace handfast::loadgen {

/// The TLS engines of a fleet; null where there is nothing for them to do.
struct FleetEngines {
  std::unique_ptr<tls::Engine> own;
  std::unique_ptr<tls::Engine> shadow;  ///< libssl, to repeat a share of the connections
};

class Connections {
 public:
  /// How long a connection whose write failed may still deliver the reason.
  static constexpr Nanos drain_after_write_error = std::chrono::milliseconds(500);
  /// How long a connection that is done otherwise waits for the ticket it is to leave with.
  static constexpr Nanos ticket_wait = std::chrono::seconds(1);
  /// How long the last bytes of a finished connection may take to leave.
  static constexpr Nanos flush_time = std::chrono::seconds(1);

  /// `shares` and `engines` go by fleet; both must outlive this.
  /// `seed` is for mask keys.
  Connections(boost::asio::io_context& loop, std::vector<FleetShare>& shares,
              const std::vector<FleetEngines>& engines, TimePoint begin, std::uint64_t seed);
  ~Connections();

  /// Begins the connection `start` of fleet `fleet`; its outcome goes to that fleet's share.
  void open(std::size_t fleet, const Start& start, TimePoint now);
  /// Acts on deadlines and keep alive.
  void expire(TimePoint now);
  /// From now on nobody is held: held connections say DISCONNECT, later ones do after CONNACK.
  void end_hold(TimePoint now);
  /// Until now `share` (0 to 1) of what `fleet` held at the first such call is to be closed.
  void ramp_down(std::size_t fleet, double share, TimePoint now);
  /// Cuts all connections; those without an outcome count as interrupted.
  void interrupt_all(TimePoint now);

  bool empty() const { return slots_.empty() && shadows_due_.empty(); }
  /// Called when a connection left the concurrency cap or its place in a closed loop, so that a
  /// waiting start need not wait for the next tick.
  std::function<void()> on_room;

 private:
  void connect(Slot& slot, TimePoint now);
  void on_connected(SlotId id, const boost::system::error_code& error);
  void announce(Slot& slot);
  void connect_datagrams(Slot& slot, TimePoint now);
  void allow_restarts(Slot& slot, std::shared_ptr<const tls::Session> resume, TimePoint now);
  bool begins_again(Slot& slot, TimePoint now);
  bool begin_again(Slot& slot, TimePoint now);
  void read_datagrams(SlotId id);
  bool take_datagram(Slot& slot, ByteView datagram, TimePoint now);
  void send_datagrams(Slot& slot, TimePoint now);
  void hand_to_kernel(Slot& slot, ByteView datagram, TimePoint now);
  void move_along_paths(SlotId id, TimePoint now);
  void on_session_deadline(Slot& slot, TimePoint now);
  void book_datagrams(Slot& slot);
  bool uses_datagrams(const Slot& slot) const {
    return shares_[slot.fleet].plan().protocol.datagrams;
  }
  void read_on(Slot& slot);
  void wait_readable(Slot& slot);
  void on_readable(SlotId id, const boost::system::error_code& error);
  void wait_writable(Slot& slot);
  void on_writable(SlotId id, const boost::system::error_code& error);
  void on_timer(Slot& slot, TimePoint now);
  void on_due(Slot& slot, TimePoint now);
  void hear_out(Slot& slot, TimePoint now);
  void arm(Slot& slot, TimePoint due);
  void disarm(Slot& slot) { arm(slot, TimePoint::max()); }

  bool settle(Slot& slot, TimePoint now);
  void assign_role(Slot& slot);
  bool record(Slot& slot, TimePoint now);
  bool record_bad_chain(Slot& slot, TimePoint now);
  void established(Slot& slot, TimePoint now);
  void fell_silent(Slot& slot, TimePoint now);
  void let_go(Slot& slot, TimePoint now);
  void arm_keep_alive(Slot& slot, TimePoint last_sent);
  void give_activity(Slot& slot);
  void serve_messages(Slot& slot);
  void leave_when_done(Slot& slot, TimePoint now);
  void end_messages(Slot& slot, TimePoint now);
  void close_messages(Slot& slot, TimePoint now);
  void resume(Slot& slot, TimePoint now);
  void watch_board(TimePoint now);
  void flush(Slot& slot, TimePoint now);
  void count_bytes(Slot& slot, std::uint64_t sent, std::uint64_t received, TimePoint now);
  bool write_some(Slot& slot, ByteView& bytes, TimePoint now);
  bool held(Slot& slot);
  void end_held(Slot& slot, TimePoint now);
  std::vector<SlotId> held_by(std::size_t fleet);
  void send_piece(Slot& slot, TimePoint now);
  void count_success(Slot& slot, TimePoint now);
  void count_failure(Slot& slot, TimePoint now);
  void sample_failure(const Slot& slot, TimePoint now);
  void finish(Slot& slot, TimePoint now);
  void come_back(FleetShare& share, const Start& ended, bool was_ready, TimePoint now);

  void plan_shadow(const Slot& slot, const TlsOutcome& outcome);
  void start_shadows(TimePoint now);
  bool record_shadow(Slot& slot);
  void count_shadow(Slot& slot);

  void meet_first(Slot& second);
  Slot* partner_of(Slot& slot);
  void expect_takeover(Slot& second, TimePoint now);
  bool waits_for_second(Slot& first);
  bool awaits_takeover(Slot& first);
  bool count_takeover(Slot& first);
  void part(Slot* partner, TimePoint now);
  void release(Slot& slot);
  void leave_cap();

  Result<std::unique_ptr<tls::Client>> make_client(Slot& slot,
                                                   std::shared_ptr<const tls::Session> resume);
  Slot& acquire(std::size_t fleet, const Start& start, TimePoint now);
  bool begin_session(Slot& slot, Result<std::unique_ptr<tls::Client>> client, std::string client_id,
                     TimePoint now);

  /// A connection to repeat as soon as the loop has time.
  struct PlannedShadow {
    std::size_t fleet;
    Start start;
    Original original;
  };

  std::vector<FleetShare>& shares_;
  const std::vector<FleetEngines>& engines_;
  std::vector<IdentityCache> identities_;  ///< by fleet
  TimerWheel wheel_;
  TimerWheel message_wheel_;  ///< nodes are activities
  TimePoint begin_;
  Slots slots_;
  std::map<std::size_t, RampDown> ramps_;
  std::vector<PlannedShadow> shadows_due_;
  bool hold_ended_ = false;
  bool gate_open_ = false;        ///< told to every activity
  bool publishing_over_ = false;  ///< likewise
  Exchange io_;
  Bytes buffer_;
};

}  // namespace handfast::loadgen
