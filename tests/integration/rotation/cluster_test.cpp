// Restarts and rolling replacement: what clients notice.
#include "tests/integration/rotation/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

TEST_CASE("a restart of the broker is measured: refused while it is away, served again (S4-57)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  RotationLab lab;
  lab.install(server_below(root));
  lab.start();
  const auto first = lab.broker().pid();

  loadgen::FleetSpec fleet;
  fleet.name = "arrivals";
  fleet.endpoint = lab.endpoint();
  fleet.tls.trust = trust_in({&root});
  fleet.stages = {{100, 100, 4s}};
  loadgen::RunOptions options;
  Nanos away{};
  options.on_tick = [&](const stats::Snapshot& snapshot) {
    if (snapshot.ticks.size() != 1) return;
    const auto begin = Clock::now();
    lab.stop();
    std::this_thread::sleep_for(200ms);  // a start that takes its time
    lab.start();
    away = Clock::now() - begin;
  };
  const auto snapshot = loadgen::run({fleet}, options);
  REQUIRE(snapshot);
  CHECK(lab.broker().pid() != first);
  CHECK(away >= 200ms);
  const auto& stats = snapshot->fleets.at(0);
  CHECK(stats.started == 400);
  CHECK(stats.failed > 0);
  REQUIRE(stats.failures.contains({"tcp", "errno:ECONNREFUSED"}));
  // 100 a second: what was refused is the time that nobody could connect.
  CHECK(stats.failures.at({"tcp", "errno:ECONNREFUSED"}) >= 10);
  CHECK(stats.succeeded + stats.failed + stats.interrupted == stats.started);
  CHECK(snapshot->ticks.back().fleets.at(0).failed == 0);
  CHECK(snapshot->ticks.back().fleets.at(0).succeeded > 0);
}

TEST_CASE("certificates of two brokers are replaced in turn, the primary last (S3-26)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  const Minted old_primary = server_below(root);
  const Minted old_replica = server_below(root);
  const Minted new_primary = server_below(root);
  const Minted new_replica = server_below(root);
  const auto trust = trust_in({&root});
  RotationLab primary;
  RotationLab replica;
  primary.install(old_primary);
  replica.install(old_replica);
  primary.start();
  replica.start();
  const auto gets_in = [&](const RotationLab& lab) {
    return lab.connect({.trust = trust}).outcome == probe::Outcome::accept;
  };

  int step = 0;
  const auto next_step = [&] {
    ++step;
    if (step == 1) {
      replica.stop();
      CHECK(gets_in(primary));  // one always serves
      replica.install(new_replica);
      replica.start();
      CHECK(replica.serves(new_replica));
      CHECK(primary.serves(old_primary));
    } else if (step == 2) {
      CHECK(gets_in(replica));
      primary.install(new_primary);
      primary.reload();
      CHECK(primary.comes_to_serve(new_primary));
    }
  };
  // Clients of the primary stay: it takes its certificate without a restart.
  const auto held = hold(primary, trust, {}, 3, 4s, next_step);
  CHECK(step >= 3);
  CHECK(held.succeeded == 3);
  CHECK(held.failed == 0);
  CHECK(gets_in(primary));
  CHECK(gets_in(replica));
}
