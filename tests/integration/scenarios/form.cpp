#include "tests/integration/scenarios/form.hpp"

#include <algorithm>

namespace handfast::test {

namespace {

/// What a machine that is starved may miss.
bool asks_for_speed(const reports::ThresholdResult& threshold) {
  return threshold.expression.find(".p99 ") != std::string::npos ||
         threshold.expression.find(".knee ") != std::string::npos;
}

}  // namespace

Form::Form(std::string name, std::vector<std::string> changes)
    : name_(std::move(name)), changes_(std::move(changes)) {
  names().insert(name_);
}

std::set<std::string>& Form::names() {
  static std::set<std::string> all;
  return all;
}

reports::Result Form::play(const std::vector<std::string>& more) const {
  const Folder folder;
  std::vector<std::string> words{"run", std::string(HANDFAST_SCENARIOS "/") + name_ + ".yaml",
                                 "--out", folder.out()};
  for (const auto* changes : {&changes_, &more}) {
    for (const auto& change : *changes) words.insert(words.end(), {"--set", change});
  }
  Program program(handfast_words(words), folder.path());
  const int exit = program.wait();
  INFO(program.out() << program.err());
  REQUIRE((exit == 0 || exit == 1 || exit == 5));
  const auto result = folder.result();
  CHECK(result.scenario_name == name_);
  CHECK_FALSE(result.scenario_summary.empty());
  CHECK_FALSE(result.thresholds.empty());
  for (const auto& threshold : result.thresholds) {
    INFO(threshold.expression << ": " << threshold.observed);
    CHECK(threshold.evaluated);
    if (!asks_for_speed(threshold)) CHECK(threshold.passed);
  }
  if (exit == 1) {
    CHECK(std::ranges::any_of(result.thresholds,
                              [](const auto& t) { return asks_for_speed(t) && !t.passed; }));
  }
  return result;
}

const stats::FleetStats& fleet_of(const reports::Result& result, const std::string& name) {
  for (const auto& fleet : result.load.fleets) {
    if (fleet.name == name) return fleet;
  }
  FAIL("no fleet " << name);
  return result.load.fleets.at(0);
}

}  // namespace handfast::test
