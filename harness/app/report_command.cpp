#include "harness/app/report_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include "core/base/text.hpp"
#include "reports/load_any.hpp"
#include "reports/render.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

using reports::Format;

/// A report with an option of its own that names its file.
struct FileReport {
  const char* option;
  Format format;
  const char* description;
};

constexpr std::array file_reports{
    FileReport{"--html", Format::html, "Write the HTML report into this file"},
    FileReport{"--junit", Format::junit, "Write JUnit XML into this file"},
    FileReport{"--markdown", Format::markdown,
               "Write Markdown for the summary of a CI job into this file"},
    FileReport{"--json", Format::json, "Write the result as JSON into this file"},
    FileReport{"--csv", Format::csv, "Write the time series as CSV into this file"},
    FileReport{"--hlog", Format::hlog, "Write all histograms as HdrHistogram log into this file"},
    FileReport{"--hgrm", Format::hgrm, "Write one percentile distribution into this file"},
};

struct ReportOptions {
  std::string result;
  std::string format;
  std::string out;
  std::string histogram;
  std::array<std::string, file_reports.size()> files;
};

Result<void> write_one(const reports::AnyResult& from, Format format, const std::string& file,
                       const reports::RenderOptions& options) {
  const auto text = reports::render(from, format, options);
  if (!text) return text.error();
  return reports::write_file(file, *text);
}

Result<void> report(const ReportOptions& options) {
  const auto from = reports::load_any(options.result);
  if (!from) return from.error();
  reports::RenderOptions render{.style = reports::detect_style(STDOUT_FILENO),
                                .histogram = options.histogram};
  bool any_file = false;
  for (std::size_t i = 0; i < file_reports.size(); ++i) {
    if (options.files[i].empty()) continue;
    any_file = true;
    auto written = write_one(*from, file_reports[i].format, options.files[i], render);
    if (!written) return written;
  }
  if (any_file && options.format.empty() && options.out.empty()) return {};
  const auto format =
      options.format.empty() ? Format::text : *reports::parse_format(options.format);
  if (!options.out.empty()) {
    render.style = {};  // a file is no terminal
    return write_one(*from, format, options.out, render);
  }
  const auto text = reports::render(*from, format, render);
  if (!text) return text.error();
  fmt::print("{}", *text);
  return {};
}

void add_options(CLI::App& command, ReportOptions& options) {
  command
      .add_option("result", options.result,
                  "The result.json of handfast run, or the matrix.json of handfast check")
      ->required()
      ->type_name("RESULT.json");
  const auto names = reports::format_names();
  command.add_option("--format", options.format, "What stdout gets (default: text)")
      ->type_name(join(names, "|"))
      ->check(CLI::IsMember(names));
  command.add_option("--out", options.out, "Write that into this file instead of stdout")
      ->type_name("FILE");
  for (std::size_t i = 0; i < file_reports.size(); ++i) {
    command.add_option(file_reports[i].option, options.files[i], file_reports[i].description)
        ->type_name("FILE");
  }
  command
      .add_option("--histogram", options.histogram,
                  "The distribution of an .hgrm: FLEET.PHASE, FLEET.PHASE.service, generator.lag")
      ->type_name("NAME");
}

}  // namespace

void add_report_command(CLI::App& app, int& exit_code) {
  auto options =
      std::make_shared<ReportOptions>();  // shared with the callback, which outlives this function
  auto* command = app.add_subcommand(
      "report",
      "Show a stored result again: summary, HTML, Markdown, JUnit, JSON, CSV, HdrHistogram files");
  add_options(*command, *options);
  command->callback([options, &exit_code] {
    auto done = report(*options);
    if (done) return;
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast report: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
