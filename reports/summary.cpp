#include "reports/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "core/tls/openssl.hpp"

namespace handfast::reports {

namespace {

std::uint64_t missed_thresholds(const Result& result) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      result.thresholds, [](const ThresholdResult& threshold) { return !threshold.passed; }));
}

/// Appends the texts of our problems of one kind.
void add_problems(std::vector<std::string>& reasons, const Result& result, ProblemKind kind) {
  for (const auto& problem : result.problems) {
    if (problem.kind == kind) reasons.push_back(problem.text());
  }
}

void add_count(std::vector<std::string>& reasons, std::uint64_t count, std::string_view one,
               std::string_view many, std::string_view what) {
  if (count > 0) reasons.push_back(fmt::format("{} {}", counted(count, one, many), what));
}

std::vector<std::string> shown_reasons(const Result& result) {
  std::vector<std::string> reasons;
  const auto counts = count_verdicts(result.checks);
  add_count(reasons, counts.of(Verdict::pass), "check", "checks", "passed");
  add_count(reasons, result.thresholds.size(), "threshold", "thresholds", "held");
  std::uint64_t connections = 0;
  for (const auto& fleet : result.load.fleets) connections += fleet.succeeded;
  if (connections > 0) {
    reasons.push_back(fmt::format("{} made", counted(connections, "connection", "connections")));
  }
  return reasons;
}

Outcome outcome_of(const Result& result) {
  switch (exit_code_for(result)) {
    case 0:
      return Outcome::passed;
    case 1:
      return Outcome::failed;
    case 5:
      return Outcome::not_valid;
    case 130:
      return Outcome::interrupted;
    default:
      return Outcome::error;
  }
}

FleetRates rates_over(double length_s, std::uint64_t planned, std::uint64_t started,
                      std::uint64_t ready) {
  if (length_s <= 0) return {};
  const auto per_s = [length_s](std::uint64_t count) {
    return static_cast<double>(count) / length_s;
  };
  return {per_s(planned), per_s(started), per_s(ready)};
}

/// Seconds in which at least one fleet had its load.
double time_under_load(const stats::Snapshot& load) {
  std::vector<std::pair<double, double>> spans;
  for (const auto& fleet : load.fleets) {
    spans.emplace_back(fleet.warm_up.length_s, fleet.warm_up.length_s + fleet.load_s);
  }
  std::ranges::sort(spans);
  double sum = 0;
  double until = 0;
  for (const auto& [begin, end] : spans) {
    sum += std::max(0.0, end - std::max(begin, until));
    until = std::max(until, end);
  }
  return sum;
}

/// "certificate has expired (10)" for "cert_has_expired(10)"; another text stays as it is.
std::string verify_words(std::string_view detail) {
  const auto open = detail.find('(');
  int code = 0;
  if (open == std::string_view::npos ||
      std::from_chars(detail.data() + open + 1, detail.data() + detail.size(), code).ec !=
          std::errc{}) {
    return std::string(detail);
  }
  return fmt::format("{} ({})", tls::verify_text(code), code);
}

/// "name(116)" as "name (116)".
std::string spaced_number(std::string_view text) {
  const auto bracket = text.find('(');
  if (bracket == std::string_view::npos || bracket == 0) return std::string(text);
  return fmt::format("{} {}", text.substr(0, bracket), text.substr(bracket));
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "PASSED";
    case Outcome::failed:
      return "FAILED";
    case Outcome::not_valid:
      return "NOT VALID";
    case Outcome::error:
      return "ERROR";
    case Outcome::interrupted:
      return "INTERRUPTED";
  }
  return "ERROR";
}

Headline headline(const Result& result) {
  Headline out{outcome_of(result), {}};
  if (out.outcome == Outcome::passed) {
    out.reasons = shown_reasons(result);
    return out;
  }
  auto& reasons = out.reasons;
  const auto counts = count_verdicts(result.checks);
  if (result.interrupted)
    reasons.emplace_back("stopped before its end; what was measured until then is reported");
  add_problems(reasons, result, ProblemKind::internal);
  add_count(reasons, counts.of(Verdict::error), "check", "checks",
            "ended in an error of handfast itself");
  add_problems(reasons, result, ProblemKind::environment);
  add_problems(reasons, result, ProblemKind::usage);
  if (!result.valid && result.invalid_reasons.empty())
    reasons.emplace_back("the run is marked as not valid");
  if (!result.valid) {
    reasons.insert(reasons.end(), result.invalid_reasons.begin(), result.invalid_reasons.end());
  }
  add_count(reasons, counts.of(Verdict::inconclusive), "check", "checks", "stayed inconclusive");
  if (result.broker.died) reasons.push_back("the broker ended by itself: " + *result.broker.died);
  add_problems(reasons, result, ProblemKind::failed);
  add_count(reasons, counts.of(Verdict::fail), "check", "checks", "failed");
  add_count(reasons, missed_thresholds(result), "threshold", "thresholds", "missed");
  return out;
}

std::uint64_t VerdictCounts::total() const {
  std::uint64_t sum = 0;
  for (auto count : by_verdict) sum += count;
  return sum;
}

std::string VerdictCounts::text() const {
  static constexpr std::array<std::string_view, verdicts.size()> words{
      "passed", "failed", "warned", "info", "skipped", "inconclusive", "in error"};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (by_verdict[i] > 0) parts.push_back(fmt::format("{} {}", by_verdict[i], words[i]));
  }
  return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", "));
}

VerdictCounts count_verdicts(const std::vector<CheckResult>& checks) {
  VerdictCounts counts;
  for (const auto& check : checks) ++counts.by_verdict[static_cast<std::size_t>(check.verdict)];
  return counts;
}

std::vector<GroupSummary> group_checks(const Result& result) {
  std::vector<GroupSummary> groups;
  for (const auto& check : result.checks) {
    auto group = std::ranges::find(groups, check.group, &GroupSummary::name);
    if (group == groups.end())
      group = groups.insert(groups.end(), GroupSummary{check.group, {}, {}});
    ++group->counts.by_verdict[static_cast<std::size_t>(check.verdict)];
    group->checks.push_back(&check);
  }
  return groups;
}

FleetRates rates_of(const stats::FleetStats& fleet) {
  return rates_over(fleet.load_s, fleet.planned, fleet.started_in_time, fleet.ready_in_time);
}

FleetRates rates_of(const stats::Snapshot& load) {
  std::uint64_t planned = 0;
  std::uint64_t started = 0;
  std::uint64_t ready = 0;
  for (const auto& fleet : load.fleets) {
    planned += fleet.planned;
    started += fleet.started_in_time;
    ready += fleet.ready_in_time;
  }
  return rates_over(time_under_load(load), planned, started, ready);
}

std::vector<FailureLine> top_failures(const stats::Snapshot& load, std::size_t limit) {
  std::vector<FailureLine> lines;
  for (const auto& fleet : load.fleets) {
    for (const auto& [key, count] : fleet.failures) {
      lines.push_back({fleet.name, key.phase, key.cause, describe_cause(key.cause), count});
    }
  }
  std::ranges::sort(lines, [](const FailureLine& a, const FailureLine& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::tie(a.fleet, a.phase, a.cause) < std::tie(b.fleet, b.phase, b.cause);
  });
  if (lines.size() > limit) lines.resize(limit);
  return lines;
}

std::string describe_cause(std::string_view cause) {
  const auto colon = cause.find(':');
  const auto kind = cause.substr(0, colon);
  const auto detail =
      colon == std::string_view::npos ? std::string_view{} : cause.substr(colon + 1);
  if (kind == "alert_received") return fmt::format("alert {} received", spaced_number(detail));
  if (kind == "alert_sent") return fmt::format("alert {} sent", spaced_number(detail));
  if (kind == "verify") return fmt::format("verification failed: {}", verify_words(detail));
  if (kind == "connack") return fmt::format("CONNACK {}", spaced_number(detail));
  if (kind == "http") return fmt::format("HTTP status {}", detail);
  if (kind == "errno") return std::string(detail);
  if (cause == "deadline") return "no answer before the deadline";
  if (cause == "closed") return "closed by the broker";
  if (cause == "tls:protocol") return "TLS protocol error";
  if (cause == "mqtt:malformed") return "malformed MQTT packet";
  return std::string(cause);
}

GeneratorHealth generator_health(const stats::Snapshot& load) {
  GeneratorHealth health;
  health.workers = load.workers.size();
  for (const auto& worker : load.workers) {
    if (worker.wall_seconds > 0) health.cores_used += worker.cpu_seconds / worker.wall_seconds;
    health.late_starts += worker.late_starts;
    health.lag.merge(worker.lag);
  }
  for (const auto& fleet : load.fleets) health.dropped += fleet.dropped;
  return health;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t left = digits.size(); left > 3;) {
    left -= 3;
    digits.insert(left, 1, ',');
  }
  return digits;
}

std::string short_number(double value) {
  if (!std::isfinite(value) || value < 0) return "0";
  if (value >= 999.5)
    return grouped(static_cast<std::uint64_t>(std::llround(std::min(value, 1e18))));
  return fmt::format("{:.{}f}", value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

}  // namespace handfast::reports
