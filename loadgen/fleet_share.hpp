// One worker's share of one fleet: which start is next, whether it may be made, and the book of
// what became of each. No sockets, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "loadgen/follow_ups.hpp"
#include "loadgen/pacer.hpp"
#include "loadgen/places.hpp"
#include "loadgen/plan.hpp"
#include "loadgen/resumptions.hpp"
#include "loadgen/samples.hpp"
#include "loadgen/session.hpp"
#include "loadgen/start.hpp"

namespace handfast::loadgen {

/// What happened in a share since the last time somebody asked.
struct ShareReport {
  stats::FleetStats stats;
  std::uint64_t late_starts = 0;
  std::uint64_t ready = 0;       ///< attempts that got through, those of the warm-up included
  std::uint64_t connecting = 0;  ///< attempts at the moment that did not get through yet
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
  /// Makes `start` at start.intended, in turn with those of the schedule and under the same cap. A
  /// client that would come back after end_follow_ups() counts as away.
  void follow_up(const Start& start);
  /// Somebody waits to come back, or for its second connection.
  bool has_follow_ups() const { return follow_ups_.size() > 0; }
  /// The load is over: nothing follows any more, and who waits is away.
  void end_follow_ups();

  /// False for the warm-up: a connection that is meant for it is counted apart, what else happens
  /// in it is in no count and no histogram.
  bool measures(TimePoint intended) const { return intended >= begin_ + plan_->spec.warm_up; }

  // The book. Every start ends in exactly one of succeeded, failed, interrupted, bad_chain and
  // bad_chain_interrupted.
  void record_phases(const std::vector<PhaseTime>& phases, TimePoint intended);
  void record_handshake(const tls::Facts& facts);
  /// What the handshake of `start` is to be, and the session that it left.
  HandshakeRole handshake_role(const Start& start);
  void keep_session(std::uint64_t client, std::shared_ptr<const tls::Session> session) {
    resumptions_.keep(client, std::move(session));
  }
  /// CONNACK accepted: leaves the concurrency cap.
  void record_ready(TimePoint intended, TimePoint begin, TimePoint now);
  /// Where the messages of its connections are counted; the place never moves.
  stats::FleetStats& book() { return report_.stats; }
  /// Which failed connections become evidence.
  Samples& samples() { return samples_; }
  /// Bytes that the transport took or brought at `now`.
  void record_bytes(std::uint64_t sent, std::uint64_t received, TimePoint now);
  /// A DTLS handshake that was completed, and what crossed the wire of a connection that is over.
  void record_restart(TimePoint intended);
  /// `again`: its handshake had been begun before.
  void record_secured(const tls::DatagramFacts& facts, bool again, TimePoint intended);
  void record_datagrams(const tls::DatagramFacts& facts, TimePoint intended);
  /// What a peer of the application sent and should not have.
  void record_oddities(const std::vector<std::string>& names, TimePoint intended);
  /// Where the rest about datagrams is counted.
  stats::DatagramStats& datagrams() {
    auto& datagrams = report_.stats.datagrams;
    return datagrams ? *datagrams : datagrams.emplace();
  }
  /// `hash` stands for the client certificate that just got through.
  void record_certificate(std::uint64_t hash, TimePoint intended);
  void succeeded(const Start& start, TimePoint now);
  void failed(const Start& start, const stats::FailureKey& key, bool was_ready, TimePoint now);
  void interrupted(const Start& start, bool was_ready, TimePoint now);
  /// The outcome of a connection with a bad chain; `failure` is null when it was accepted.
  void bad_chain(const Start& start, ChainVerdict verdict, const stats::FailureKey* failure,
                 TimePoint now);
  void bad_chain_interrupted(const Start& start, bool was_ready, TimePoint now);
  /// A connection that never was to reach CONNACK leaves the concurrency cap.
  void leave_cap(TimePoint now);
  /// Records a time of the connection that was meant for `intended`, counted from elsewhere.
  void record(stats::Phase phase, Nanos time, TimePoint intended);
  stats::Lifecycle& lifecycle() { return report_.stats.lifecycle; }
  /// For what came of a connection meant for `at`, or happened then: nobody reads that of the
  /// warm-up.
  stats::Lifecycle& lifecycle_at(TimePoint at) { return measures(at) ? lifecycle() : unread_; }

  /// Exchanges what happened since the last call for `report`, which must be clear.
  void collect(ShareReport& report, TimePoint now);

 private:
  Nanos elapsed(TimePoint now) const { return now > begin_ ? now - begin_ : Nanos(0); }
  /// The load still goes on: what happens now counts for its rates.
  bool in_time(TimePoint now) const { return elapsed(now) <= plan_->duration(); }
  /// Starts of the warm-up and those after it.
  struct Counts {
    std::uint64_t warm_up = 0;
    std::uint64_t measured = 0;
  };

  /// The next one that no follow-up is: when it is due.
  std::optional<TimePoint> next_planned(TimePoint now) const;
  Start take_scheduled();
  Start take_follow_up(TimePoint now);
  void count_start(const Start& start, TimePoint now);
  /// What the load asked for until `now`, follow-ups left out.
  Counts planned(TimePoint now) const;
  void leave_place(const Start& start, TimePoint now);

  const FleetPlan* plan_;
  Pacer pacer_;
  std::optional<Places> places_;  ///< of a closed loop, which has no schedule
  FollowUps follow_ups_;
  bool follow_ups_ended_ = false;
  TimePoint begin_;
  std::uint64_t cap_;
  std::uint64_t connecting_ = 0;
  TimePoint room_since_;  ///< when the cap last stopped holding starts back
  std::uint64_t scheduled_in_warm_up_ = 0;
  Counts taken_;
  Counts planned_told_;
  bool given_up_ = false;
  std::optional<Counts> planned_final_;
  std::unordered_set<std::uint64_t> certificates_;
  Resumptions resumptions_;
  Samples samples_;
  ShareReport report_;
  stats::Lifecycle unread_;
};

}  // namespace handfast::loadgen
