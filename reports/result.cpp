#include "reports/result.hpp"

#include <algorithm>

namespace handfast::reports {

namespace {

bool has_problem(const Result& result, ProblemKind kind) {
  return std::ranges::any_of(result.problems,
                             [kind](const Problem& problem) { return problem.kind == kind; });
}

bool has_check(const Result& result, Verdict verdict) {
  return std::ranges::any_of(
      result.checks, [verdict](const CheckResult& check) { return check.verdict == verdict; });
}

bool has_finding(const Result& result) {
  const bool missed = std::ranges::any_of(
      result.thresholds, [](const ThresholdResult& threshold) { return !threshold.passed; });
  return missed || result.broker.died || has_check(result, Verdict::fail) ||
         has_problem(result, ProblemKind::failed);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::warn:
      return "warn";
    case Verdict::info:
      return "info";
    case Verdict::skip:
      return "skip";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::error:
      return "error";
  }
  return "error";
}

std::optional<Verdict> parse_verdict(std::string_view name) {
  for (auto verdict : verdicts) {
    if (to_string(verdict) == name) return verdict;
  }
  return std::nullopt;
}

int exit_code_for(const Result& result) {
  if (result.interrupted) return 130;
  if (has_check(result, Verdict::error) || has_problem(result, ProblemKind::internal)) return 4;
  if (has_problem(result, ProblemKind::environment)) return 3;
  if (has_problem(result, ProblemKind::usage)) return 2;
  if (!result.valid || has_check(result, Verdict::inconclusive)) return 5;
  return has_finding(result) ? 1 : 0;
}

}  // namespace handfast::reports
