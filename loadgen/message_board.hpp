// What the workers of a run tell each other about messages: who is ready, who is finished, and the
// books of both. Asked once for each connection, never for each message.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "loadgen/fleet_spec.hpp"
#include "loadgen/settlement.hpp"

namespace handfast::loadgen {

/// Publishers begin when every subscriber of the run has its SUBACK, or is known to have failed;
/// else the first messages would be lost by design. Subscribers leave when every publisher is
/// finished and nothing more is due. All functions may be called from every thread.
class MessageBoard {
 public:
  /// Connections that will subscribe for others, and that will publish; `run` tells the messages of
  /// this run from those of others.
  MessageBoard(std::uint64_t subscribers, std::uint64_t publishers, std::uint32_t run)
      : subscribers_left_(subscribers), publishers_left_(publishers), run_(run) {}

  std::uint32_t run() const { return run_; }

  /// One subscriber has its SUBACK, or will never get one.
  void subscriber_settled() { subscribers_left_.fetch_sub(1, std::memory_order_acq_rel); }
  bool subscribers_ready() const { return left(subscribers_left_) == 0; }

  /// One publisher sends nothing more. Its stream is told before it counts as finished.
  void publisher_finished() { publishers_left_.fetch_sub(1, std::memory_order_acq_rel); }
  bool publishing_over() const { return left(publishers_left_) == 0; }

  /// A connection of a fleet with this behaviour does not take part.
  void leave_out(Behaviour behaviour) {
    if (hears_others(behaviour)) subscriber_settled();
    if (publishes(behaviour)) publisher_finished();
  }

  void add(Stream stream);
  void add(Reception reception);

  /// How many messages of the finished streams `reception` still misses.
  std::uint64_t missing(const Reception& reception) const;
  /// Books all losses; once, when every worker is done.
  void settle(std::vector<stats::FleetStats>& fleets) const;

 private:
  static std::uint64_t left(const std::atomic<std::uint64_t>& count) {
    return count.load(std::memory_order_acquire);
  }

  std::atomic<std::uint64_t> subscribers_left_;
  std::atomic<std::uint64_t> publishers_left_;
  std::uint32_t run_;
  mutable std::mutex mutex_;
  Streams streams_;
  std::vector<Reception> receptions_;
};

}  // namespace handfast::loadgen
