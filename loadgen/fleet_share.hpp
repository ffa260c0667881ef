// One worker's share of one fleet: which start is next, whether it may be made, and the book of
// what became of each. No sockets, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "loadgen/pacer.hpp"
#include "loadgen/places.hpp"
#include "loadgen/plan.hpp"
#include "loadgen/session.hpp"
#include "loadgen/start.hpp"

namespace handfast::loadgen {

/// What happened in a share since the last time somebody asked.
struct ShareReport {
  stats::FleetStats stats;
  std::uint64_t late_starts = 0;
  std::vector<std::uint64_t>
      certificates;  ///< hashes of client certificates that got through for the first time

  void clear();
};

class FleetShare {
 public:
  /// A start this much after it could have been made is late.
  static constexpr Nanos late = std::chrono::milliseconds(10);

  /// The load begins at `begin`. `plan` must outlive the share.
  FleetShare(const FleetPlan& plan, unsigned worker, unsigned workers, TimePoint begin);

  const FleetPlan& plan() const { return *plan_; }
  /// The next start is due and the concurrency cap leaves room for it.
  bool may_start(TimePoint now) const;
  /// When the next start is due; nullopt when all are made, while the cap holds them back, and in a
  /// closed loop while no place is free.
  std::optional<TimePoint> next_due(TimePoint now) const;
  /// All starts were made or given up.
  bool exhausted(TimePoint now) const;
  /// Takes the next start; may_start() must hold.
  Start take(TimePoint now);
  /// No further start is made; those due at `now` and not made are dropped (all of them once the
  /// schedule is over).
  void give_up(TimePoint now);

  // The book. Every start ends in exactly one of succeeded, failed and interrupted.
  void record_phases(const std::vector<PhaseTime>& phases, TimePoint intended);
  void record_handshake(const tls::Facts& facts);
  /// CONNACK accepted: leaves the concurrency cap.
  void record_ready(TimePoint intended, TimePoint begin, TimePoint now);
  /// Where the messages of its connections are counted; the place never moves.
  stats::FleetStats& book() { return report_.stats; }
  void record_bytes(std::uint64_t sent, std::uint64_t received);
  /// `hash` stands for the client certificate that just got through.
  void record_certificate(std::uint64_t hash);
  void succeeded(const Start& start, TimePoint now);
  void failed(const Start& start, const stats::FailureKey& key, bool was_ready, TimePoint now);
  void interrupted(bool was_ready, TimePoint now);

  /// Exchanges what happened since the last call for `report`, which must be clear.
  void collect(ShareReport& report, TimePoint now);

 private:
  Nanos elapsed(TimePoint now) const { return now > begin_ ? now - begin_ : Nanos(0); }
  Start take_scheduled();
  /// What the load asked for until `now`.
  std::uint64_t planned(TimePoint now) const;
  std::uint64_t taken() const { return places_ ? places_->taken() : pacer_.taken(); }
  void leave_cap(TimePoint now);
  void leave_place(const Start& start, TimePoint now);

  const FleetPlan* plan_;
  Pacer pacer_;
  std::optional<Places> places_;  ///< of a closed loop, which has no schedule
  TimePoint begin_;
  std::uint64_t cap_;
  std::uint64_t connecting_ = 0;
  TimePoint room_since_;  ///< when the cap last stopped holding starts back
  std::uint64_t planned_told_ = 0;
  bool given_up_ = false;
  std::optional<std::uint64_t> planned_final_;
  std::unordered_set<std::uint64_t> certificates_;
  ShareReport report_;
};

}  // namespace handfast::loadgen
