#include "harness/app/execute.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "core/base/text.hpp"
#include "core/base/wall_time.hpp"
#include "harness/app/interrupt.hpp"
#include "harness/app/key_log_file.hpp"
#include "harness/app/live_view.hpp"
#include "harness/app/metrics_server.hpp"
#include "harness/app/run_progress.hpp"
#include "harness/scenario/limits.hpp"
#include "harness/scenario/load.hpp"
#include "harness/scenario/plan.hpp"
#include "harness/scenario/run.hpp"
#include "harness/scenario/shard.hpp"
#include "reports/json.hpp"
#include "reports/terminal.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

std::set<reports::ReportKind> file_reports(const std::vector<scenario::Report>& wanted) {
  std::set<reports::ReportKind> kinds;
  for (const auto report : wanted) {
    if (report == scenario::Report::json) kinds.insert(reports::ReportKind::json);
    if (report == scenario::Report::junit) kinds.insert(reports::ReportKind::junit);
    if (report == scenario::Report::html) kinds.insert(reports::ReportKind::html);
    if (report == scenario::Report::markdown) kinds.insert(reports::ReportKind::markdown);
    if (report == scenario::Report::csv) kinds.insert(reports::ReportKind::csv);
    if (report == scenario::Report::hlog) kinds.insert(reports::ReportKind::hlog);
  }
  return kinds;
}

/// stdout is the result: the summary, or the whole result as JSON.
void print_result(const reports::Result& result, const ExecuteOptions& options,
                  const std::vector<scenario::Report>& wanted,
                  const std::vector<std::filesystem::path>& files) {
  if (options.output == "json") {
    fmt::print("{}", reports::to_json_text(result));
    return;
  }
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  if (std::find(wanted.begin(), wanted.end(), scenario::Report::terminal) != wanted.end()) {
    fmt::print("{}",
               reports::terminal_summary(result, reports::detect_style(STDOUT_FILENO), names));
  } else {
    for (const auto& name : names) fmt::print("{}\n", name);
  }
}

/// The part of the load that the options ask for.
struct LoadPart {
  std::optional<loadgen::Shard> shard;
  std::optional<WallTime> start_at;
};

Result<LoadPart> part_of(const ExecuteOptions& options) {
  LoadPart part;
  if (!options.shard.empty()) {
    auto shard =
        scenario::parse_shard(options.shard, [](const char* name) { return getenv(name); });
    if (!shard) return with_context(shard.error(), "--shard");
    part.shard = *shard;
  }
  if (!options.start_at.empty()) {
    auto start = parse_wall_time(options.start_at);
    if (!start) return with_context(start.error(), "--start-at");
    // Before anything is made ready; a moment that passes meanwhile is found when it is needed.
    auto ahead = scenario::begin_at(*start, std::chrono::system_clock::now(), Clock::now());
    if (!ahead)
      return usage_problem("--start-at: " + ahead.error().message, {}, ahead.error().hint);
    part.start_at = *start;
  }
  return part;
}

/// What would fail for want of ports or descriptors says nothing about the broker.
Problem does_not_fit(const scenario::Plan& plan) {
  std::vector<std::string> what;
  std::vector<std::string> fixes;
  for (const auto& finding : plan.findings) {
    what.push_back(finding.what);
    fixes.push_back(finding.fix);
  }
  return environment_problem("the load does not fit this machine: " + join(what, "; "), {},
                             join(fixes, "; ") + "; --exceed-limits tries it all the same");
}

std::filesystem::path output_directory(const scenario::Scenario& scenario,
                                       const ExecuteOptions& options, const LoadPart& part) {
  if (!options.out.empty()) return options.out;
  const auto whole = std::filesystem::path("out") / scenario.name;
  if (!part.shard) return whole;
  return whole / fmt::format("shard-{}-of-{}", part.shard->index, part.shard->count);
}

/// `observer`, and what it is told of the load for `metrics` too; null: no metrics. Both must
/// outlive the answer.
scenario::Observer with_metrics(scenario::Observer observer, MetricsServer* metrics) {
  if (metrics == nullptr) return observer;
  observer.load = [show = std::move(observer.load), metrics](const stats::Snapshot& snapshot,
                                                             Nanos planned) {
    metrics->publish(snapshot);
    show(snapshot, planned);
  };
  observer.event = [metrics](const reports::TimelineEvent& event) { metrics->note(event); };
  return observer;
}

/// --set PATH=VALUE may bring a pre-shared key or a password, which no result is to tell.
std::string without_secrets(const std::string& word) {
  const auto value = word.find('=', word.starts_with("--set=") ? 6 : 0);
  const bool secret =
      word.find("psk") != std::string::npos || word.find("password") != std::string::npos;
  if (value == std::string::npos || !secret) return word;
  return word.substr(0, value + 1) + "(hidden)";
}

/// The schedule of the fleet that takes longest; searches follow the others and have steps.
LivePlan live_plan(const scenario::Scenario& scenario) {
  LivePlan plan;
  for (const auto& fleet : scenario.fleets) {
    if (fleet.search || scenario::load_duration(fleet) <= plan.length) continue;
    plan = {.length = scenario::load_duration(fleet), .stages = {}};
    Nanos end{};
    if (fleet.closed || fleet.periodic) continue;
    for (const auto& stage : fleet.stages) {
      end += stage.duration;
      plan.stages.push_back({end, scenario::describe_rate(stage)});
    }
  }
  return plan;
}

/// Opened before anything is made ready, so that a wrong name costs nothing.
Result<std::unique_ptr<KeyLogFile>> open_key_log(const ExecuteOptions& options,
                                                 Progress& progress) {
  if (options.key_log.empty()) return std::unique_ptr<KeyLogFile>();
  auto opened = KeyLogFile::open(options.key_log);
  if (opened) {
    progress.line(
        fmt::format("keylog: the TLS secrets of the fleets go to {}; whoever has it can "
                    "read their traffic",
                    options.key_log));
  }
  return opened;
}

}  // namespace

std::string quoted(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& said : words) {
    const auto word = without_secrets(said);
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$&|;<>()*?[]{}#~`!") == std::string::npos;
    out.push_back(plain ? word : fmt::format("'{}'", word));
  }
  return join(out, " ");
}

void add_execute_options(CLI::App& command, ExecuteOptions& options) {
  command
      .add_option("--out", options.out, "Where results, logs and the PKI go (default: out/NAME)")
      ->type_name("DIR");
  command.add_option("--output", options.output, "What stdout gets")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command
      .add_option("--workers", options.workers,
                  "Threads of the load engine (default: half of the cores)")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 256));
  command
      .add_option("--shard", options.shard,
                  "Make part I (from 0) of N of the load; I and N may be \"env\": "
                  "JOB_COMPLETION_INDEX and JOB_COMPLETION_COUNT")
      ->type_name("I/N");
  command
      .add_option("--start-at", options.start_at,
                  "When the load begins, the same for all shards: RFC 3339 or seconds since 1970")
      ->type_name("TIME");
  command
      .add_option("--metrics", options.metrics,
                  "Serve Prometheus metrics of the running load there (docs/metrics.md)")
      ->type_name("[HOST:]PORT");
  command
      .add_option("--keylog", options.key_log,
                  "Append the fleets' TLS secrets to FILE (NSS key log): whoever has it can read "
                  "the traffic")
      ->type_name("FILE");
  command.add_flag("--dry-run", options.dry_run, "Print the resolved plan and start nothing");
  command.add_flag("--exceed-limits", options.exceed_limits,
                   "Run a load that does not fit this machine's ports, open files or memory");
  command.add_flag("--i-may-load-this-target", options.may_load_remote,
                   "Allow a target outside loopback and private ranges");
}

Result<int> execute(const scenario::Scenario& scenario, const ExecuteOptions& options) {
  auto part = part_of(options);
  if (!part) return part.error();
  auto limits = scenario::read_limits();
  if (!limits) return limits.error();
  const auto plan = scenario::plan(scenario, *limits, part->shard.value_or(loadgen::Shard{}));
  if (options.dry_run) {
    fmt::print("{}", plan.text);
    return plan.findings.empty() ? 0 : exit_code(ProblemKind::environment);
  }
  if (!plan.findings.empty() && !options.exceed_limits) return does_not_fit(plan);
  scenario::raise_descriptors(plan.needs.descriptors);

  Progress progress(STDERR_FILENO, live_plan(scenario));
  auto key_log = open_key_log(options, progress);
  if (!key_log) return key_log.error();
  for (const auto& finding : plan.findings)
    progress.line(fmt::format("limit: {} (fix: {})", finding.what, finding.fix));
  std::unique_ptr<MetricsServer> metrics;
  if (!options.metrics.empty()) {
    auto started = MetricsServer::start(options.metrics, HANDFAST_VERSION);
    if (!started) return started.error();
    metrics = std::move(*started);
    progress.line("metrics: " + metrics->url());
  }
  const auto& stop = stop_on_interrupt();
  const auto out = output_directory(scenario, options, *part);
  std::function<void(std::string_view)> keep_secret;
  if (KeyLogFile* file = key_log->get()) {
    keep_secret = [file](std::string_view line) { file->write(line); };
  }
  auto result =
      scenario::run(scenario, {.out = out,
                               .command_line = options.command_line,
                               .version = HANDFAST_VERSION,
                               .broker_binary = options.broker_binary,
                               .may_load_remote = options.may_load_remote,
                               .workers = options.workers,
                               .shard = part->shard,
                               .start_at = part->start_at,
                               .key_log = std::move(keep_secret),
                               .stop = &stop,
                               .observer = with_metrics(progress.observer(), metrics.get())});
  progress.finish();
  if (!result) return result.error();
  if (*key_log) {
    if (auto whole = (*key_log)->check(); !whole) {
      result->problems.push_back(whole.error());
      result->exit_code = reports::exit_code_for(*result);
    }
  }
  auto files = reports::write_reports(*result, out, file_reports(scenario.reports));
  print_result(*result, options, scenario.reports,
               files ? *files : std::vector<std::filesystem::path>{});
  if (!files) return files.error();  // after the summary: what was measured is not lost
  return result->exit_code;
}

}  // namespace handfast::app
