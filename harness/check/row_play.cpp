#include "harness/check/row_play.hpp"

#include <algorithm>
#include <utility>

#include "harness/check/descriptor_row.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/observation.hpp"

namespace handfast::check {

namespace {

Served served_of(const std::string& listener, const Attempt& control) {
  const auto& seen = control.transcript;
  return {.listener = listener,
          .accepted = seen.outcome == probe::Outcome::accept,
          .silent = seen.outcome == probe::Outcome::hang || seen.stopped_in == "tcp"};
}

void note_controls(const ProbePlan& plan, const Evidence& evidence, Played& played) {
  const auto controlled = [](const Round& round) { return !round.twin_after.empty(); };
  played.controlled = played.controlled || std::ranges::any_of(evidence.rounds, controlled);
  if (!plan.twin) return;
  for (const auto& round : evidence.rounds) {
    const auto& listener = plan.twin->listener;
    if (!round.twin_after.empty()) {
      played.served.push_back(served_of(listener, round.twin_after.back()));
    } else if (round.twin_before) {
      played.served.push_back(served_of(listener, *round.twin_before));
    }
  }
}

void play_probe(Driver& driver, const ProbePlan& plan, Level level, Played& played) {
  const auto evidence = driver.drive(plan);
  played.judgement = judge(plan, level, evidence);
  played.observations = observe(evidence);
  played.died = evidence.broker_died;
  note_controls(plan, evidence, played);
}

/// The worst case counts and names itself.
void play_cases(Driver& driver, const CasesPlan& plan, Level level, Played& played) {
  std::optional<Judgement> worst;
  bool service_lost = false;
  for (const auto& one : plan.cases) {
    Played part;
    play_probe(driver, one.plan, level, part);
    played.controlled = played.controlled || part.controlled;
    played.died = part.died;
    std::ranges::move(part.served, std::back_inserter(played.served));
    for (auto& seen : part.observations) {
      seen.what = one.name + ", " + seen.what;
      played.observations.push_back(std::move(seen));
    }
    service_lost = service_lost || part.judgement.service_lost;
    part.judgement.reason = one.name + ": " + part.judgement.reason;
    if (!worst || worse(part.judgement.verdict, worst->verdict)) worst = std::move(part.judgement);
    if (played.died) break;
  }
  worst->service_lost = service_lost;
  played.judgement = std::move(*worst);
}

void play_script(Driver& driver, const CheckSpec& spec, const ScriptPlan& plan, Level level,
                 Played& played) {
  const auto run = driver.drive(plan, level);
  if (spec.id == descriptor_row_id && !run.tries.empty()) {
    played.corrections = corrections(run.tries.back());
  }
  played.judgement = judge(plan, level, run);
  played.observations = observe(run);
  played.died = run.circumstances.broker_died;
  const auto& listener = plan.listeners.front();
  if (!run.twin_after.empty()) {
    played.controlled = true;
    played.served.push_back(served_of(listener, run.twin_after.back()));
  } else if (run.twin_before) {
    played.served.push_back(served_of(listener, *run.twin_before));
  }
}

void play_round_trip(Driver& driver, const RoundTripPlan& plan, Level level, Played& played) {
  const auto evidence = driver.drive(plan);
  played.judgement = judge(plan, level, evidence);
  played.observations = observe(evidence);
  played.died = evidence.broker_died;
  if (!evidence.round_trips.empty() && evidence.round_trips.back().completed) {
    played.served.push_back({.listener = plan.listener, .accepted = true});
  }
}

}  // namespace

Played play_row(Driver& driver, const CheckSpec& spec, Level level) {
  Played played;
  if (const auto* plan = std::get_if<ProbePlan>(&spec.plan)) {
    play_probe(driver, *plan, level, played);
  } else if (const auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
    play_cases(driver, *cases, level, played);
  } else if (const auto* script = std::get_if<ScriptPlan>(&spec.plan)) {
    play_script(driver, spec, *script, level, played);
  } else if (const auto* trip = std::get_if<RoundTripPlan>(&spec.plan)) {
    play_round_trip(driver, *trip, level, played);
  }
  return played;
}

}  // namespace handfast::check
