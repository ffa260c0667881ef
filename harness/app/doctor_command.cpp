#include "harness/app/doctor_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "harness/app/doctor/present.hpp"
#include "harness/app/doctor/read.hpp"

namespace handfast::app {

namespace {

/// True: nothing stands in the way.
Result<bool> examine(const std::string& output) {
  if (output != "text" && output != "json") {
    return usage_problem(fmt::format("there is no output form \"{}\"", printable(output)), {},
                         suggest(output, std::vector<std::string>{"text", "json"}));
  }
  const auto facts = read_machine();
  if (!facts) return facts.error();
  const auto findings = judge(*facts);
  fmt::print("{}", output == "json" ? as_json(findings) : as_text(findings));
  return in_order(findings);
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  const auto output = std::make_shared<std::string>("text");
  auto* command =
      app.add_subcommand("doctor", "Examine this machine: limits, clock, libraries, brokers");
  command->add_option("--output", *output, "text or json")->capture_default_str();
  command->callback([output, &exit_code] {
    const auto healthy = examine(*output);
    if (healthy) {
      exit_code = *healthy ? 0 : handfast::exit_code(ProblemKind::failed);
      return;
    }
    exit_code = handfast::exit_code(healthy.error().kind);
    fmt::print(stderr, "handfast doctor: {}\n", healthy.error().text());
  });
}

}  // namespace handfast::app
