#include "loadgen/fleet_share.hpp"

#include <algorithm>
#include <cassert>

namespace handfast::loadgen {
namespace {

/// The cap over all workers, split evenly; every worker may have at least one connection under way.
std::uint64_t share_of_cap(std::uint64_t cap, unsigned worker, unsigned workers) {
  const std::uint64_t share = cap / workers + (worker < cap % workers ? 1 : 0);
  return std::max<std::uint64_t>(share, 1);
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
  late_starts = 0;
  certificates.clear();
}

FleetShare::FleetShare(const FleetPlan& plan, unsigned worker, unsigned workers, TimePoint begin)
    : plan_(&plan),
      pacer_(plan.schedule, worker, workers),
      begin_(begin),
      cap_(share_of_cap(plan.spec.max_in_flight, worker, workers)),
      room_since_(begin) {}

bool FleetShare::may_start(TimePoint now) const {
  const auto due = next_due();
  return due && *due <= now;
}

std::optional<TimePoint> FleetShare::next_due() const {
  if (connecting_ >= cap_) return std::nullopt;
  const auto scheduled = next_scheduled();
  const auto follow_up = follow_ups_.next_due();
  if (!scheduled || !follow_up) return scheduled ? scheduled : follow_up;
  return std::min(*scheduled, *follow_up);
}

std::optional<TimePoint> FleetShare::next_scheduled() const {
  if (exhausted()) return std::nullopt;
  return begin_ + *pacer_.next();
}

Start FleetShare::take(TimePoint now) {
  assert(may_start(now));
  const auto scheduled = next_scheduled();
  const auto follow_up = follow_ups_.next_due();
  const bool follows = follow_up && (!scheduled || *follow_up < *scheduled);
  const Start start = follows ? take_follow_up(now) : take_scheduled();
  ++connecting_;
  ++report_.stats.started;
  // What the cap held back is the broker's doing; only the time after that is ours.
  if (room_since_ > start.intended) ++report_.stats.capped;
  if (now - std::max(start.intended, room_since_) > late) ++report_.late_starts;
  return start;
}

Start FleetShare::take_scheduled() {
  const TimePoint intended = begin_ + *pacer_.next();
  const std::uint64_t number = pacer_.take();
  return {.number = number, .client = number % plan_->spec.clients, .intended = intended};
}

Start FleetShare::take_follow_up(TimePoint now) {
  const Start start = follow_ups_.take();
  ++report_.stats.planned;  // the schedule knows nothing of it
  if (start.kind == StartKind::reconnect) {
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
  planned_final_ = std::max(pacer_.due(elapsed(now)), pacer_.taken());
  const std::uint64_t dropped = *planned_final_ - pacer_.taken();
  report_.stats.dropped += dropped;
  if (connecting_ >= cap_) report_.stats.capped += dropped;
}

void FleetShare::record_phases(const std::vector<PhaseTime>& phases, TimePoint intended) {
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
  if (facts.version) ++stats.negotiated["version"][tls::to_string(*facts.version)];
  if (!facts.cipher_suite.empty()) ++stats.negotiated["cipher_suite"][facts.cipher_suite];
  if (!facts.group.empty()) ++stats.negotiated["group"][facts.group];
  if (!facts.signature.empty()) ++stats.negotiated["signature"][facts.signature];
  if (!facts.alpn.empty()) ++stats.negotiated["alpn"][facts.alpn];
  if (facts.peer_chain_length > 0) {
    ++stats.negotiated["chain_length"][std::to_string(facts.peer_chain_length)];
  }
}

void FleetShare::record_ready(TimePoint intended, TimePoint begin, TimePoint now) {
  stats::PhaseLatency& latency = report_.stats.latency[stats::Phase::ready];
  latency.service.record(now - begin);
  latency.response.record(now - intended);
  leave_cap(now);
}

void FleetShare::record_bytes(std::uint64_t sent, std::uint64_t received) {
  report_.stats.bytes_sent += sent;
  report_.stats.bytes_received += received;
}

void FleetShare::record_certificate(std::uint64_t hash) {
  if (certificates_.insert(hash).second) report_.certificates.push_back(hash);
}

void FleetShare::failed(const stats::FailureKey& key, bool was_ready, TimePoint now) {
  ++report_.stats.failed;
  ++report_.stats.failures[key];
  if (!was_ready) leave_cap(now);
}

void FleetShare::interrupted(bool was_ready, TimePoint now) {
  ++report_.stats.interrupted;
  if (!was_ready) leave_cap(now);
}

void FleetShare::bad_chain(ChainVerdict verdict, const stats::FailureKey* failure) {
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

void FleetShare::record(stats::Phase phase, Nanos time) {
  stats::PhaseLatency& latency = report_.stats.latency[phase];
  latency.service.record(time);
  latency.response.record(time);
}

void FleetShare::collect(ShareReport& report, TimePoint now) {
  const std::uint64_t planned =
      planned_final_.value_or(std::max(pacer_.due(elapsed(now)), pacer_.taken()));
  report_.stats.planned += planned - planned_told_;
  planned_told_ = planned;
  std::swap(report, report_);
}

void FleetShare::leave_cap(TimePoint now) {
  assert(connecting_ > 0);
  if (connecting_-- == cap_) room_since_ = now;
}

}  // namespace handfast::loadgen
