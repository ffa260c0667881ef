#include "harness/app/compare_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/base/units.hpp"
#include "reports/comparison.hpp"
#include "reports/comparison_reports.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

struct CompareArguments {
  std::vector<std::string> base, fresh;
  std::vector<std::string> tolerances;
  std::string baseline;
  std::vector<std::string> accepted;
  std::string markdown, json;
  std::string output = "text";
};

Result<std::vector<reports::ComparedRun>> load_side(const std::vector<std::string>& files) {
  std::vector<reports::ComparedRun> side;
  for (const auto& file : files) {
    auto runs = reports::load_compared(file);
    if (!runs) return runs.error();
    for (auto& run : *runs) side.push_back(std::move(run));
  }
  return side;
}

/// "5%" for all metrics, "devices.handshake.p99=20%" for one.
Result<void> add_tolerance(reports::CompareOptions& options, const std::string& text) {
  const auto equals = text.find('=');
  const auto share =
      parse_share(equals == std::string::npos ? text : std::string_view(text).substr(equals + 1));
  if (!share) return with_context(share.error(), "--tolerance " + text);
  if (equals == std::string::npos) {
    options.relative_tolerance = *share;
  } else {
    options.tolerances[text.substr(0, equals)] = *share;
  }
  return {};
}

Result<reports::CompareOptions> options_of(const CompareArguments& arguments) {
  reports::CompareOptions options;
  for (const auto& text : arguments.tolerances) {
    if (auto added = add_tolerance(options, text); !added) return added.error();
  }
  for (const auto& word : arguments.accepted) {
    if (word == "invalid") options.accept_invalid = true;
    for (const auto aspect :
         {reports::Aspect::machine, reports::Aspect::scenario, reports::Aspect::tls}) {
      if (word == reports::to_string(aspect)) options.accepted.insert(aspect);
    }
  }
  if (!arguments.baseline.empty()) {
    auto baseline = reports::load_baseline(arguments.baseline);
    if (!baseline) return baseline.error();
    options.baseline = std::move(*baseline);
  }
  return options;
}

Result<void> write_files(const reports::Comparison& comparison, const CompareArguments& arguments) {
  Result<void> done;
  if (!arguments.markdown.empty()) {
    done = reports::write_file(arguments.markdown, reports::comparison_markdown(comparison));
  }
  if (done && !arguments.json.empty()) {
    done = reports::write_file(arguments.json, reports::comparison_json_text(comparison));
  }
  return done;
}

Result<int> compare(const CompareArguments& arguments) {
  const auto options = options_of(arguments);
  if (!options) return options.error();
  const auto base = load_side(arguments.base);
  if (!base) return base.error();
  const auto fresh = load_side(arguments.fresh);
  if (!fresh) return fresh.error();
  const auto comparison = reports::compare(*base, *fresh, *options);
  if (!comparison) return comparison.error();
  if (arguments.output == "json") {
    fmt::print("{}", reports::comparison_json_text(*comparison));
  } else if (arguments.output == "markdown") {
    fmt::print("{}", reports::comparison_markdown(*comparison));
  } else {
    fmt::print("{}",
               reports::comparison_terminal(*comparison, reports::detect_style(STDOUT_FILENO)));
  }
  // After the summary: what was found is not lost.
  if (auto written = write_files(*comparison, arguments); !written) return written.error();
  return reports::exit_code_for(*comparison);
}

void add_options(CLI::App& command, CompareArguments& arguments) {
  command.add_option("--base", arguments.base, "Results of the side that was, one run each")
      ->required()
      ->type_name("A.json");
  command.add_option("--new", arguments.fresh, "Results of the side that is judged")
      ->required()
      ->type_name("B.json");
  command
      .add_option("--tolerance", arguments.tolerances,
                  "The change that counts as none (default: 5%; 0.1 points for shares), of all "
                  "metrics or of one; again for more")
      ->type_name("[METRIC=]SHARE")
      ->expected(1)
      ->take_all();
  command
      .add_option("--baseline", arguments.baseline,
                  "Known deviations, and tolerances by metric, as in handfast check")
      ->type_name("FILE.yaml");
  command
      .add_option("--accept", arguments.accepted,
                  "Compare runs although these differ, or are not valid; again for more")
      ->type_name("machine|scenario|tls|invalid")
      ->check(CLI::IsMember({"machine", "scenario", "tls", "invalid"}))
      ->expected(1)
      ->take_all();
  command.add_option("--markdown", arguments.markdown, "Write Markdown into this file")
      ->type_name("FILE");
  command.add_option("--json", arguments.json, "Write JSON into this file")->type_name("FILE");
  command.add_option("--output", arguments.output, "What stdout gets")
      ->type_name("text|json|markdown")
      ->check(CLI::IsMember({"text", "json", "markdown"}))
      ->capture_default_str();
}

}  // namespace

void add_compare_command(CLI::App& app, int& exit_code) {
  auto arguments =
      std::make_shared<CompareArguments>();  // shared with the callback, which outlives this
  auto* command = app.add_subcommand(
      "compare", "Tell what changed between runs, and whether noise alone can explain it");
  add_options(*command, *arguments);
  command->callback([arguments, &exit_code] {
    auto done = compare(*arguments);
    if (done) {
      exit_code = *done;
      return;
    }
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast compare: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
