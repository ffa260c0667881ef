// What changed between two sides of runs: the model of `handfast compare` and the judgement.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/stats/contrast.hpp"
#include "reports/baseline.hpp"
#include "reports/compared_metrics.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// One side's run: a result.json, or one broker's column of a matrix.json.
struct ComparedRun {
  std::string file;
  Result result;             ///< of a matrix: its checks, broker, machine and versions only
  bool from_matrix = false;  ///< there is no load
};

/// What must be alike for a comparison to mean anything.
enum class Aspect : std::uint8_t { machine, scenario, tls };
std::string_view to_string(Aspect aspect);  ///< "machine", "scenario", "tls"

/// Something that the runs do not have in common.
struct Difference {
  Aspect aspect = Aspect::machine;
  std::string text;  ///< "cores: 2 in a.json, 4 in b.json"

  bool operator==(const Difference&) const = default;
};

enum class ChangeVerdict : std::uint8_t {
  better,
  worse,
  no_difference_shown,
  not_judged,  ///< too few runs, or values are missing: `note` says which
};
std::string_view to_string(ChangeVerdict verdict);  ///< "no difference shown"

/// One metric on both sides.
struct MetricChange {
  MetricSpec metric;
  std::vector<double> base, fresh;  ///< one value for each run that has one
  double base_mean = 0;             ///< geometric when the change is `relative`
  double fresh_mean = 0;
  bool relative =
      true;  ///< the change is a share of base (0.1: 10 % more), else in the metric's unit
  double change = 0;
  /// With the confidence that Holm's procedure leaves to this metric; nullopt when not judged.
  std::optional<stats::Interval> interval;
  std::optional<double> p_value;  ///< corrected for the number of metrics
  double tolerance = 0;           ///< in the unit of `change`
  ChangeVerdict verdict = ChangeVerdict::not_judged;
  std::string note;
};

/// A conformance row whose verdict is not the same on both sides.
struct CheckChange {
  std::string broker;  ///< driver
  std::string id, level;
  std::string base, fresh;  ///< "pass"; "fail, pass" when runs disagree; "-" where it did not run
  ChangeVerdict verdict = ChangeVerdict::not_judged;
  bool excused = false;  ///< worse, and the baseline lists it so
  std::string reason;    ///< of the new side's verdict, or the baseline's
};

struct CompareOptions {
  double relative_tolerance = 0.05;
  double share_tolerance = 0.001;  ///< of metrics that are shares themselves, as a difference
  std::map<std::string, double> tolerances;  ///< by name of metric; they come before the baseline's
  std::optional<Baseline> baseline;
  std::set<Aspect> accepted;    ///< differences that are a note instead of a refusal
  bool accept_invalid = false;  ///< compare runs that say of themselves that they are not valid
  double alpha = 0.05;          ///< chance of one false verdict or more among all metrics
  stats::Bootstrap bootstrap;
};

struct Comparison {
  std::vector<std::string> base_files, fresh_files;
  std::string base_broker, fresh_broker;  ///< "mosquitto 2.0.11"
  double alpha = 0.05;
  std::size_t judged = 0;               ///< metrics that the correction counts
  std::vector<Difference> differences;  ///< accepted ones
  std::vector<std::string> notes;       ///< what a reader should know before believing it
  std::vector<std::string> not_valid;   ///< runs that are no evidence, and why
  std::vector<MetricChange> metrics;
  std::vector<CheckChange> checks;
  std::size_t same_checks = 0;

  bool regressed() const;
};

/// Compares two sides, each of one run or more. With fewer than stats::least_runs a side the
/// changes are told and not judged. Usage problem when the sides are no pair: a matrix and a load,
/// one file twice, differences of machine, scenario or TLS that are not accepted, a tolerance for a
/// metric that neither side has.
handfast::Result<Comparison> compare(const std::vector<ComparedRun>& base,
                                     const std::vector<ComparedRun>& fresh,
                                     const CompareOptions& options);

/// 5 when runs are not valid, 1 for a metric or a check that is worse, else 0.
int exit_code_for(const Comparison& comparison);

/// Reads a result.json or a matrix.json; one run for each broker of a matrix. Problems as
/// load_json().
handfast::Result<std::vector<ComparedRun>> load_compared(const std::string& file);

}  // namespace handfast::reports
