// A broker that others start, and brokers that end badly while they are checked.
#include <signal.h>

#include <algorithm>
#include <map>

#include "harness/broker/launch.hpp"
#include "harness/check/prepare.hpp"
#include "harness/check/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::check {
namespace {

using reports::Verdict;

const std::vector<std::string> some_rows{"broker-descriptor",    "client-chain-good",
                                         "client-none-required", "client-cert-expired",
                                         "client-direct-root",   "client-cert-not-yet-valid",
                                         "client-int-expired",   "client-leaf-only-bundle-trust",
                                         "server-chain-full"};

std::map<std::string, reports::CheckResult> by_id(const std::vector<reports::CheckResult>& checks) {
  std::map<std::string, reports::CheckResult> results;
  for (const auto& check : checks) results[check.id] = check;
  return results;
}

/// A mosquitto with the settings that --prepare wrote, started as a person would: by command.
class OwnBroker {
 public:
  OwnBroker(const Prepared& prepared, const std::filesystem::path& directory)
      : process_(started(prepared, directory)) {}
  ~OwnBroker() { [[maybe_unused]] const auto stopped = process_.stop(std::chrono::seconds(2)); }
  OwnBroker(const OwnBroker&) = delete;
  OwnBroker& operator=(const OwnBroker&) = delete;
  pid_t pid() const { return process_.pid(); }

 private:
  static broker::Process started(const Prepared& prepared, const std::filesystem::path& directory) {
    REQUIRE(prepared.commands.size() == 1);
    auto process = broker::Process::spawn({.program = "/bin/sh",
                                           .arguments = {"-c", "exec " + prepared.commands.front()},
                                           .directory = directory,
                                           .log = directory / "own.log"});
    REQUIRE(process);
    return std::move(*process);
  }
  broker::Process process_;
};

Prepared prepared_mosquitto(const std::filesystem::path& directory,
                            const std::vector<std::string>& ids) {
  auto prepared =
      prepare_target({.driver = "mosquitto", .directory = directory, .selection = {.ids = ids}});
  REQUIRE(prepared);
  return *prepared;
}

Result<Session> check_target(const std::filesystem::path& file,
                             const std::filesystem::path& directory,
                             std::function<void(const Progress&)> progress = {}) {
  auto target = load_target(file);
  if (!target) return target.error();
  return run_session({.directory = directory,
                      .target = std::move(*target),
                      .selection = {.ids = some_rows},
                      .progress = std::move(progress)});
}

TEST_CASE("a prepared broker that a person starts is checked by its target file",
          "[check][mosquitto]") {
  const test::TempDirectory directory;
  const auto prepared = prepared_mosquitto(directory.path(), some_rows);
  const OwnBroker broker(prepared, directory.path());
  // What it says of its log and its reload is for a person to fill in.
  std::ofstream(prepared.target, std::ios::app)
      << "log: tail -n +1 -F own.log\nreload: kill -HUP " << broker.pid() << "\n";
  const auto session = check_target(prepared.target, directory / "run");
  INFO((session ? std::string() : session.error().text()));
  REQUIRE(session);
  CHECK(session->broker.driver == "mosquitto");
  for (const auto& check : session->checks) {
    INFO(check.id << ": " << check.observed << " / " << check.reason);
    CHECK(check.verdict == Verdict::pass);
  }
  CHECK(session->checks.size() == some_rows.size());
  CHECK(std::filesystem::file_size(directory / "run" / "mosquitto.log") > 0);
}

TEST_CASE("a profile that the target does not have skips its rows", "[check][mosquitto]") {
  const test::TempDirectory directory;
  const auto prepared = prepared_mosquitto(directory.path(), {"server-chain-full"});
  const OwnBroker broker(prepared, directory.path());
  const auto session = check_target(prepared.target, directory / "run");
  REQUIRE(session);
  const auto results = by_id(session->checks);
  CHECK(results.at("server-chain-full").verdict == Verdict::pass);
  CHECK(results.at("client-cert-expired").verdict == Verdict::skip);
  CHECK(results.at("client-cert-expired").reason == "no-listener");
}

TEST_CASE("a descriptor that is wrong loses to what is seen", "[check][mosquitto]") {
  const test::TempDirectory directory;
  const auto prepared = prepared_mosquitto(directory.path(), some_rows);
  const OwnBroker broker(prepared, directory.path());
  auto target = load_target(prepared.target).value();
  target.capabilities = broker::Capabilities({{"tls.versions", "1.3"}, {"mtls", "optional"}});
  const auto session = run_session({.directory = directory / "run",
                                    .target = target,
                                    .selection = {.ids = {"broker-descriptor"}}});
  REQUIRE(session);
  const auto& result = session->checks.front();
  CHECK(result.verdict == Verdict::warn);
  CHECK(result.reason == "descriptor-mismatch: tls.versions: declared 1.3, seen 1.2,1.3");
  CHECK_THAT(result.observed, Catch::Contains("mtls: declared optional, seen required"));
}

TEST_CASE("a target that nobody serves is told before any row", "[check]") {
  const test::TempDirectory directory;
  const auto prepared = prepared_mosquitto(directory.path(), {"server-chain-full"});
  const auto session = check_target(prepared.target, directory / "run");
  REQUIRE_FALSE(session);
  CHECK(session.error().kind == ProblemKind::environment);
  CHECK_THAT(session.error().text(), Catch::Contains("no listener of mosquitto answers within"));
}

/// Ends a target's broker with `signal` before the third row and says what became of the rows.
std::map<std::string, reports::CheckResult> signalled(int signal) {
  const test::TempDirectory directory;
  const auto prepared = prepared_mosquitto(directory.path(), some_rows);
  const OwnBroker broker(prepared, directory.path());
  const auto session =
      check_target(prepared.target, directory / "run", [&broker, signal](const Progress& step) {
        if (step.index == 2 && step.finished == nullptr) kill(broker.pid(), signal);
      });
  kill(broker.pid(), SIGCONT);
  REQUIRE(session);
  return by_id(session->checks);
}

TEST_CASE("a target that dies or hangs in the middle is given up, and the rows say so",
          "[check][mosquitto]") {
  const auto signal = GENERATE(SIGKILL, SIGSTOP);
  INFO("signal " << signal);
  const auto results = signalled(signal);
  CHECK(results.size() == some_rows.size());
  CHECK(results.at("client-chain-good").verdict == Verdict::pass);
  std::size_t not_played = 0;
  for (const auto& [id, result] : results) {
    INFO(id << ": " << result.observed << " / " << result.reason);
    if (id == "broker-descriptor" || id == "client-chain-good") continue;
    CHECK(result.verdict == Verdict::inconclusive);
    if (result.observed != "not played") continue;
    ++not_played;
    CHECK_THAT(result.reason, Catch::Contains("does not answer since client-") ||
                                  Catch::Contains("answers on no listener since client-"));
  }
  CHECK(not_played > 0);
}

TEST_CASE("a broker of ours that dies fails the row, and the rest names the cause",
          "[check][mosquitto]") {
  const test::TempDirectory directory;
  // A program that becomes mosquitto and is dead a second after it came up.
  const auto program = directory / "mosquitto-that-dies";
  std::ofstream(program) << "#!/bin/sh\n[ \"$1\" = -h ] && exec mosquitto -h\n"
                            "( sleep 3; kill -SEGV $$ ) &\nexec mosquitto \"$@\"\n";
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  Selection selection;
  selection.groups = {"client-chain"};
  const auto session =
      run_session({.binary = program, .directory = directory / "run", .selection = selection});
  INFO((session ? std::string() : session.error().text()));
  REQUIRE(session);
  REQUIRE(session->broker.died);
  CHECK_THAT(*session->broker.died, Catch::StartsWith("killed by signal 11"));
  std::size_t fails = 0;
  std::size_t named = 0;
  for (const auto& check : session->checks) {
    if (check.verdict == Verdict::fail) {
      ++fails;
      CHECK_THAT(check.reason, Catch::StartsWith("the broker died during this check: killed by "
                                                 "signal 11"));
    }
    if (check.verdict == Verdict::inconclusive) {
      ++named;
      CHECK_THAT(check.reason, Catch::StartsWith("the broker died during client-"));
    }
  }
  CHECK(fails == 1);
  CHECK(named > 50);
}

}  // namespace
}  // namespace handfast::check
