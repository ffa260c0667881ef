#include "harness/app/list_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/driver.hpp"
#include "harness/check/check.hpp"
#include "harness/scenario/metrics.hpp"
#include "harness/scenario/run.hpp"

namespace handfast::app {

namespace {

void list_checks() {
  for (const auto& spec : check::catalogue()) {
    fmt::print("{:<48} {:<7} {}\n", spec.id, check::to_string(spec.level), spec.title);
  }
}

void list_brokers() {
  for (const auto& name : broker::drivers()) {
    const auto* driver = broker::find_driver(name).value();
    const auto program = driver->find({});
    fmt::print("{:<12} {}\n", name,
               program ? program->version : "not installed: " + driver->installing);
  }
}

void list_metrics() {
  for (const auto& metric : scenario::metrics())
    fmt::print("{:<44} {}\n", scenario::notation(metric), metric.description);
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
    fmt::print("{:<36} {}\n", file.string(),
               scenario ? scenario->summary : "not readable: " + scenario.error().text());
  }
  return {};
}

}  // namespace

void add_list_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("list", "List what this build offers");
  command->require_subcommand(1);
  command->add_subcommand("checks", "Conformance checks: id, level, what a correct broker does")
      ->callback(list_checks);
  command->add_subcommand("brokers", "Brokers that handfast can start")->callback(list_brokers);
  command->add_subcommand("metrics", "Metrics that thresholds can name")->callback(list_metrics);
  command->add_subcommand("scenarios", "Scenarios in the folder scenarios")->callback([&exit_code] {
    if (auto done = list_scenarios(); !done) {
      exit_code = handfast::exit_code(done.error().kind);
      fmt::print(stderr, "handfast list: {}\n", done.error().text());
    }
  });
}

}  // namespace handfast::app
