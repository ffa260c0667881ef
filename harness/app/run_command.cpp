#include "harness/app/run_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <set>

#include "core/base/text.hpp"
#include "harness/app/run_progress.hpp"
#include "harness/scenario/limits.hpp"
#include "harness/scenario/plan.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/run.hpp"
#include "reports/json.hpp"
#include "reports/terminal.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

struct RunOptions {
  std::string file;
  std::vector<std::string> overrides;
  std::string target;
  std::string out;
  std::string broker_binary;
  std::string output = "text";
  bool dry_run = false;
  bool may_load_remote = false;
  std::string command_line;
};

std::atomic<bool> stop_requested{false};

/// The first Ctrl-C ends the run in order; the second one ends the program.
extern "C" void on_interrupt(int signal) {
  stop_requested.store(true);
  std::signal(signal, SIG_DFL);
}

std::string quoted(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const auto& word : words) {
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n'\"\\$&|;<>()*?[]{}#~`!") == std::string::npos;
    out.push_back(plain ? word : fmt::format("'{}'", word));
  }
  return join(out, " ");
}

Result<std::vector<scenario::Override>> overrides_of(const RunOptions& options) {
  std::vector<scenario::Override> out;
  for (const auto& text : options.overrides) {
    auto parsed = scenario::parse_override(text);
    if (!parsed) return parsed.error();
    out.push_back(std::move(*parsed));
  }
  if (!options.target.empty())
    out.push_back({.path = "target.url", .value = options.target, .replaces_broker = true});
  return out;
}

std::set<reports::ReportKind> file_reports(const std::vector<scenario::Report>& wanted) {
  std::set<reports::ReportKind> kinds;
  for (const auto report : wanted) {
    if (report == scenario::Report::json) kinds.insert(reports::ReportKind::json);
    if (report == scenario::Report::junit) kinds.insert(reports::ReportKind::junit);
    if (report == scenario::Report::html) kinds.insert(reports::ReportKind::html);
  }
  return kinds;
}

/// stdout is the result: the summary, or the whole result as JSON.
void print_result(const reports::Result& result, const RunOptions& options,
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

Result<int> run_scenario(const RunOptions& options) {
  auto overrides = overrides_of(options);
  if (!overrides) return overrides.error();
  auto scenario = scenario::load(options.file, scenario::known(), *overrides);
  if (!scenario) return scenario.error();
  auto limits = scenario::read_limits();
  if (!limits) return limits.error();
  const auto plan = scenario::plan(*scenario, *limits);
  if (options.dry_run) {
    fmt::print("{}", plan.text);
    return 0;
  }

  Progress progress(STDERR_FILENO);
  for (const auto& finding : plan.findings)
    progress.line(fmt::format("limit: {} (fix: {})", finding.what, finding.fix));
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGPIPE, SIG_IGN);
  const std::filesystem::path out = options.out.empty()
                                        ? std::filesystem::path("out") / scenario->name
                                        : std::filesystem::path(options.out);
  auto result = scenario::run(*scenario, {.out = out,
                                          .command_line = options.command_line,
                                          .version = HANDFAST_VERSION,
                                          .broker_binary = options.broker_binary,
                                          .may_load_remote = options.may_load_remote,
                                          .stop = &stop_requested,
                                          .observer = progress.observer()});
  progress.finish();
  if (!result) return result.error();
  auto files = reports::write_reports(*result, out, file_reports(scenario->reports));
  print_result(*result, options, scenario->reports,
               files ? *files : std::vector<std::filesystem::path>{});
  if (!files) return files.error();  // after the summary: what was measured is not lost
  return result->exit_code;
}

}  // namespace

void add_run_command(CLI::App& app, const std::vector<std::string>& command_line, int& exit_code) {
  auto options =
      std::make_shared<RunOptions>();  // shared with the callback, which outlives this function
  options->command_line = quoted(command_line);
  auto* command = app.add_subcommand(
      "run", "Run one scenario: PKI, broker, checks, fleets, thresholds, reports");
  command->add_option("scenario", options->file, "The scenario")
      ->required()
      ->type_name("FILE.yaml");
  command
      ->add_option("--set", options->overrides,
                   "Replace one value, for example fleets.devices.clients=100")
      ->type_name("PATH=VALUE")
      ->take_all();
  command
      ->add_option("--target", options->target,
                   "The broker to reach instead of the scenario's target.url")
      ->type_name("URL");
  command
      ->add_option("--out", options->out, "Where results, logs and the PKI go (default: out/NAME)")
      ->type_name("DIR");
  command
      ->add_option("--broker-bin", options->broker_binary,
                   "The broker's program, instead of the installed one")
      ->type_name("PATH");
  command->add_option("--output", options->output, "What stdout gets")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Print the resolved plan and start nothing");
  command->add_flag("--i-may-load-this-target", options->may_load_remote,
                    "Allow a target outside loopback and private ranges");
  command->callback([options, &exit_code] {
    auto done = run_scenario(*options);
    if (done) {
      exit_code = *done;
      return;
    }
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast run: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
