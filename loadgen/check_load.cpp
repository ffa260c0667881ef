#include "loadgen/check_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "loadgen/rate_curve.hpp"

namespace handfast::loadgen {
namespace {

// A Poisson process is laid out before the load begins: at a hundred million starts that takes
// about two seconds and 25 MB.
constexpr double most_random_starts = 1e8;

Result<void> check_wave(const FleetSpec& fleet, std::size_t index) {
  const Stage& stage = fleet.stages[index];
  if (!stage.wave) return {};
  const auto [amplitude, period] = *stage.wave;
  if (!std::isfinite(amplitude) || amplitude < 0 || amplitude > std::min(stage.from, stage.to)) {
    return refused(fleet, fmt::format("the wave of stage {} takes its rate below zero", index + 1));
  }
  if (period <= Nanos(0)) {
    return refused(fleet, fmt::format("the wave of stage {} has no period", index + 1));
  }
  return {};
}

Result<void> check_stages(const FleetSpec& fleet) {
  if (fleet.stages.empty()) return refused(fleet, "no load stages");
  for (std::size_t i = 0; i < fleet.stages.size(); ++i) {
    const Stage& stage = fleet.stages[i];
    const bool finite = std::isfinite(stage.from) && std::isfinite(stage.to);
    if (!finite || stage.from < 0 || stage.to < 0) {
      return refused(fleet, fmt::format("stage {} has a negative or infinite rate", i + 1));
    }
    if (stage.duration <= Nanos(0)) {
      return refused(fleet, fmt::format("stage {} has no duration", i + 1));
    }
    if (auto wave = check_wave(fleet, i); !wave) return wave.error();
  }
  const RateCurve curve(fleet.stages);
  if (curve.total() <= 0) {
    return refused(fleet, "its stages start no connection", "raise a rate or a duration");
  }
  if (fleet.poisson && curve.total() > most_random_starts) {
    return refused(fleet, "more than 100000000 Poisson arrivals", "lower the rate or the duration");
  }
  return {};
}

Result<void> check_periodic(const FleetSpec& fleet) {
  const Periodic& load = *fleet.periodic;
  if (load.every <= Nanos(0)) return refused(fleet, "its clients have no period");
  if (load.duration <= Nanos(0)) return refused(fleet, "its periodic load has no duration");
  if (comes_and_goes(fleet.behaviour)) return {};
  return refused(fleet, "a client that connects once a period cannot keep its connection");
}

Result<void> check_closed(const FleetSpec& fleet) {
  const ClosedLoop& loop = *fleet.closed;
  if (loop.in_flight == 0) return refused(fleet, "a closed loop needs at least 1 in flight");
  if (loop.duration <= Nanos(0)) return refused(fleet, "its closed loop has no duration");
  if (loop.in_flight > fleet.clients) {
    return refused(fleet,
                   fmt::format("{} in flight, but only {} clients", loop.in_flight, fleet.clients),
                   "give each place a client of its own");
  }
  return {};
}

Result<void> check_edges(const FleetSpec& fleet, Nanos duration) {
  if (fleet.warm_up < Nanos(0) || fleet.ramp_down < Nanos(0)) {
    return refused(fleet, "a warm-up or ramp-down below zero");
  }
  if (fleet.warm_up >= duration) return refused(fleet, "its warm-up leaves no load to measure");
  if (fleet.ramp_down > Nanos(0) && fleet.stages.empty()) {
    return refused(fleet, "only stages can ramp down");
  }
  return {};
}

Nanos length_of(const FleetSpec& fleet) {
  if (fleet.closed) return fleet.closed->duration;
  return fleet.periodic ? fleet.periodic->duration : RateCurve(fleet.stages).duration();
}

}  // namespace

Problem refused(const FleetSpec& fleet, const std::string& why, std::string hint) {
  return usage_problem(fmt::format("fleet \"{}\": {}", fleet.name, why), {}, std::move(hint));
}

Result<void> check_load(const FleetSpec& fleet) {
  const int models =
      (fleet.stages.empty() ? 0 : 1) + (fleet.periodic ? 1 : 0) + (fleet.closed ? 1 : 0);
  if (models > 1) return refused(fleet, "more than one load model");
  const auto checked = fleet.closed     ? check_closed(fleet)
                       : fleet.periodic ? check_periodic(fleet)
                                        : check_stages(fleet);
  if (!checked) return checked.error();
  return check_edges(fleet, length_of(fleet));
}

}  // namespace handfast::loadgen
