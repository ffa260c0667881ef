#include "harness/app/list_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "harness/app/manual/check_list.hpp"
#include "harness/app/manual/layout.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/driver.hpp"
#include "harness/scenario/load.hpp"
#include "harness/scenario/metrics.hpp"
#include "harness/scenario/run.hpp"

namespace handfast::app {

namespace {

struct CheckOptions {
  CheckFilter filter;
  std::string output = "text";
};

struct Writer {
  std::string_view name;
  std::string (*write)(const std::vector<ListedCheck>&);
};

constexpr Writer check_writers[] = {
    {"text", checks_as_text}, {"json", checks_as_json}, {"markdown", checks_as_markdown}};

Result<void> list_checks(const CheckOptions& options) {
  const auto* writer = std::ranges::find(check_writers, options.output, &Writer::name);
  if (writer == std::end(check_writers)) {
    std::vector<std::string> names;
    for (const auto& known : check_writers) names.emplace_back(known.name);
    return usage_problem(fmt::format("there is no output form \"{}\"", printable(options.output)),
                         {}, suggest(options.output, names));
  }
  const auto checks = filtered_checks(options.filter);
  if (!checks) return checks.error();
  fmt::print("{}", writer->write(*checks));
  return {};
}

void list_brokers() {
  for (const auto& name : broker::drivers()) {
    const auto* driver = broker::find_driver(name).value();
    const auto program = driver->find({});
    fmt::print("{:<12} {}\n", name,
               program ? program->version : "not installed: " + driver->installing);
  }
  for (const auto& name : broker::prepared_drivers()) {
    fmt::print("{:<12} started by you: handfast check --broker {} --prepare DIR\n", name, name);
  }
}

void list_metrics() {
  for (const auto& metric : scenario::metrics())
    fmt::print("{:<44} {}\n", scenario::notation(metric), metric.description);
}

/// "90s" as a person says it: "1m30s".
std::string spoken(Nanos length) {
  const auto all = std::chrono::ceil<std::chrono::seconds>(length);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(all);
  const auto rest = (all - minutes).count();
  if (minutes.count() == 0) return fmt::format("{}s", rest);
  return rest == 0 ? fmt::format("{}m", minutes.count())
                   : fmt::format("{}m{}s", minutes.count(), rest);
}

/// Path, how long it takes, and below it what it shows.
std::string scenario_entry(const std::filesystem::path& file, const scenario::Scenario& scenario) {
  std::vector<std::string> parts;
  if (scenario.checks) parts.emplace_back("checks");
  if (!scenario.fleets.empty()) {
    const bool searches = std::ranges::any_of(
        scenario.fleets, [](const scenario::Fleet& fleet) { return fleet.search.has_value(); });
    parts.push_back(fmt::format("load {}{}", spoken(scenario::load_duration(scenario.fleets)),
                                searches ? " at most" : ""));
  }
  return fmt::format("{} ({})\n    {}", file.string(), join(parts, ", "),
                     wrapped(printable(scenario.summary, 1000), 4));
}

/// Scenarios lie beside the program's sources, not inside it: those of the working directory are
/// listed.
Result<void> list_scenarios() {
  const std::filesystem::path folder = "scenarios";
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (error) {
    return environment_problem("cannot list the folder: " + error.message(), folder.string(),
                               "run it where the folder scenarios lies");
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    auto scenario = scenario::load(file, scenario::known());
    fmt::print("{}\n", scenario ? scenario_entry(file, *scenario)
                                : fmt::format("{}\n    not readable: {}", file.string(),
                                              scenario.error().text()));
  }
  return {};
}

void finish(const Result<void>& done, int& exit_code) {
  if (done) return;
  exit_code = handfast::exit_code(done.error().kind);
  fmt::print(stderr, "handfast list: {}\n", done.error().text());
}

void add_checks(CLI::App& parent, int& exit_code) {
  const auto options = std::make_shared<CheckOptions>();
  auto* command =
      parent.add_subcommand("checks", "Conformance checks: id, level, what a correct broker does");
  command->add_option("--group", options->filter.group, "those of one group: client-chain, ...");
  command->add_flag("--core", options->filter.core_only, "those of the core set");
  command->add_flag("--unbuilt", options->filter.unbuilt_only, "those that this build lacks");
  command->add_option("--output", options->output, "text, json or markdown")->capture_default_str();
  command->callback([options, &exit_code] { finish(list_checks(*options), exit_code); });
}

}  // namespace

void add_list_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("list", "List what this build offers");
  command->require_subcommand(1);
  add_checks(*command, exit_code);
  command->add_subcommand("brokers", "Brokers that handfast starts, or writes settings for")
      ->callback(list_brokers);
  command->add_subcommand("metrics", "Metrics that thresholds can name")->callback(list_metrics);
  command->add_subcommand("scenarios", "Scenarios in the folder scenarios")->callback([&exit_code] {
    finish(list_scenarios(), exit_code);
  });
}

}  // namespace handfast::app
