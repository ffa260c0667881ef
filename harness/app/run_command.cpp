#include "harness/app/run_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "harness/app/execute.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/run.hpp"

namespace handfast::app {

namespace {

struct RunOptions : ExecuteOptions {
  std::string file;
  std::vector<std::string> overrides;
  std::string target;
};

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

Result<int> run_scenario(const RunOptions& options) {
  auto overrides = overrides_of(options);
  if (!overrides) return overrides.error();
  auto scenario = scenario::load(options.file, scenario::known(), *overrides);
  if (!scenario) return scenario.error();
  return execute(*scenario, options);
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
      ->add_option("--broker-bin", options->broker_binary,
                   "The broker's program, instead of the installed one")
      ->type_name("PATH");
  add_execute_options(*command, *options);
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
