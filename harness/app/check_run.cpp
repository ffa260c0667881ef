#include "harness/app/check_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "core/base/text.hpp"
#include "core/tls/openssl.hpp"
#include "harness/app/check_progress.hpp"
#include "harness/app/interrupt.hpp"
#include "harness/app/status_line.hpp"
#include "harness/broker/broker.hpp"
#include "harness/check/session.hpp"
#include "harness/scenario/machine.hpp"
#include "reports/baseline.hpp"
#include "reports/matrix_html.hpp"
#include "reports/matrix_json.hpp"
#include "reports/matrix_junit.hpp"
#include "reports/matrix_markdown.hpp"
#include "reports/matrix_terminal.hpp"
#include "reports/write.hpp"

namespace handfast::app {

namespace {

std::vector<std::string> brokers_of(const CheckOptions& options) {
  return options.brokers.empty() ? std::vector<std::string>{"mosquitto"} : options.brokers;
}

Result<void> accept_brokers(const CheckOptions& options) {
  const auto& known = broker::drivers();
  const auto wanted = brokers_of(options);
  for (auto name = wanted.begin(); name != wanted.end(); ++name) {
    if (std::ranges::find(known, *name) == known.end()) {
      return usage_problem(fmt::format("there is no broker \"{}\"", printable(*name)), {},
                           suggest(*name, known));
    }
    if (std::find(wanted.begin(), name, *name) != name) {
      return usage_problem(fmt::format("--broker {} is given twice", *name), {}, "name it once");
    }
  }
  if (wanted.size() > 1 && !options.broker_binary.empty()) {
    return usage_problem("--broker-bin goes with one --broker", {},
                         "check the brokers in runs of their own");
  }
  return {};
}

Result<void> accept_selection(const CheckOptions& options) {
  auto rows = check::select(options.selection);
  if (!rows) return rows.error();
  if (!rows->empty()) return {};
  return usage_problem("no check is left: --group, --id and --core all have to fit", {},
                       "handfast list checks shows the checks");
}

/// Ids never change, so an entry that no row has is a mistake, not a relic.
Result<void> accept_ids(const reports::Baseline& baseline) {
  std::vector<std::string> known;
  for (const auto& spec : check::catalogue()) known.push_back(spec.id);
  for (const auto& part : baseline.brokers) {
    for (const auto& entry : part.deviations) {
      if (std::ranges::find(known, entry.id) != known.end()) continue;
      auto hint = suggest(entry.id, known);
      if (!hint.starts_with("did you mean")) hint = "handfast list checks shows them all";
      return usage_problem(fmt::format("there is no check \"{}\"", printable(entry.id)),
                           entry.where, hint);
    }
  }
  return {};
}

Result<std::optional<reports::Baseline>> baseline_of(const CheckOptions& options) {
  std::optional<reports::Baseline> baseline;
  if (options.baseline.empty()) {
    if (!options.update_baseline) return baseline;
    return usage_problem("--update-baseline needs --baseline FILE", {}, "name the file to write");
  }
  if (options.update_baseline && !std::filesystem::exists(options.baseline)) {
    baseline = reports::Baseline{.file = options.baseline, .brokers = {}};
    return baseline;
  }
  auto loaded = reports::load_baseline(options.baseline);
  if (!loaded) {
    auto problem = loaded.error();
    if (problem.kind == ProblemKind::environment) {
      problem.hint = "--update-baseline writes a first one";
    }
    return problem;
  }
  if (auto known = accept_ids(*loaded); !known) return known.error();
  baseline = std::move(*loaded);
  return baseline;
}

/// Before the run: an hour later is late for the news that a report has no place.
Result<void> make_folders(const CheckOptions& options) {
  std::vector<std::filesystem::path> folders{options.out};
  for (const auto& file : {options.junit, options.markdown, options.html, options.baseline}) {
    const auto folder = std::filesystem::path(file).parent_path();
    if (!folder.empty()) folders.push_back(folder);
  }
  for (const auto& folder : folders) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
      return environment_problem("cannot make the folder: " + error.message(), folder.string(),
                                 "choose a folder that you may write to");
    }
  }
  return {};
}

reports::MatrixColumn check_broker(const CheckOptions& options, const std::string& driver,
                                   StatusLine& status, const std::atomic<bool>& stop) {
  reports::MatrixColumn column;
  const auto begin = Clock::now();
  CheckProgress progress(status, driver);
  auto session =
      check::run_session({.driver = driver,
                          .binary = options.broker_binary,
                          .directory = std::filesystem::path(options.out) / driver,
                          .selection = options.selection,
                          .progress = [&progress](const check::Progress& row) { progress.on(row); },
                          .stop_requested = [&stop] { return stop.load(); }});
  status.finish();
  column.duration_s = seconds(Clock::now() - begin);
  if (!session) {
    column.broker.driver = driver;
    column.problem = session.error();
    return column;
  }
  column.broker = std::move(session->broker);
  column.checks = std::move(session->checks);
  column.interrupted = session->interrupted;
  return column;
}

reports::Matrix check_brokers(const CheckOptions& options) {
  reports::Matrix matrix;
  matrix.handfast_version = HANDFAST_VERSION;
  matrix.openssl_version = tls::openssl_version();
  matrix.command_line = options.command_line;
  matrix.started_at = rfc3339(std::chrono::system_clock::now());
  matrix.machine = scenario::describe_machine();
  const auto begin = Clock::now();
  const auto& stop = stop_on_interrupt();
  StatusLine status(STDERR_FILENO);
  for (const auto& driver : brokers_of(options)) {
    matrix.columns.push_back(check_broker(options, driver, status, stop));
    // A broker that was not reached any more is not there: an empty column would look like one.
    if (!stop) continue;
    matrix.columns.back().interrupted = true;
    break;
  }
  matrix.duration_s = seconds(Clock::now() - begin);
  return matrix;
}

/// Compares `matrix` with the baseline, after bringing that up to date when asked to.
Result<void> use_baseline(const CheckOptions& options, const reports::Baseline& baseline,
                          reports::Matrix& matrix) {
  reports::apply(baseline, matrix);
  if (!options.update_baseline) return {};
  auto updated = reports::update(baseline, matrix);
  if (!updated) return updated.error();
  auto written = reports::write_file(options.baseline, reports::baseline_text(updated->baseline));
  if (!written) return written.error();
  reports::apply(updated->baseline, matrix);
  fmt::print(stderr, "baseline {}: {} kept, {} new, {} removed{}\n", options.baseline,
             updated->kept, updated->added, updated->removed,
             updated->added > 0 ? fmt::format("; the new ones say \"{}\": give each a reason",
                                              reports::unexplained)
                                : "");
  return {};
}

Result<std::vector<std::string>> write_files(const CheckOptions& options,
                                             const reports::Matrix& matrix) {
  std::vector<std::string> files;
  const auto put = [&](const std::string& file, const auto& render) -> Result<void> {
    if (file.empty()) return {};
    files.push_back(file);
    return reports::write_file(file, render(matrix));
  };
  const auto json = (std::filesystem::path(options.out) / "matrix.json").string();
  for (auto&& done :
       {put(json, reports::matrix_json_text), put(options.junit, reports::matrix_junit_xml),
        put(options.markdown, reports::matrix_markdown), put(options.html, reports::matrix_html)}) {
    if (!done) return done.error();
  }
  return files;
}

void print_matrix(const CheckOptions& options, const reports::Matrix& matrix,
                  const std::vector<std::string>& files) {
  if (options.output == "json") {
    fmt::print("{}", reports::matrix_json_text(matrix));
    return;
  }
  const bool nothing = std::ranges::all_of(
      matrix.columns, [](const reports::MatrixColumn& column) { return column.checks.empty(); });
  if (nothing) {  // the problems on stderr say it all
    if (matrix.columns.back().interrupted) {
      fmt::print(stderr, "handfast check: interrupted before the first check was played\n");
    }
    return;
  }
  fmt::print("{}", reports::matrix_terminal(matrix, {.style = reports::detect_style(STDOUT_FILENO),
                                                     .verbose = options.verbose,
                                                     .files = files}));
}

/// Of two exit codes the one that weighs more (design.md section 2).
int weightier(int one, int other) {
  constexpr std::array order{130, 4, 3, 2, 5, 1, 0};
  return std::ranges::find(order, one) < std::ranges::find(order, other) ? one : other;
}

void print_problem(const Problem& problem) {
  fmt::print(stderr, "handfast check: {}\n", problem.text());
}

}  // namespace

Result<int> run_check(const CheckOptions& options) {
  if (auto accepted = accept_brokers(options); !accepted) return accepted.error();
  if (auto accepted = accept_selection(options); !accepted) return accepted.error();
  auto baseline = baseline_of(options);
  if (!baseline) return baseline.error();
  if (auto made = make_folders(options); !made) return made.error();

  auto matrix = check_brokers(options);
  int code = 0;
  const auto note = [&code](const Problem& problem) {
    print_problem(problem);
    code = weightier(code, exit_code(problem.kind));
  };
  if (*baseline) {
    if (auto used = use_baseline(options, **baseline, matrix); !used) note(used.error());
  }
  for (const auto& column : matrix.columns) {
    if (column.problem) note(with_context(*column.problem, column.broker.driver));
  }
  auto files = write_files(options, matrix);
  print_matrix(options, matrix, files ? *files : std::vector<std::string>{});
  if (!files) note(files.error());  // after the matrix: what was seen is not lost
  return weightier(code, reports::exit_code_for(matrix));
}

}  // namespace handfast::app
