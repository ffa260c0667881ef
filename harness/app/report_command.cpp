#include "harness/app/report_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/terminal.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

struct ReportOptions {
  std::string result;
  std::string html;
  std::string junit;
};

Result<void> report(const ReportOptions& options) {
  auto result = reports::load_json(options.result);
  if (!result) return result.error();
  if (options.html.empty() && options.junit.empty()) {
    fmt::print("{}", reports::terminal_summary(*result, reports::detect_style(STDOUT_FILENO)));
    return {};
  }
  if (!options.html.empty()) {
    if (auto written = reports::write_file(options.html, reports::html_report(*result)); !written)
      return written;
  }
  if (!options.junit.empty()) {
    if (auto written = reports::write_file(options.junit, reports::junit_xml(*result)); !written)
      return written;
  }
  return {};
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  auto options =
      std::make_shared<ReportOptions>();  // shared with the callback, which outlives this function
  auto* command =
      app.add_subcommand("report", "Show a result file again: as a summary, as HTML, as JUnit XML");
  command->add_option("result", options->result, "The result.json of a run")
      ->required()
      ->type_name("RESULT.json");
  command->add_option("--html", options->html, "Write the HTML report into this file")
      ->type_name("FILE");
  command->add_option("--junit", options->junit, "Write JUnit XML into this file")
      ->type_name("FILE");
  command->callback([options, &exit_code] {
    auto done = report(*options);
    if (done) return;
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast report: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
