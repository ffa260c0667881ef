// The scenarios in which something happens to broker and PKI under load, shortened, on a mosquitto
// of their own; and what a run tells of events that fail or are not reached. Counts leave room for
// a starved machine: then the run says so (5), and still adds up.
#include <csignal>
#include <iterator>
#include <numeric>

#include "core/base/file.hpp"
#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;
using reports::EventOutcome;
using stats::FailureKey;
using stats::FleetStats;

namespace {

/// Played below, each with changes of its own.
const std::array forms{Form("mass-reconnect", {}), Form("certificate-rotation", {}),
                       Form("ca-swap", {}), Form("expiry", {}), Form("revocation", {})};

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

TEST_CASE("mass-reconnect: all who lost their connections to a restart come back", "[scenarios]") {
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
  CHECK(fleet_of(result, "gateways").lifecycle.reconnects.lost == 40);
  CHECK_FALSE(result.broker.died);
  CHECK(result.broker.cpu_seconds > 0);
  // The chart's marks have their words in the page.
  CHECK_THAT(file_in(folder, "out/report.html"), Catch::Contains("broker restart"));
}

TEST_CASE("certificate-rotation: neither new certificate nor new key nor new CA costs a connection",
          "[scenarios]") {
  const Folder folder;
  const auto result =
      run_shipped(folder, "certificate-rotation",
                  {stages("storm", "{rate: 20/s, for: 8s}"), "fleets.holders.clients=20",
                   stages("holders", "{rate: 40/s, for: 500ms}, {rate: 0/s, for: 7s}"), at(0, "1s"),
                   at(1, "2s"), at(2, "3s"), at(3, "4s"), at(4, "5s"), at(5, "6s"),
                   "thresholds=[storm.errors == 0, holders.errors == 0]"});
  REQUIRE(result.timeline.size() == 6);
  CHECK_THAT(result.timeline[0].detail,
             Catch::Contains("server@2") && Catch::Contains("server-chain.pem changed"));
  CHECK_THAT(result.timeline[2].detail,
             Catch::Contains("server-chain.pem, server-key.pem changed"));
  CHECK_THAT(result.timeline[4].detail, Catch::Contains("second@2"));
  CHECK(lines_with(folder, result, "Reloading config") == 3);
  CHECK(file_in(folder, "out/served/server-chain.pem") ==
        file_in(folder, "out/pki/server-chain.pem"));
}

TEST_CASE("ca-swap: each root counts as long as the broker trusts it, and no longer",
          "[scenarios]") {
  const Folder folder;
  const std::string steady = "{rate: 10/s, for: 12s}";
  const auto result = run_shipped(
      folder, "ca-swap",
      {stages("old-clients", steady), stages("new-clients", steady), stages("storm", steady),
       at(0, "2s"), at(1, "3s"), at(2, "5s"), at(3, "6s"), at(4, "8s"), at(5, "9s"),
       "thresholds=[new-clients.errors >= 25, new-clients.errors <= 60, old-clients.errors >= 20, "
       "old-clients.errors <= 60, storm.errors <= 30]"});
  REQUIRE(result.timeline.size() == 6);
  const auto refusals = [&](const char* fleet) {
    return failures_of(fleet_of(result, fleet), "alert_received:unknown_ca(48)");
  };
  CHECK(refusals("new-clients") >= 25);
  CHECK(refusals("new-clients") <= 35);
  CHECK(refusals("old-clients") >= 20);
  CHECK(refusals("old-clients") <= 35);
  CHECK(refusals("storm") == 0);
  // Whatever server certificate was met, both roots vouch for it.
  for (const auto& [key, count] : fleet_of(result, "storm").failures) {
    INFO(key.phase << " " << key.cause);
    CHECK_FALSE(key.cause.starts_with("verify:"));
  }
}

TEST_CASE("expiry: who is expired is refused, on either side, and nobody else", "[scenarios]") {
  const Folder folder;
  const auto result = run_shipped(
      folder, "expiry",
      {stages("devices", "{rate: 10/s, for: 4s}"), stages("expiring", "{rate: 10/s, for: 20s}"),
       stages("storm", "{rate: 10/s, for: 12s}"), at(0, "1s"), "timeline[0].pki.valid=5s",
       at(1, "2s"), at(2, "9s"), at(3, "10s"),
       "thresholds=[devices.errors == 0, expiring.errors > 0, storm.errors > 0]"});
  CHECK(fleet_of(result, "devices").failed == 0);
  const auto& storm = fleet_of(result, "storm");
  // The server's ends at second 6 and is replaced at 10; the time of certificates has whole
  // seconds.
  const auto refused = failures_of(storm, "verify:cert_has_expired(10)");
  CHECK(refused >= 25);
  CHECK(refused <= 55);
  CHECK(storm.failed == refused);
  CHECK(failures_of(fleet_of(result, "expiring"), "alert_received:certificate_expired(45)") >= 30);
}

TEST_CASE("revocation: the revoked are refused from the reload on, the others never",
          "[scenarios]") {
  const Folder folder;
  const std::vector<std::string> sets{
      stages("devices", "{rate: 20/s, for: 6s}"), stages("stolen", "{rate: 20/s, for: 6s}"),
      at(0, "1s"), at(1, "3s"),
      "thresholds=[devices.errors == 0, stolen.errors >= 50, stolen.errors <= 61]"};
  const auto result = run_shipped(folder, "revocation", sets);
  const auto& stolen = fleet_of(result, "stolen");
  CHECK(fleet_of(result, "devices").failed == 0);
  CHECK(stolen.succeeded >= 59);
  CHECK(failures_of(stolen, "alert_received:certificate_revoked(44)") == stolen.failed);
  CHECK_THAT(result.timeline[0].detail, Catch::Contains("revoked: 100 members of stolen:0-99"));

  // What was revoked in this folder is not revoked from the start of the next run.
  const auto again = run_shipped(folder, "revocation", sets);
  CHECK(fleet_of(again, "stolen").succeeded >= 59);
}

TEST_CASE("an event that fails is told, and the load goes on", "[scenarios]") {
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
  CHECK(fleet_of(result, "devices").succeeded == 20);
}

TEST_CASE("events that an interrupted run did not come to are told as not reached", "[scenarios]") {
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
