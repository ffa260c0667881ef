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
#include "harness/broker/describe.hpp"
#include "harness/broker/driver.hpp"
#include "harness/check/prepare.hpp"
#include "harness/check/session.hpp"
#include "harness/check/url_target.hpp"
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

/// Options that name what is checked in more than one way.
Result<void> accept_subject(const CheckOptions& options) {
  if (!options.target.empty() && !options.brokers.empty()) {
    return usage_problem("--target and --broker name two brokers", {}, "leave one of them out");
  }
  if (!options.target.empty() && !options.prepare.empty()) {
    return usage_problem("--prepare writes a target file and --target reads one", {},
                         "prepare first, start the broker, then check it");
  }
  const bool own_files =
      !options.trust.empty() || !options.certificate.empty() || !options.server_name.empty();
  if (own_files && !check::looks_like_url(options.target)) {
    return usage_problem(
        "--trust, --certificate and --server-name go with --target URL", {},
        options.target.empty() ? "name the URL of your broker" : "a target file has its material");
  }
  const bool started = options.target.empty() && options.prepare.empty();
  if (!options.broker_binary.empty() && !started) {
    return usage_problem("--broker-bin goes with a broker that handfast starts", {},
                         "leave --target and --prepare out");
  }
  if (!options.prepare.empty() && options.brokers.size() > 1) {
    return usage_problem("--prepare writes for one broker", {}, "name one --broker");
  }
  return {};
}

/// Names of what --broker takes.
std::vector<std::string> known_brokers(const CheckOptions& options) {
  auto known = broker::drivers();
  if (options.prepare.empty()) return known;
  std::ranges::copy(broker::prepared_drivers(), std::back_inserter(known));
  return known;
}

Result<void> accept_brokers(const CheckOptions& options) {
  if (auto accepted = accept_subject(options); !accepted) return accepted;
  const auto known = known_brokers(options);
  const auto wanted = brokers_of(options);
  for (auto name = wanted.begin(); name != wanted.end(); ++name) {
    const auto& prepared = broker::prepared_drivers();
    if (options.prepare.empty() && std::ranges::find(prepared, *name) != prepared.end()) {
      return broker::find_program_of(**broker::find_driver(*name), {}).error();
    }
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

/// The target's file is read before anything is made; nullopt without one.
Result<std::optional<check::Target>> target_of(const CheckOptions& options) {
  std::optional<check::Target> target;
  if (options.target.empty()) return target;
  auto loaded = check::looks_like_url(options.target)
                    ? check::target_of_url({.url = options.target,
                                            .trust = options.trust,
                                            .certificate = options.certificate,
                                            .key = options.key,
                                            .server_name = options.server_name})
                    : check::load_target(options.target);
  if (!loaded) return loaded.error();
  for (const auto& listener : loaded->listeners) {
    if (options.may_load_remote || is_local_address(listener.endpoint.host)) continue;
    return usage_problem(
        fmt::format("the checks flood and disturb a broker, and {} is not on this machine or a "
                    "private network",
                    listener.endpoint.host),
        options.target, "add --i-may-load-this-target if you may do that to it");
  }
  target = std::move(*loaded);
  return target;
}

int prepare(const CheckOptions& options, const Result<check::Prepared>& prepared) {
  if (!prepared) {
    fmt::print(stderr, "handfast check: {}\n", prepared.error().text());
    return exit_code(prepared.error().kind);
  }
  fmt::print("{} profiles are described in {}\n", prepared->profiles, prepared->target.string());
  if (prepared->skipped > 0) {
    fmt::print("{} checks need what this broker cannot be set up for\n", prepared->skipped);
  }
  if (prepared->commands.empty()) {
    fmt::print("Set your broker up as the comments in it say, put its URLs there, then:\n");
  } else {
    fmt::print("Start it:\n");
  }
  for (const auto& command : prepared->commands) fmt::print("  {}\n", command);
  if (!prepared->commands.empty()) fmt::print("Then check it:\n");
  fmt::print("  handfast check --target {}{}\n", broker::shell_word(prepared->target.string()),
             options.selection.slow ? " --slow" : "");
  return 0;
}

reports::MatrixColumn check_broker(const CheckOptions& options,
                                   const std::optional<check::Target>& target,
                                   const std::string& driver, StatusLine& status,
                                   const std::atomic<bool>& stop) {
  reports::MatrixColumn column;
  const auto begin = Clock::now();
  CheckProgress progress(status, driver);
  auto session =
      check::run_session({.driver = driver,
                          .binary = options.broker_binary,
                          .directory = std::filesystem::path(options.out) / driver,
                          .target = target,
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

reports::Matrix check_brokers(const CheckOptions& options,
                              const std::optional<check::Target>& target) {
  reports::Matrix matrix;
  matrix.handfast_version = HANDFAST_VERSION;
  matrix.openssl_version = tls::openssl_version();
  matrix.command_line = options.command_line;
  matrix.started_at = rfc3339(std::chrono::system_clock::now());
  matrix.machine = scenario::describe_machine();
  const auto begin = Clock::now();
  const auto& stop = stop_on_interrupt();
  StatusLine status(STDERR_FILENO);
  const auto names = target ? std::vector<std::string>{target->name} : brokers_of(options);
  for (const auto& name : names) {
    matrix.columns.push_back(check_broker(options, target, name, status, stop));
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
  if (!options.prepare.empty()) {
    return prepare(options, check::prepare_target(
                                {.driver = options.brokers.empty() ? "" : options.brokers.front(),
                                 .directory = options.prepare,
                                 .selection = options.selection}));
  }
  auto target = target_of(options);
  if (!target) return target.error();
  auto baseline = baseline_of(options);
  if (!baseline) return baseline.error();
  if (auto made = make_folders(options); !made) return made.error();

  auto matrix = check_brokers(options, *target);
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
