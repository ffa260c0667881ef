#include "loadgen/fleet_share.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace handfast::loadgen {
namespace {

/// The cap over all workers, split evenly; every worker may have at least one connection under way.
/// A closed loop has its places instead.
std::uint64_t share_of_cap(const FleetSpec& spec, unsigned worker, unsigned workers) {
  if (spec.closed) return std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t cap = spec.max_in_flight;
  const std::uint64_t share = cap / workers + (worker < cap % workers ? 1 : 0);
  return std::max<std::uint64_t>(share, 1);
}

/// The worker's place among the workers of all shards: disjoint even where shards have different
/// numbers of workers, because it is the shard's index modulo the number of shards.
unsigned lane_of(const Shard& shard, unsigned worker) { return shard.index + worker * shard.count; }

/// How the handshake proved who the server is.
std::string_view authentication_of(const tls::Facts& facts) {
  if (facts.external_psk) return "pre-shared key";
  if (facts.resumed) return "resumed session";
  if (!facts.verified) return "not verified";
  return facts.chain_remembered ? "chain verified before, dates now" : "chain verified";
}

}  // namespace

void ShareReport::clear() {
  // Histograms keep their storage: the worker that fills them next then allocates nothing.
  auto latency = std::move(stats.latency);
  for (auto& [phase, both] : latency) {
    both.response.clear();
    both.service.clear();
  }
  stats = {};
  stats.latency = std::move(latency);
  late_starts = ready = connecting = 0;
  certificates.clear();
}

FleetShare::FleetShare(const FleetPlan& plan, unsigned worker, unsigned workers, TimePoint begin)
    : plan_(&plan),
      pacer_(plan.schedule, Numbering(plan.spec.clients, plan.shard, worker, workers)),
      begin_(begin),
      cap_(share_of_cap(plan.spec, lane_of(plan.shard, worker), plan.shard.count * workers)),
      room_since_(begin),
      resumptions_(plan.spec.resumption) {
  if (plan.spec.closed) {
    places_.emplace(*plan.spec.closed, plan.spec.clients, lane_of(plan.shard, worker),
                    plan.shard.count * workers, begin);
  }
  scheduled_in_warm_up_ = pacer_.due(plan.spec.warm_up - Nanos(1));
}

bool FleetShare::may_start(TimePoint now) const {
  const auto due = next_due(now);
  return due && *due <= now;
}

std::optional<TimePoint> FleetShare::next_due(TimePoint now) const {
  if (connecting_ >= cap_) return std::nullopt;
  const auto planned = next_planned(now);
  const auto follow_up = follow_ups_.next_due();
  if (!planned || !follow_up) return planned ? planned : follow_up;
  return std::min(*planned, *follow_up);
}

std::optional<TimePoint> FleetShare::next_planned(TimePoint now) const {
  if (exhausted(now)) return std::nullopt;
  if (!places_) return begin_ + *pacer_.next();
  return places_->any_free() ? std::optional(places_->free_since()) : std::nullopt;
}

bool FleetShare::exhausted(TimePoint now) const {
  if (given_up_) return true;
  return places_ ? elapsed(now) >= plan_->spec.closed->duration : !pacer_.next();
}

Start FleetShare::take(TimePoint now) {
  assert(may_start(now));
  const auto planned = next_planned(now);
  const auto follow_up = follow_ups_.next_due();
  const bool follows = follow_up && (!planned || *follow_up < *planned);
  const Start start = follows ? take_follow_up(now) : places_ ? places_->take() : take_scheduled();
  ++connecting_;
  count_start(start, now);
  return start;
}

void FleetShare::count_start(const Start& start, TimePoint now) {
  // The schedule knows nothing of a follow-up, so it is planned when it is made.
  const bool follows = start.kind != StartKind::scheduled;
  if (!measures(start.intended)) {
    ++report_.stats.warm_up.started;
    ++(follows ? report_.stats.warm_up.planned : taken_.warm_up);
    return;
  }
  ++report_.stats.started;
  ++(follows ? report_.stats.planned : taken_.measured);
  if (in_time(now)) ++report_.stats.started_in_time;
  // What the cap held back is the broker's doing; only the time after that is ours.
  if (room_since_ > start.intended) ++report_.stats.capped;
  if (now - std::max(start.intended, room_since_) > late) ++report_.late_starts;
}

Start FleetShare::take_scheduled() {
  const TimePoint intended = begin_ + *pacer_.next();
  const std::uint64_t number = pacer_.take();
  return {.number = number,
          .client = plan_->schedule.client(number, plan_->spec.clients),
          .intended = intended};
}

Start FleetShare::take_follow_up(TimePoint now) {
  const Start start = follow_ups_.take();
  if (start.kind == StartKind::reconnect && measures(start.intended)) {
    ++lifecycle().reconnects.attempts;
    stats::PhaseLatency& wait = report_.stats.latency[stats::Phase::back_off];
    wait.service.record(start.intended - start.waits_since);
    wait.response.record(now - start.waits_since);
  }
  return start;
}

void FleetShare::follow_up(const Start& start) {
  if (!follow_ups_ended_) return follow_ups_.add(start);
  if (start.kind == StartKind::reconnect) ++lifecycle().reconnects.away;
}

void FleetShare::end_follow_ups() {
  follow_ups_ended_ = true;
  while (follow_ups_.size() > 0) {
    if (follow_ups_.take().kind == StartKind::reconnect) ++lifecycle().reconnects.away;
  }
}

void FleetShare::give_up(TimePoint now) {
  if (given_up_) return;
  given_up_ = true;
  end_follow_ups();
  planned_final_ = planned(now);
  const std::uint64_t dropped = planned_final_->measured - taken_.measured;
  report_.stats.dropped += dropped;
  if (connecting_ >= cap_) report_.stats.capped += dropped;
}

void FleetShare::record_phases(const std::vector<PhaseTime>& phases, TimePoint intended) {
  if (!measures(intended)) return;
  for (const PhaseTime& phase : phases) {
    stats::PhaseLatency& latency = report_.stats.latency[phase.phase];
    latency.service.record(phase.end - phase.begin);
    latency.response.record(phase.end - intended);
  }
}

void FleetShare::record_handshake(const tls::Facts& facts) {
  stats::FleetStats& stats = report_.stats;
  ++stats.tls_handshakes;
  if (facts.resumed) ++stats.resumed;
  if (facts.early_data != tls::EarlyData::not_sent) ++stats.early_data_sent;
  if (facts.early_data == tls::EarlyData::accepted) ++stats.early_data_accepted;
  if (facts.version) ++stats.negotiated["version"][tls::to_string(*facts.version)];
  const auto count = [&stats](const char* aspect, std::string_view value) {
    if (!value.empty()) ++stats.negotiated[aspect][std::string(value)];
  };
  count("cipher_suite", facts.cipher_suite);
  count("group", facts.group);
  count("signature", facts.signature);
  count("alpn", facts.alpn);
  if (facts.peer_chain_length > 0) count("chain_length", std::to_string(facts.peer_chain_length));
  count("authentication", authentication_of(facts));
  if (facts.certificates_cached) count("certificates", "parsed before");
}

void FleetShare::record_ready(TimePoint intended, TimePoint begin, TimePoint now) {
  leave_cap(now);
  ++report_.ready;
  if (!measures(intended)) return;
  stats::PhaseLatency& latency = report_.stats.latency[stats::Phase::ready];
  latency.service.record(now - begin);
  latency.response.record(now - intended);
  if (in_time(now)) ++report_.stats.ready_in_time;
}

void FleetShare::record_bytes(std::uint64_t sent, std::uint64_t received, TimePoint now) {
  if (!measures(now)) return;
  report_.stats.bytes_sent += sent;
  report_.stats.bytes_received += received;
}

void FleetShare::record_secured(const tls::DatagramFacts& facts, bool again, TimePoint intended) {
  if (!measures(intended)) return;
  stats::DatagramStats& stats = datagrams();
  ++stats.handshakes;
  if (facts.cookie) ++stats.cookies;
  if (facts.retransmits > 0 || again) ++stats.retransmitted;
}

void FleetShare::record_restart(TimePoint intended) {
  if (measures(intended)) ++datagrams().restarts;
}

void FleetShare::record_datagrams(const tls::DatagramFacts& facts, TimePoint intended) {
  if (!measures(intended)) return;
  stats::DatagramStats& stats = datagrams();
  stats.retransmits += facts.retransmits;
  stats.flights_sent += facts.flights_sent;
  stats.flights_received += facts.flights_received;
  stats.datagrams_sent += facts.datagrams_sent;
  stats.datagrams_received += facts.datagrams_received;
  if (facts.malformed > 0) stats.oddities["dtls:no_records"] += facts.malformed;
}

void FleetShare::record_oddities(const std::vector<std::string>& names, TimePoint intended) {
  if (names.empty() || !measures(intended)) return;
  for (const std::string& name : names) ++datagrams().oddities[name];
}

HandshakeRole FleetShare::handshake_role(const Start& start) {
  stats::FleetStats uncounted;
  return resumptions_.next(start.client, measures(start.intended) ? report_.stats : uncounted);
}

void FleetShare::record_certificate(std::uint64_t hash, TimePoint intended) {
  if (!measures(intended)) return;
  if (certificates_.insert(hash).second) report_.certificates.push_back(hash);
}

void FleetShare::succeeded(const Start& start, TimePoint now) {
  stats::FleetStats& stats = report_.stats;
  ++(measures(start.intended) ? stats.succeeded : stats.warm_up.succeeded);
  leave_place(start, now);
}

void FleetShare::failed(const Start& start, const stats::FailureKey& key, bool was_ready,
                        TimePoint now) {
  if (!was_ready) leave_cap(now);
  leave_place(start, now);
  if (!measures(start.intended)) {
    ++report_.stats.warm_up.failed;
    return;
  }
  ++report_.stats.failed;
  ++report_.stats.failures[key];
}

void FleetShare::interrupted(const Start& start, bool was_ready, TimePoint now) {
  stats::FleetStats& stats = report_.stats;
  ++(measures(start.intended) ? stats.interrupted : stats.warm_up.interrupted);
  if (!was_ready) leave_cap(now);
}

void FleetShare::bad_chain_interrupted(const Start& start, bool was_ready, TimePoint now) {
  stats::FleetStats& stats = report_.stats;
  ++(measures(start.intended) ? stats.lifecycle.bad_chains.interrupted : stats.warm_up.interrupted);
  if (!was_ready) leave_cap(now);
}

void FleetShare::bad_chain(const Start& start, ChainVerdict verdict,
                           const stats::FailureKey* failure, TimePoint now) {
  leave_place(start, now);
  if (!measures(start.intended)) {
    stats::WarmUp& warm_up = report_.stats.warm_up;
    ++(verdict == ChainVerdict::as_expected ? warm_up.succeeded : warm_up.failed);
    return;
  }
  stats::BadChainCounts& counts = lifecycle().bad_chains;
  switch (verdict) {
    case ChainVerdict::as_expected:
      ++counts.as_expected;
      break;
    case ChainVerdict::wrongly_accepted:
      ++counts.wrongly_accepted;
      break;
    case ChainVerdict::refused_otherwise:
      ++counts.refused_otherwise;
      break;
  }
  if (failure != nullptr) ++counts.causes[*failure];
}

void FleetShare::record(stats::Phase phase, Nanos time, TimePoint intended) {
  if (!measures(intended)) return;
  stats::PhaseLatency& latency = report_.stats.latency[phase];
  latency.service.record(time);
  latency.response.record(time);
}

void FleetShare::collect(ShareReport& report, TimePoint now) {
  const Counts until_now = planned_final_.value_or(planned(now));
  report_.stats.planned += until_now.measured - planned_told_.measured;
  report_.stats.warm_up.planned += until_now.warm_up - planned_told_.warm_up;
  planned_told_ = until_now;
  report_.connecting = connecting_;
  std::swap(report, report_);
}

FleetShare::Counts FleetShare::planned(TimePoint now) const {
  if (places_) return taken_;  // a closed loop plans nothing that it does not start
  const std::uint64_t all = std::max(pacer_.due(elapsed(now)), pacer_.taken());
  const std::uint64_t warm_up = std::min(all, scheduled_in_warm_up_);
  return {warm_up, all - warm_up};
}

void FleetShare::leave_place(const Start& start, TimePoint now) {
  if (places_) places_->release(start.client, now);
}

void FleetShare::leave_cap(TimePoint now) {
  assert(connecting_ > 0);
  if (connecting_-- == cap_) room_since_ = now;
}

}  // namespace handfast::loadgen
