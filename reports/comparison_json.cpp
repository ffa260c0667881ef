// The JSON form of a comparison, and the reader of what is compared.
#include <nlohmann/json.hpp>

#include "reports/comparison_reports.hpp"
#include "reports/detail/json_model.hpp"
#include "reports/load_any.hpp"

namespace handfast::reports {

namespace {

using detail::finite;
using detail::Json;

std::string_view unit_name(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::seconds:
      return "seconds";
    case MetricUnit::per_second:
      return "per_second";
    case MetricUnit::share:
      return "share";
    case MetricUnit::bytes:
      return "bytes";
  }
  return "seconds";
}

std::string_view verdict_name(ChangeVerdict verdict) {
  switch (verdict) {
    case ChangeVerdict::better:
      return "better";
    case ChangeVerdict::worse:
      return "worse";
    case ChangeVerdict::no_difference_shown:
      return "no_difference_shown";
    case ChangeVerdict::not_judged:
      return "not_judged";
  }
  return "not_judged";
}

Json metric_json(const MetricChange& row) {
  Json interval(nullptr);
  if (row.interval) interval = Json::array({finite(row.interval->low), finite(row.interval->high)});
  return {{"metric", row.metric.name},
          {"unit", unit_name(row.metric.unit)},
          {"higher_is_better", row.metric.higher_is_better},
          {"base", row.base},
          {"new", row.fresh},
          {"base_mean", finite(row.base_mean)},
          {"new_mean", finite(row.fresh_mean)},
          {"relative", row.relative},
          {"change", finite(row.change)},
          {"interval", std::move(interval)},
          {"p_value", row.p_value ? Json(*row.p_value) : Json(nullptr)},
          {"tolerance", finite(row.tolerance)},
          {"verdict", verdict_name(row.verdict)},
          {"note", row.note}};
}

Json check_json(const CheckChange& change) {
  return {{"broker", change.broker},   {"id", change.id},
          {"level", change.level},     {"base", change.base},
          {"new", change.fresh},       {"verdict", verdict_name(change.verdict)},
          {"excused", change.excused}, {"reason", change.reason}};
}

std::vector<ComparedRun> runs_of(const std::string& file, Matrix matrix) {
  std::vector<ComparedRun> out;
  for (auto& column : matrix.columns) {
    ComparedRun run{.file = file, .result = {}, .from_matrix = true};
    run.result.handfast_version = matrix.handfast_version;
    run.result.openssl_version = matrix.openssl_version;
    run.result.started_at = matrix.started_at;
    run.result.machine = matrix.machine;
    run.result.broker = std::move(column.broker);
    run.result.checks = std::move(column.checks);
    run.result.interrupted = column.interrupted;
    if (column.problem) {
      run.result.valid = false;
      run.result.invalid_reasons = {column.problem->text()};
    }
    out.push_back(std::move(run));
  }
  return out;
}

}  // namespace

std::string comparison_json_text(const Comparison& comparison) {
  Json differences = Json::array();
  for (const auto& difference : comparison.differences) {
    differences.push_back({{"aspect", to_string(difference.aspect)}, {"text", difference.text}});
  }
  Json metrics = Json::array();
  for (const auto& row : comparison.metrics) metrics.push_back(metric_json(row));
  Json checks = Json::array();
  for (const auto& change : comparison.checks) checks.push_back(check_json(change));
  const Json tree{{"kind", "comparison"},
                  {"format", comparison_format},
                  {"outcome", to_string(headline(comparison).outcome)},
                  {"exit_code", exit_code_for(comparison)},
                  {"base_files", comparison.base_files},
                  {"new_files", comparison.fresh_files},
                  {"base_broker", comparison.base_broker},
                  {"new_broker", comparison.fresh_broker},
                  {"alpha", comparison.alpha},
                  {"judged", comparison.judged},
                  {"differences", std::move(differences)},
                  {"notes", comparison.notes},
                  {"not_valid", comparison.not_valid},
                  {"metrics", std::move(metrics)},
                  {"same_checks", comparison.same_checks},
                  {"checks", std::move(checks)}};
  return detail::text_of(tree, 2) + "\n";
}

handfast::Result<std::vector<ComparedRun>> load_compared(const std::string& file) {
  auto loaded = load_any(file);
  if (!loaded) return loaded.error();
  if (auto* matrix = std::get_if<Matrix>(&*loaded)) return runs_of(file, std::move(*matrix));
  return std::vector<ComparedRun>{
      {.file = file, .result = std::move(std::get<Result>(*loaded)), .from_matrix = false}};
}

}  // namespace handfast::reports
