// What every report says about a result, worked out once: the headline, counts, rates and failure
// causes in words.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

/// The run in one word, in the order of weight of the exit codes.
enum class Outcome { passed, failed, not_valid, error, interrupted };
std::string_view to_string(
    Outcome outcome);  ///< "PASSED", "FAILED", "NOT VALID", "ERROR", "INTERRUPTED"

struct Headline {
  Outcome outcome = Outcome::passed;
  std::vector<std::string> reasons;  ///< why, the weightiest first; for `passed` what was shown
};
/// The outcome that exit_code_for() stands for, with its reasons in words.
Headline headline(const Result& result);

/// Checks counted by verdict.
struct VerdictCounts {
  std::array<std::uint64_t, verdicts.size()> by_verdict{};

  std::uint64_t of(Verdict verdict) const { return by_verdict[static_cast<std::size_t>(verdict)]; }
  std::uint64_t total() const;
  /// "14 passed, 1 failed, 2 skipped", without the zero ones; "none" when empty.
  std::string text() const;
};

struct GroupSummary {
  std::string name;
  VerdictCounts counts;
  std::vector<const CheckResult*> checks;  ///< in the order of the result, which must outlive this
};
/// Groups in the order in which they first appear.
std::vector<GroupSummary> group_checks(const Result& result);
VerdictCounts count_verdicts(const std::vector<CheckResult>& checks);

/// Rates of one fleet over its load, without warm-up and drain; what happens in the drain counts
/// for none of them.
struct FleetRates {
  double offered_per_s = 0;   ///< starts that the load asked for
  double started_per_s = 0;   ///< starts made
  double achieved_per_s = 0;  ///< connections accepted (CONNACK)
};
FleetRates rates_of(const stats::FleetStats& fleet);
/// Of all fleets together, over the time in which at least one of them had its load: fleets side by
/// side add up, fleets one after another do not.
FleetRates rates_of(const stats::Snapshot& load);

struct FailureLine {
  std::string fleet, phase;
  std::string cause;  ///< as counted: "alert_received:unknown_ca(48)"
  std::string text;   ///< in words: "alert unknown_ca (48) received"
  std::uint64_t count = 0;
};
/// The failures of all fleets, the most frequent first, at most `limit`.
std::vector<FailureLine> top_failures(const stats::Snapshot& load, std::size_t limit);

/// A failure cause (stats::FailureKey) in words; an unknown one is answered as it is.
std::string describe_cause(std::string_view cause);

/// The generator about itself over the whole load.
struct GeneratorHealth {
  std::size_t workers = 0;
  double cores_used = 0;  ///< on average, 0 to `workers`
  stats::Histogram lag;   ///< of all workers
  std::uint64_t late_starts = 0;
  std::uint64_t dropped = 0;
};
GeneratorHealth generator_health(const stats::Snapshot& load);

/// "12,345": digits in groups of three, for people.
std::string grouped(std::uint64_t value);
/// Three significant digits without exponent: "0.43", "98.7", "1,234".
std::string short_number(double value);
/// "1 check", "2 checks".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace handfast::reports
