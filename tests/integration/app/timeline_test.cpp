// What a run with a timeline leaves behind: events with their times, the broker's own copies of the
// PKI, and what it tells of events that fail or are not reached. tests/integration/scenarios plays
// all scenarios that have one. Counts leave room for a starved machine: then the run says so (5),
// and still adds up.
#include <csignal>
#include <numeric>

#include "core/base/file.hpp"
#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;
using reports::EventOutcome;
using stats::FleetStats;

namespace {

/// Runs scenarios/NAME.yaml with `sets`; fails the test when it did not pass.
reports::Result run_shipped(const Folder& folder, const std::string& name,
                            const std::vector<std::string>& sets) {
  std::vector<std::string> words{"run", HANDFAST_SCENARIOS "/" + name + ".yaml", "--out",
                                 folder.out()};
  for (const auto& set : sets) words.insert(words.end(), {"--set", set});
  Program program(handfast_words(words), folder.path());
  const int exit = program.wait();
  INFO(program.out() << program.err());
  REQUIRE((exit == 0 || exit == 5));
  auto result = folder.result();
  for (const auto& threshold : result.thresholds) {
    INFO(threshold.expression << ": " << threshold.observed);
    CHECK(threshold.passed);
  }
  double last = 0;
  for (const auto& event : result.timeline) {
    INFO(event.what << ": " << event.detail);
    CHECK(event.outcome == EventOutcome::done);
    REQUIRE(event.began_s);
    CHECK(*event.began_s >= event.planned_s);
    CHECK(*event.began_s >= last);
    last = *event.began_s;
  }
  CHECK_THAT(program.out(), Catch::Contains("Timeline"));
  CHECK_THAT(program.err(), Catch::Contains("timeline: at "));
  return result;
}

const FleetStats& fleet_in(const reports::Result& result, const std::string& name) {
  for (const FleetStats& fleet : result.load.fleets) {
    if (fleet.name == name) return fleet;
  }
  FAIL("no fleet " << name);
  return result.load.fleets.at(0);
}

/// Failures of that cause, whatever the phase: a refused client may hear of it in either.
std::uint64_t failures_of(const FleetStats& fleet, const std::string& cause) {
  return std::accumulate(fleet.failures.begin(), fleet.failures.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, const auto& entry) {
                           return sum + (entry.first.cause == cause ? entry.second : 0);
                         });
}

std::size_t lines_with(const Folder& folder, const reports::Result& result,
                       const std::string& word) {
  const auto log = read_file(folder.path() / "out" / result.broker.log_file);
  REQUIRE(log);
  std::size_t count = 0;
  for (auto at = log->find(word); at != std::string::npos; at = log->find(word, at + 1)) ++count;
  return count;
}

std::string file_in(const Folder& folder, const std::string& name) {
  auto text = read_file(folder / name);
  INFO(name);
  REQUIRE(text);
  return *text;
}

std::string at(std::size_t index, const std::string& time) {
  return "timeline[" + std::to_string(index) + "].at=" + time;
}

std::string stages(const std::string& fleet, const std::string& list) {
  return "fleets." + fleet + ".load.stages=[" + list + "]";
}

}  // namespace

TEST_CASE("mass-reconnect: all who lost their connections to a restart come back", "[app]") {
  const Folder folder;
  const auto result = run_shipped(
      folder, "mass-reconnect",
      {"fleets.gateways.clients=40",
       stages("gateways", "{rate: 40/s, for: 1s}, {rate: 0/s, for: 9s}"), at(0, "3s"),
       "thresholds=[gateways.connections_lost >= 40, gateways.reconnected >= 40, gateways.away == "
       "0, gateways.errors < 1000]"});
  REQUIRE(result.timeline.size() == 1);
  CHECK_THAT(result.timeline[0].detail, Catch::Contains("stopped, then pid"));
  CHECK(lines_with(folder, result, " starting") == 2);
  CHECK(fleet_in(result, "gateways").lifecycle.reconnects.lost == 40);
  CHECK_FALSE(result.broker.died);
  CHECK(result.broker.cpu_seconds > 0);
  // The chart's marks have their words in the page.
  CHECK_THAT(file_in(folder, "out/report.html"), Catch::Contains("broker restart"));
}

TEST_CASE("revocation: the revoked are refused from the reload on, the others never", "[app]") {
  const Folder folder;
  const std::vector<std::string> sets{
      stages("devices", "{rate: 20/s, for: 6s}"), stages("stolen", "{rate: 20/s, for: 6s}"),
      at(0, "1s"), at(1, "3s"),
      "thresholds=[devices.errors == 0, stolen.errors >= 50, stolen.errors <= 61]"};
  const auto result = run_shipped(folder, "revocation", sets);
  const auto& stolen = fleet_in(result, "stolen");
  CHECK(fleet_in(result, "devices").failed == 0);
  CHECK(stolen.succeeded >= 59);
  CHECK(failures_of(stolen, "alert_received:certificate_revoked(44)") == stolen.failed);
  CHECK_THAT(result.timeline[0].detail, Catch::Contains("revoked: 100 members of stolen:0-99"));

  // What was revoked in this folder is not revoked from the start of the next run.
  const auto again = run_shipped(folder, "revocation", sets);
  CHECK(fleet_in(again, "stolen").succeeded >= 59);
}

TEST_CASE("an event that fails is told, and the load goes on", "[app]") {
  const Folder folder;
  const auto file = folder.write("twice.yaml",
                                 "handfast: 1\nname: twice\n"
                                 "pki: {preset: emqx-two-tier, home: mine}\n"
                                 "broker: {driver: mosquitto, listeners: [tls-two-way]}\n"
                                 "fleets:\n  devices:\n    listener: tls-two-way\n"
                                 "    clients: 10\n    identity: devices\n"
                                 "    load: {stages: [{rate: 10/s, for: 2s}]}\n"
                                 "timeline:\n"
                                 "  - {at: 500ms, pki: {revoke: client}}\n"
                                 "  - {at: 1s, broker: reload}\n");
  const auto run = [&] {
    Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
    return program.wait();
  };
  const int first = run();
  CHECK((first == 0 || first == 5));
  // A home of the user's own is never emptied, and remembers.
  CHECK(run() == 3);
  const auto result = folder.result();
  REQUIRE(result.timeline.size() == 2);
  CHECK(result.timeline[0].outcome == EventOutcome::failed);
  CHECK_THAT(result.timeline[0].detail, Catch::Contains("revoked already"));
  CHECK(result.timeline[1].outcome == EventOutcome::done);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].kind == ProblemKind::environment);
  CHECK_THAT(result.problems[0].message, Catch::Contains("timeline: pki revoke client failed: "));
  CHECK(fleet_in(result, "devices").succeeded == 20);
}

TEST_CASE("events that an interrupted run did not come to are told as not reached", "[app]") {
  const Folder folder;
  const auto file = folder.write(
      "long.yaml", storm("10/s", "60s",
                         "timeline: [{at: 100ms, broker: reload}, {at: 50s, broker: restart}]\n"));
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  REQUIRE(program.await_err("timeline: "));
  program.signal(SIGINT);
  CHECK(program.wait() == 130);
  const auto result = folder.result();
  REQUIRE(result.timeline.size() == 2);
  CHECK(result.timeline[0].outcome == EventOutcome::done);
  CHECK(result.timeline[1].outcome == EventOutcome::not_reached);
  CHECK_FALSE(result.timeline[1].began_s);
}
