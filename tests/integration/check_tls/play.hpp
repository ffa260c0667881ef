// Plays rows of group C one by one, and compares what came of them with a table.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "harness/check/tls_protocol/rows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/live_bench.hpp"

namespace handfast::test {

inline const check::CheckSpec& tls_row(const std::string& id) {
  static const auto rows = check::tls_protocol_specs();
  const auto found = std::ranges::find(rows, id, &check::CheckSpec::id);
  REQUIRE(found != rows.end());
  return *found;
}

struct Played {
  check::Judgement judgement;
  std::string story;
};

inline Played play(const std::string& id, check::Bench& bench, check::Level level) {
  const auto& plan = std::get<check::ScriptPlan>(tls_row(id).plan);
  const auto evidence = plan.drive(bench);
  Played played{.judgement = plan.judge(level, evidence), .story = id};
  const auto& judged = played.judgement;
  played.story += ": " + std::string(reports::to_string(judged.verdict)) + " / " + judged.observed +
                  " / " + judged.reason;
  for (const auto& step : evidence.steps) {
    played.story += "\n  " + step.what + ": " + std::string(probe::to_string(step.outcome));
    if (step.alert) played.story += ", alert " + std::to_string(*step.alert);
    if (step.close != probe::CloseKind::none) {
      played.story += ", " + std::string(probe::to_string(step.close));
    }
    if (!step.detail.empty()) played.story += " (" + step.detail + ")";
    for (const auto& [name, value] : step.facts) played.story += "\n    " + name + " " + value;
  }
  return played;
}

/// Plays every row of `expected`.
inline void check_verdicts(const std::map<std::string, reports::Verdict>& expected,
                           check::Bench& bench) {
  for (const auto& [id, verdict] : expected) {
    const auto played = play(id, bench, tls_row(id).level);
    INFO(played.story);
    CHECK(reports::to_string(played.judgement.verdict) == reports::to_string(verdict));
  }
}

}  // namespace handfast::test
