// Verdicts: pure functions of a plan and its evidence (chain-cases.md 1.1 to 1.5).
#pragma once

#include <string>

#include "harness/check/check.hpp"
#include "harness/check/evidence.hpp"
#include "harness/check/judgement.hpp"

namespace handfast::check {

Judgement judge(const ProbePlan& plan, Level level, const Evidence& evidence);
Judgement judge(const RoundTripPlan& plan, Level level, const Evidence& evidence);
/// The script's own judge between its controls (1.4), after its tries agreed.
Judgement judge(const ScriptPlan& plan, Level level, const ScriptRun& run);

/// Whether `transcript` is the outcome that `expect` asks for; alerts and timing aside. Decides
/// whether a try is repeated.
bool as_expected(const Expectation& expect, const probe::Transcript& transcript);

/// The worse of two verdicts: error, fail, inconclusive, warn, info, pass, skip.
bool worse(reports::Verdict a, reports::Verdict b);

}  // namespace handfast::check
