#include "tests/integration/loadgen/peer_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t connections = 2;
// A run that takes longer than this hangs, on however slow a machine.
constexpr Nanos whole_run = 60s;

loadgen::FleetSpec fleet_of(const Row& row, const Peer& peer) {
  loadgen::FleetSpec fleet;
  fleet.name = row.name;
  fleet.endpoint = {.transport = row.transport, .host = "127.0.0.1", .port = peer.port()};
  fleet.tls.trust = test_pki().trust();
  fleet.clients = connections;
  fleet.stages = {{20, 20, 100ms}};
  fleet.deadline = 30s;
  if (row.stage.place == Place::idle) fleet.behaviour = loadgen::Behaviour::hold;
  if (row.stage.place == Place::busy) {
    fleet.behaviour = loadgen::Behaviour::publish;
    fleet.messages.emplace();
    fleet.messages->pace = {.rate = 20, .duration = 50s, .window = 1};
    fleet.messages->settle = 500ms;
  }
  if (row.adjust) row.adjust(fleet);
  // Held until the peer does something about it; the test ends the run before that is over.
  if (fleet.behaviour == loadgen::Behaviour::hold) fleet.stages.push_back({0, 0, whole_run});
  return fleet;
}

bool all_ended(const stats::Snapshot& snapshot) {
  return std::ranges::all_of(snapshot.fleets, [](const stats::FleetStats& fleet) {
    return fleet.started == connections && fleet.in_flight() == 0;
  });
}

void check_row(const Row& row, const stats::FleetStats& seen) {
  INFO(row.name);
  CHECK(seen.started == connections);
  CHECK(seen.in_flight() == 0);
  CHECK(seen.interrupted + seen.dropped == 0);
  CHECK(seen.succeeded + seen.failed == connections);
  const bool fails = !row.expected.empty();
  CHECK(failures_of(seen) == (fails ? fmt::format("{} x{}", row.expected, connections) : ""));
}

void run_rows(const std::vector<Row>& rows) {
  if (rows.empty()) return;
  std::vector<std::unique_ptr<Peer>> peers;
  std::vector<loadgen::FleetSpec> fleets;
  for (const Row& row : rows) {
    peers.push_back(std::make_unique<Peer>([&row](int fd) {
      Conversation peer(fd, row.transport, row.tls_version);
      if (peer.play(row.stage)) row.act(peer);
    }));
    fleets.push_back(fleet_of(row, *peers.back()));
  }
  std::atomic<bool> stop = false;
  loadgen::RunOptions options{.workers = 2, .stop = &stop};
  options.on_tick = [&stop](const stats::Snapshot& snapshot) { stop = all_ended(snapshot); };
  const TimePoint begin = Clock::now();
  const auto snapshot = loadgen::run(fleets, options);
  INFO((snapshot ? std::string() : snapshot.error().text()));
  REQUIRE(snapshot);
  CHECK(Clock::now() - begin < whole_run);
  for (std::size_t i = 0; i < rows.size(); ++i) check_row(rows[i], snapshot->fleets[i]);
}

}  // namespace

const std::vector<Transport>& every_transport() {
  static const std::vector<Transport> all{Transport::tcp, Transport::tls, Transport::ws,
                                          Transport::wss};
  return all;
}

void impatient(loadgen::FleetSpec& fleet) {
  fleet.deadline = patience;
  fleet.keep_alive = 1s;
}

void check_table(const std::vector<Row>& rows) {
  // Apart, so that a busy machine has little to do before their deadline.
  std::vector<Row> silent;
  std::vector<Row> others;
  for (const Row& row : rows) {
    (row.expected.ends_with("/deadline") ? silent : others).push_back(row);
  }
  run_rows(others);
  run_rows(silent);
}

}  // namespace handfast::test
