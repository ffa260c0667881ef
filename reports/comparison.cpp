#include "reports/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/text.hpp"
#include "reports/detail/comparability.hpp"
#include "reports/detail/compare_checks.hpp"

namespace handfast::reports {

namespace {

/// The values of one metric in the runs that have it.
std::vector<double> values_of(const std::vector<std::vector<MetricValue>>& runs,
                              const std::string& name) {
  std::vector<double> out;
  for (const auto& run : runs) {
    const auto found = std::ranges::find(
        run, name,
        [](const MetricValue& value) -> const std::string& { return value.metric.name; });
    if (found != run.end()) out.push_back(found->value);
  }
  return out;
}

std::vector<MetricSpec> names_of(const std::vector<std::vector<MetricValue>>& base,
                                 const std::vector<std::vector<MetricValue>>& fresh) {
  std::vector<MetricSpec> out;
  for (const auto* side : {&base, &fresh}) {
    for (const auto& run : *side) {
      for (const auto& value : run) {
        if (std::ranges::find(out, value.metric) == out.end()) out.push_back(value.metric);
      }
    }
  }
  return out;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> logarithms(const std::vector<double>& values) {
  std::vector<double> out;
  for (const double value : values) out.push_back(std::log(value));
  return out;
}

bool positive(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value > 0; });
}

/// Latencies and rates scatter by factors, so their logarithms are compared: twice as much and half
/// as much are equally far. Shares are compared as they are.
bool by_factor(const MetricChange& row) {
  return row.metric.unit != MetricUnit::share && positive(row.base) && positive(row.fresh);
}

double tolerance_of(const MetricChange& row, const CompareOptions& options) {
  const auto given = options.tolerances.find(row.metric.name);
  if (given != options.tolerances.end()) return given->second;
  if (options.baseline) {
    const auto listed = options.baseline->tolerances.find(row.metric.name);
    if (listed != options.baseline->tolerances.end()) return listed->second;
  }
  if (row.metric.unit == MetricUnit::share) return options.share_tolerance;
  return row.relative ? options.relative_tolerance : 0;
}

MetricChange describe(const MetricSpec& metric, std::vector<double> base, std::vector<double> fresh,
                      const CompareOptions& options) {
  MetricChange row{.metric = metric, .base = std::move(base), .fresh = std::move(fresh)};
  row.relative = by_factor(row);
  if (row.relative) {
    row.base_mean = std::exp(mean(logarithms(row.base)));
    row.fresh_mean = std::exp(mean(logarithms(row.fresh)));
    row.change = row.fresh_mean / row.base_mean - 1;
  } else {
    row.base_mean = mean(row.base);
    row.fresh_mean = mean(row.fresh);
    row.change = row.fresh_mean - row.base_mean;
  }
  row.tolerance = tolerance_of(row, options);
  return row;
}

/// Why a metric cannot be judged; empty when it can.
std::string why_not(const MetricChange& row, std::size_t base_runs, std::size_t fresh_runs) {
  if (row.base.empty()) return "only the new side has it";
  if (row.fresh.empty()) return "only the base side has it";
  if (row.base.size() < base_runs || row.fresh.size() < fresh_runs) return "some runs lack it";
  if (std::min(base_runs, fresh_runs) < stats::least_runs) return "too few runs";
  return {};
}

/// A metric with the same value in every run needs no judgement, and costs the others nothing.
bool constant(const MetricChange& row) {
  const double first = row.base.front();
  const auto same = [first](double value) { return std::abs(value - first) <= 0; };
  return std::ranges::all_of(row.base, same) && std::ranges::all_of(row.fresh, same);
}

struct Judgement {
  MetricChange* row;
  stats::Contrast contrast;
};

stats::Contrast contrast_of(const MetricChange& row, const stats::Bootstrap& bootstrap) {
  if (!row.relative) return {row.base, row.fresh, bootstrap};
  return {logarithms(row.base), logarithms(row.fresh), bootstrap};
}

/// What a change must exceed, on the scale of its contrast: a factor counts alike in both
/// directions, so 5 % less is what turns into 5 % more when the sides are swapped.
double margin_of(const MetricChange& row) {
  return row.relative ? std::log1p(row.tolerance) : row.tolerance;
}

void conclude(Judgement& judgement, double confidence, double p_value, double alpha) {
  MetricChange& row = *judgement.row;
  auto interval = judgement.contrast.interval(confidence);
  if (row.relative) interval = {std::expm1(interval.low), std::expm1(interval.high)};
  row.interval = interval;
  row.p_value = p_value;
  row.verdict = ChangeVerdict::no_difference_shown;
  if (p_value > alpha) return;
  const bool more = judgement.contrast.difference() > 0;
  row.verdict = more == row.metric.higher_is_better ? ChangeVerdict::better : ChangeVerdict::worse;
}

/// Answers how many metrics were judged together.
std::size_t judge(std::vector<MetricChange>& rows, std::size_t base_runs, std::size_t fresh_runs,
                  const CompareOptions& options) {
  std::vector<Judgement> judgements;
  std::vector<double> p_values;
  for (auto& row : rows) {
    row.note = why_not(row, base_runs, fresh_runs);
    if (!row.note.empty()) continue;
    if (constant(row)) {
      row.verdict = ChangeVerdict::no_difference_shown;
      row.note = "the same in every run";
      continue;
    }
    judgements.push_back({&row, contrast_of(row, options.bootstrap)});
    p_values.push_back(judgements.back().contrast.p_value(margin_of(row)));
  }
  const auto corrected = stats::holm(p_values);
  const auto shares = stats::holm_shares(p_values);
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    conclude(judgements[i], 1 - options.alpha * shares[i], corrected[i], options.alpha);
  }
  return judgements.size();
}

std::vector<std::vector<MetricValue>> measured(const std::vector<ComparedRun>& runs) {
  std::vector<std::vector<MetricValue>> out;
  for (const auto& run : runs) out.push_back(compared_metrics(run.result));
  return out;
}

/// A tolerance for nothing is a mistyped one.
handfast::Result<void> check_names(const std::vector<MetricChange>& rows,
                                   const CompareOptions& options) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.metric.name);
  for (const auto& [name, tolerance] : options.tolerances) {
    if (std::ranges::find(names, name) != names.end()) continue;
    return usage_problem(
        fmt::format("there is no metric \"{}\" to tolerate a change of", printable(name)), {},
        names.empty() ? "these files hold no load" : suggest(name, names));
  }
  return {};
}

std::vector<std::string> files_of(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> out;
  for (const auto& run : runs) {
    if (std::ranges::find(out, run.file) == out.end()) out.push_back(run.file);
  }
  return out;
}

std::string brokers_of(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> out;
  for (const auto& run : runs) {
    const auto& broker = run.result.broker;
    auto title = broker.version.empty() ? broker.driver : broker.driver + " " + broker.version;
    if (std::ranges::find(out, title) == out.end()) out.push_back(std::move(title));
  }
  return join(out, ", ");
}

}  // namespace

std::string_view to_string(Aspect aspect) {
  switch (aspect) {
    case Aspect::machine:
      return "machine";
    case Aspect::scenario:
      return "scenario";
    case Aspect::tls:
      return "tls";
  }
  return "machine";
}

std::string_view to_string(ChangeVerdict verdict) {
  switch (verdict) {
    case ChangeVerdict::better:
      return "better";
    case ChangeVerdict::worse:
      return "worse";
    case ChangeVerdict::no_difference_shown:
      return "no difference shown";
    case ChangeVerdict::not_judged:
      return "not judged";
  }
  return "not judged";
}

bool Comparison::regressed() const {
  return std::ranges::any_of(metrics,
                             [](const auto& row) { return row.verdict == ChangeVerdict::worse; }) ||
         std::ranges::any_of(checks, [](const auto& row) {
           return row.verdict == ChangeVerdict::worse && !row.excused;
         });
}

int exit_code_for(const Comparison& comparison) {
  if (!comparison.not_valid.empty()) return 5;
  return comparison.regressed() ? 1 : 0;
}

handfast::Result<Comparison> compare(const std::vector<ComparedRun>& base,
                                     const std::vector<ComparedRun>& fresh,
                                     const CompareOptions& options) {
  if (auto fit = detail::check_pair(base, fresh); !fit) return fit.error();
  auto differences = detail::differences_of(base, fresh);
  if (auto accepted = detail::check_accepted(differences, options.accepted); !accepted) {
    return accepted.error();
  }
  Comparison out;
  out.base_files = files_of(base);
  out.fresh_files = files_of(fresh);
  out.base_broker = brokers_of(base);
  out.fresh_broker = brokers_of(fresh);
  out.alpha = options.alpha;
  out.differences = std::move(differences);
  out.notes = detail::notes_of(base, fresh);
  if (!options.accept_invalid) out.not_valid = detail::not_valid(base, fresh);

  const auto before = measured(base);
  const auto after = measured(fresh);
  for (const auto& metric : names_of(before, after)) {
    out.metrics.push_back(
        describe(metric, values_of(before, metric.name), values_of(after, metric.name), options));
  }
  if (auto known = check_names(out.metrics, options); !known) return known.error();
  if (out.not_valid.empty()) {
    out.judged = judge(out.metrics, base.size(), fresh.size(), options);
  } else {
    for (auto& row : out.metrics) row.note = "runs are not valid";
  }
  detail::compare_checks(base, fresh, options.baseline ? &*options.baseline : nullptr, out);
  return out;
}

}  // namespace handfast::reports
