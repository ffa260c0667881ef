// Weighs a script's own judgement against its controls and against its other tries.
#include <fmt/format.h>

#include "harness/check/judge.hpp"
#include "harness/check/judge_trial.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using reports::Verdict;

Judgement script_control_lost(const probe::Transcript& control, const char* when) {
  return judgement_of(
      Verdict::inconclusive, control,
      fmt::format("the control connection was not accepted {}: {}", when, control.sentence()));
}

/// Nothing can be said of the row itself.
std::optional<Judgement> judge_script_circumstances(const Evidence& seen) {
  if (seen.problem) return Judgement{.verdict = Verdict::error, .reason = *seen.problem};
  if (seen.broker_died) {
    return Judgement{.verdict = Verdict::fail,
                     .observed = "the broker died",
                     .reason = "the broker died during this check: " + *seen.broker_died};
  }
  return std::nullopt;
}

}  // namespace

Judgement judge(const ScriptPlan& plan, Level level, const ScriptRun& run) {
  if (auto decided = judge_script_circumstances(run.circumstances)) return *decided;
  if (run.twin_before && run.twin_before->transcript.outcome != Outcome::accept) {
    return script_control_lost(run.twin_before->transcript, "before the stimulus");
  }
  if (run.tries.empty()) return {.verdict = Verdict::error, .reason = "the script was not played"};
  const auto& last = run.tries.back();
  if (last.problem) return {.verdict = Verdict::error, .reason = *last.problem};
  if (last.skip) return {.verdict = Verdict::skip, .reason = *last.skip};
  if (!run.twin_after.empty() && run.twin_after.back().transcript.outcome != Outcome::accept) {
    auto lost = script_control_lost(run.twin_after.back().transcript, "after the stimulus");
    lost.service_lost = true;
    return lost;
  }
  auto verdict = plan.judge(level, last);
  for (const auto& one : run.tries) {
    const auto other = plan.judge(level, one);
    if (other.verdict == verdict.verdict) continue;
    // A right outcome reached badly once, and well when tried again: a busy machine does that.
    if (verdict.verdict == Verdict::pass && other.verdict == Verdict::warn) {
      verdict.reason += fmt::format(" (the first try: {})", other.reason);
      break;
    }
    return {.verdict = Verdict::inconclusive,
            .observed = verdict.observed,
            .reason = fmt::format("{} tries disagreed: {}; {}", run.tries.size(), other.reason,
                                  verdict.reason)};
  }
  if (level == Level::may && verdict.verdict == Verdict::pass) verdict.verdict = Verdict::info;
  return verdict;
}

}  // namespace handfast::check
