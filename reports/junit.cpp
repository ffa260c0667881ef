#include "reports/junit.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "core/base/text.hpp"
#include "reports/detail/junit_document.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

using Case = detail::JunitCase;
using Suite = detail::JunitSuite;

Case case_of(const CheckResult& check) {
  Case out{"handfast." + check.group,      check.id, check.duration_s,
           detail::kind_of(check.verdict), {},       {}};
  out.message = check.verdict == Verdict::skip
                    ? check.reason
                    : fmt::format("{}: {}", to_string(check.verdict),
                                  check.reason.empty() ? check.title : check.reason);
  if (check.verdict != Verdict::pass && check.verdict != Verdict::skip)
    out.text = detail::evidence_text(check);
  return out;
}

Case case_of(const ThresholdResult& threshold) {
  Case out{"handfast.thresholds", threshold.expression, 0, Case::Kind::pass, {}, {}};
  if (threshold.passed) return out;
  out.kind = Case::Kind::failure;
  out.message = threshold.evaluated ? fmt::format("missed: observed {}", threshold.observed)
                                    : fmt::format("not evaluated: {}", threshold.observed);
  return out;
}

/// Whether the run as a whole can be believed, and whether we did our part.
Case validity_case(const Result& result) {
  Case out{"handfast.run", "the run is valid", 0, Case::Kind::pass, {}, {}};
  const auto head = headline(result);
  if (head.outcome == Outcome::passed || head.outcome == Outcome::failed) return out;
  out.kind = Case::Kind::error;
  out.message = fmt::format("{}: {}", to_string(head.outcome),
                            head.reasons.empty() ? "" : head.reasons.front());
  out.text = join(head.reasons, "\n") + "\n";
  return out;
}

Case broker_case(const Result& result) {
  Case out{"handfast.run", "the broker kept running", 0, Case::Kind::pass, {}, {}};
  if (!result.broker.died) return out;
  out.kind = Case::Kind::failure;
  out.message = "the broker ended by itself: " + *result.broker.died;
  return out;
}

std::vector<Suite> suites_of(const Result& result) {
  std::vector<Suite> suites;
  for (const auto& group : group_checks(result)) {
    auto& suite = suites.emplace_back(Suite{.name = group.name});
    for (const auto* check : group.checks) suite.cases.push_back(case_of(*check));
  }
  if (!result.thresholds.empty()) {
    auto& suite = suites.emplace_back(Suite{.name = "thresholds"});
    for (const auto& threshold : result.thresholds) suite.cases.push_back(case_of(threshold));
  }
  suites.push_back({.name = "run", .cases = {validity_case(result), broker_case(result)}});
  return suites;
}

}  // namespace

std::string junit_xml(const Result& result) {
  detail::JunitDocument document{.started_at = result.started_at,
                                 .host = result.machine.host,
                                 .duration_s = result.duration_s,
                                 .suites = suites_of(result)};
  for (auto& suite : document.suites) {
    suite.properties = {{"scenario", result.scenario_name},
                        {"broker", result.broker.driver + " " + result.broker.version},
                        {"seed", std::to_string(result.seed)}};
  }
  return detail::to_xml(document);
}

}  // namespace handfast::reports
