// The handfast program. Each subcommand stands in a file of its own; here exceptions and usage
// errors meet exit codes.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "core/base/text.hpp"
#include "harness/app/bench_command.hpp"
#include "harness/app/broker_command.hpp"
#include "harness/app/check_command.hpp"
#include "harness/app/compare_command.hpp"
#include "harness/app/doctor_command.hpp"
#include "harness/app/explain_command.hpp"
#include "harness/app/list_command.hpp"
#include "harness/app/merge_command.hpp"
#include "harness/app/pki_command.hpp"
#include "harness/app/report_command.hpp"
#include "harness/app/run_command.hpp"

namespace {

constexpr int usage_exit = 2;  // design.md section 2
constexpr int internal_exit = 4;

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// CLI11's words, with our hint: the nearest verb for a mistyped one, --help otherwise.
int usage_error(const CLI::App& app, const CLI::Error& error, int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') {
    const auto names = subcommand_names(app);
    if (std::find(names.begin(), names.end(), argv[1]) == names.end()) {
      fmt::print(stderr, "handfast: unknown command \"{}\" ({})\n", handfast::printable(argv[1]),
                 handfast::suggest(argv[1], names));
      return usage_exit;
    }
  }
  std::string command = "handfast";
  for (const auto* used = &app; used != nullptr;) {
    const auto chosen = used->get_subcommands();
    used = chosen.empty() ? nullptr : chosen.front();
    if (used != nullptr) command += " " + used->get_name();
  }
  fmt::print(stderr, "{}: {} (see {} --help)\n", command, handfast::printable(error.what(), 400),
             command);
  return usage_exit;
}

int run(int argc, char** argv) {
  CLI::App app("handfast: puts MQTT brokers to the proof over TLS, and loads them", "handfast");
  app.set_version_flag("--version", "handfast " HANDFAST_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(36);
  int exit_code = 0;
  handfast::app::add_run_command(app, {argv, argv + argc}, exit_code);
  handfast::app::add_check_command(app, {argv, argv + argc}, exit_code);
  handfast::app::add_bench_command(app, {argv, argv + argc}, exit_code);
  handfast::app::add_pki_command(app, exit_code);
  handfast::app::add_broker_command(app, exit_code);
  handfast::app::add_report_command(app, exit_code);
  handfast::app::add_compare_command(app, exit_code);
  handfast::app::add_merge_command(app, {argv, argv + argc}, exit_code);
  handfast::app::add_list_command(app, exit_code);
  handfast::app::add_explain_command(app, exit_code);
  handfast::app::add_doctor_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, argc, argv);
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "handfast: internal error: {} (please report it with the command line)\n",
               error.what());
    return internal_exit;
  }
}
