// A run as a whole: ticks, the cap, the stop flag, a broker that dies, settings that cannot work.
#include "core/stats/resources.hpp"
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

std::uint64_t ended(const stats::FleetStats& fleet) {
  return fleet.succeeded + fleet.failed + fleet.interrupted;
}

}  // namespace

TEST_CASE("Ticks come about once a second and add up to the totals", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.stages = {{0, 200, 2500ms}};
  loadgen::RunOptions options{.workers = 2};
  int calls = 0;
  options.on_tick = [&calls](const stats::Snapshot& snapshot) {
    ++calls;
    // A late tick may take in the short one behind it.
    CHECK(snapshot.ticks.size() <= static_cast<std::size_t>(calls));
  };
  options.sample_broker = [] {
    return std::optional(stats::ProcessSample{.cpu_seconds = 1, .rss_bytes = 7, .open_files = 9});
  };
  const auto snapshot = run_one(fleet, options);
  const auto& total = snapshot.fleets.at(0);
  INFO(failures_of(total));
  CHECK(total.succeeded == 250);
  CHECK(calls >= static_cast<int>(snapshot.ticks.size()));
  CHECK(snapshot.ticks.size() >= 2);
  stats::Tick::Fleet sum;
  double last = 0;
  for (const auto& tick : snapshot.ticks) {
    CHECK(tick.at_s > last);
    last = tick.at_s;
    CHECK(tick.broker_rss_bytes == 7);
    CHECK(tick.broker_open_files == 9);
    CHECK(tick.generator_cpu >= 0);
    const auto& part = tick.fleets.at(0);
    sum.planned += part.planned;
    sum.started += part.started;
    sum.succeeded += part.succeeded;
    sum.failed += part.failed;
    if (part.succeeded > 0) {
      for (const auto phase : {stats::Phase::tls, stats::Phase::ready}) {
        const auto& seen = part.latency.at(phase);
        CHECK(seen.count > 0);
        CHECK(seen.p50 > 0ns);
        CHECK(seen.p99 >= seen.p50);
        CHECK(seen.max >= seen.p99);
      }
    }
    sum.ready += part.ready;
    CHECK(tick.all.started == part.started);
    CHECK(tick.all.latency == part.latency);
    CHECK(tick.generator_lag_max >= tick.generator_lag_p99);
  }
  CHECK(snapshot.elapsed_s == last);
  CHECK(sum.planned == total.planned);
  CHECK(sum.started == total.started);
  CHECK(sum.succeeded == total.succeeded);
  CHECK(sum.ready == total.latency.at(stats::Phase::ready).response.count());
  CHECK(sum.failed == total.failed);
  CHECK(snapshot.ticks.back().fleets.at(0).in_flight == 0);
}

TEST_CASE("Beyond the cap starts wait, and their latency counts from the intended time",
          "[loadgen]") {
  // Each connection takes its full deadline; two at a time make about 10 a second out of 100 asked
  // for.
  const Peer silent([](int) {});
  auto fleet = loadgen::FleetSpec{};
  fleet.name = "capped";
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = silent.port()};
  fleet.stages = {{100, 100, 1s}};
  fleet.max_in_flight = 2;
  fleet.deadline = 200ms;
  const auto snapshot = run_one(fleet, {.drain = 0s});
  const auto& stats = snapshot.fleets.at(0);
  CHECK(stats.planned == 100);
  CHECK(stats.started <= 12);
  CHECK(stats.started >= 3);
  CHECK(stats.started + stats.dropped == 100);
  CHECK(stats.capped >= stats.dropped);
  CHECK(ended(stats) == stats.started);
  CHECK(stats.interrupted <= 2);
  // The third start was meant for 20 ms and had to wait for the first deadline.
  CHECK(stats.latency.at(stats::Phase::tcp).response.max() >= 150ms);
}

TEST_CASE("The stop flag ends a run with what was measured", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.stages = {{50, 50, 600s}};
  std::atomic<bool> stop{false};
  loadgen::RunOptions options{.workers = 2};
  options.stop = &stop;
  options.on_tick = [&stop](const stats::Snapshot&) { stop = true; };
  const auto snapshot = run_one(fleet, options);
  const auto& stats = snapshot.fleets.at(0);
  INFO(failures_of(stats));
  CHECK(snapshot.elapsed_s < 60);
  CHECK(stats.started > 0);
  CHECK(stats.interrupted > 0);
  CHECK(stats.failed == 0);
  CHECK(ended(stats) == stats.started);
  CHECK(stats.planned == stats.started + stats.dropped);
  CHECK(stats.latency.at(stats::Phase::ready).service.count() > 0);
}

TEST_CASE("A broker that is killed in the middle: failures are counted and the run ends",
          "[loadgen]") {
  Mosquitto broker;
  auto storm = fleet_for(broker, "tls");
  storm.stages = {{100, 100, 4s}};
  auto held = fleet_for(broker, "wss");
  held.behaviour = loadgen::Behaviour::hold;
  held.stages = {{40, 40, 500ms}, {0, 0, 3500ms}};
  loadgen::RunOptions options;
  options.drain = 3s;
  options.on_tick = [&broker](const stats::Snapshot& snapshot) {
    const auto ready = snapshot.fleets.at(1).latency.find(stats::Phase::ready);
    if (ready == snapshot.fleets.at(1).latency.end()) return;
    if (ready->second.service.count() == 20) broker.kill();
  };
  const auto snapshot = loadgen::run({storm, held}, options);
  REQUIRE(snapshot);
  CHECK(snapshot->elapsed_s < 60);
  const auto& dropped = snapshot->fleets.at(0);
  INFO(failures_of(dropped));
  CHECK(dropped.succeeded > 0);
  CHECK(dropped.failures.at({"tcp", "errno:ECONNREFUSED"}) > 0);
  CHECK(ended(dropped) == dropped.started);
  const auto& lost = snapshot->fleets.at(1);
  INFO(failures_of(lost));
  CHECK(lost.started == 20);
  CHECK(lost.failed == 20);
  std::uint64_t established = 0;
  for (const auto& [key, count] : lost.failures) {
    if (key.phase == "established") established += count;
  }
  CHECK(established == 20);
}

TEST_CASE("Connections that the drain cannot wait for are interrupted", "[loadgen]") {
  const Peer silent([](int) {});
  loadgen::FleetSpec fleet;
  fleet.name = "stuck";
  fleet.endpoint = {.transport = Transport::tls, .host = "127.0.0.1", .port = silent.port()};
  fleet.stages = {{100, 100, 100ms}};
  fleet.deadline = 60s;
  const auto stats = run_one(fleet, {.drain = 200ms}).fleets.at(0);
  CHECK(stats.started == 10);
  CHECK(stats.interrupted == 10);
  CHECK(stats.failures.empty());
}

TEST_CASE("A fleet that cannot work is a problem before anything starts", "[loadgen]") {
  loadgen::FleetSpec fleet;
  fleet.name = "sensors";
  fleet.endpoint = {.transport = Transport::tls, .host = "127.0.0.1", .port = closed_port()};
  fleet.stages = {{10, 10, 1s}};
  SECTION("TLS settings") {
    fleet.tls.groups = {"no-such-group"};
    const auto result = loadgen::run({fleet}, {});
    REQUIRE(!result);
    CHECK(result.error().kind == ProblemKind::usage);
    CHECK(result.error().message.starts_with("fleet \"sensors\": "));
    CHECK(result.error().message.find("no-such-group") != std::string::npos);
  }
  SECTION("the identity") {
    fleet.identity = [](std::uint64_t) -> Result<tls::Identity> {
      return environment_problem("no such file", "client-0.pem");
    };
    const auto result = loadgen::run({fleet}, {});
    REQUIRE(!result);
    CHECK(result.error().text() == "client-0.pem: fleet \"sensors\": no such file");
  }
  SECTION("the name") {
    fleet.endpoint.host = "no-such-host.invalid";
    const auto result = loadgen::run({fleet}, {});
    REQUIRE(!result);
    CHECK(result.error().kind == ProblemKind::environment);
    CHECK(result.error().message.starts_with(
        "fleet \"sensors\": host name \"no-such-host.invalid\" does not resolve: "));
  }
}

TEST_CASE("An identity that fails later is counted, and the others go on", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.identity = [](std::uint64_t index) -> Result<tls::Identity> {
    if (index == 3) return environment_problem("no such file", "client-3.pem");
    return pki().client(index);
  };
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(stats.succeeded == 45);
  CHECK(failures_of(stats) == "tls/local:no such file x5");
  CHECK(stats.distinct_certificates == Pki::clients - 1);
}
