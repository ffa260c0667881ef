// The verdict on the stimulus itself, in one mode with one TLS version; judge.cpp weighs these
// against each other and against the controls.
#pragma once

#include <string>

#include "harness/check/judge.hpp"

namespace handfast::check {

/// A judgement whose observation is the transcript's sentence.
Judgement judgement_of(reports::Verdict verdict, const probe::Transcript& transcript,
                       std::string reason);

/// The verdict of a contrary outcome.
reports::Verdict contrary(Level level);

/// Judges the last try, after all tries agreed.
Judgement judge_trial(const ProbePlan& plan, Level level, const Evidence& evidence,
                      const Trial& trial);

}  // namespace handfast::check
