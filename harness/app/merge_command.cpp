#include "harness/app/merge_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "harness/app/execute.hpp"
#include "harness/scenario/threshold.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/merge.hpp"
#include "reports/terminal.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

struct MergeOptions {
  std::vector<std::string> shards;
  std::string out;
  std::string html;
  std::string junit;
  std::string output = "text";
  std::string command_line;  ///< for the result
};

Result<reports::Result> merged_of(const MergeOptions& options) {
  std::vector<reports::Part> parts;
  for (const auto& file : options.shards) {
    auto result = reports::load_json(file);
    if (!result) return result.error();
    parts.push_back({file, std::move(*result)});
  }
  auto merged = reports::merge(std::move(parts));
  if (!merged) return merged.error();
  std::vector<scenario::Threshold> thresholds;
  for (const auto& expression : merged->thresholds) {
    auto threshold = scenario::parse_threshold(expression);
    if (!threshold) return threshold.error();
    thresholds.push_back(std::move(*threshold));
  }
  auto& result = merged->result;
  result.command_line = options.command_line;
  result.thresholds =
      scenario::evaluate(thresholds, result.load, scenario::count_checks(result.checks));
  result.exit_code = reports::exit_code_for(result);
  return std::move(result);
}

/// Writes each report that was asked for; answers their paths.
Result<std::vector<std::string>> write_files(const reports::Result& result,
                                             const MergeOptions& options) {
  std::vector<std::string> files;
  const auto write = [&](const std::string& file, auto render) -> Result<void> {
    if (file.empty()) return {};
    files.push_back(file);
    return reports::write_file(file, render(result));
  };
  auto done = write(options.out, reports::to_json_text);
  if (done) done = write(options.html, reports::html_report);
  if (done) done = write(options.junit, reports::junit_xml);
  if (!done) return done.error();
  return files;
}

Result<int> merge(const MergeOptions& options) {
  const auto result = merged_of(options);
  if (!result) return result.error();
  const auto files = write_files(*result, options);
  if (options.output == "json") {
    fmt::print("{}", reports::to_json_text(*result));
  } else {
    fmt::print("{}", reports::terminal_summary(*result, reports::detect_style(STDOUT_FILENO),
                                               files ? *files : std::vector<std::string>{}));
  }
  if (!files) return files.error();  // after the summary: what was merged is not lost
  return result->exit_code;
}

}  // namespace

void add_merge_command(CLI::App& app, const std::vector<std::string>& command_line,
                       int& exit_code) {
  auto options =
      std::make_shared<MergeOptions>();  // shared with the callback, which outlives this function
  options->command_line = quoted(command_line);
  auto* command = app.add_subcommand(
      "merge", "Put the results of all shards of a load together, and judge the whole");
  command->add_option("shards", options->shards, "The result.json of each shard, in any order")
      ->required()
      ->type_name("SHARD.json...");
  command->add_option("--out", options->out, "Write the merged result into this file")
      ->type_name("FILE");
  command->add_option("--html", options->html, "Write the HTML report into this file")
      ->type_name("FILE");
  command->add_option("--junit", options->junit, "Write JUnit XML into this file")
      ->type_name("FILE");
  command->add_option("--output", options->output, "What stdout gets")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([options, &exit_code] {
    auto done = merge(*options);
    if (done) {
      exit_code = *done;
      return;
    }
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast merge: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
