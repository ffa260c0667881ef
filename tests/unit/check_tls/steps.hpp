// Evidence of the rows of group C, written by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/check/script.hpp"

namespace handfast::test {

inline check::Step accepted(std::string what,
                            std::vector<std::pair<std::string, std::string>> facts = {}) {
  check::Step step;
  step.what = std::move(what);
  step.outcome = probe::Outcome::accept;
  step.facts = std::move(facts);
  return step;
}

inline check::Step alerted(std::string what, std::uint8_t alert) {
  check::Step step;
  step.what = std::move(what);
  step.outcome = probe::Outcome::reject;
  step.close = probe::CloseKind::alert;
  step.alert = alert;
  return step;
}

inline check::Step closed(std::string what, probe::CloseKind close = probe::CloseKind::fin) {
  check::Step step;
  step.what = std::move(what);
  step.outcome = probe::Outcome::reject;
  step.close = close;
  return step;
}

inline check::Step hung(std::string what) {
  check::Step step;
  step.what = std::move(what);
  step.outcome = probe::Outcome::hang;
  return step;
}

inline check::ScriptEvidence evidence_of(std::vector<check::Step> steps) {
  check::ScriptEvidence evidence;
  evidence.steps = std::move(steps);
  return evidence;
}

}  // namespace handfast::test
