// Every transport and every behaviour at once, on several workers: what the sanitizers are to see.
// Counts are bounded, not times, so that it ends under them as well.
#include <algorithm>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::Behaviour;
using loadgen::CloseStyle;
using loadgen::FleetSpec;

namespace {

constexpr unsigned workers = 3;
constexpr std::uint64_t messages_each = 20;
constexpr std::uint64_t subscribers = 2;

const std::vector<std::string> listeners{"tcp", "tls-two-way", "ws", "wss-two-way"};

FleetSpec fleet_of(const Mosquitto& broker, const std::string& listener, const std::string& what,
                   Behaviour behaviour) {
  FleetSpec fleet = fleet_for(broker, listener);
  fleet.name = listener + "-" + what;
  fleet.clients = Pki::clients;
  fleet.behaviour = behaviour;
  fleet.deadline = 60s;
  fleet.tls.certificate_cache = true;
  fleet.tls.verify_every_time = false;
  return fleet;
}

FleetSpec dropping(const Mosquitto& broker, const std::string& listener, CloseStyle close) {
  auto fleet = fleet_of(broker, listener, "drop-" + std::to_string(static_cast<int>(close)),
                        Behaviour::connect_and_drop);
  fleet.close = close;
  fleet.stages = {{30, 30, 1s}};
  if (listener == "tls-two-way") fleet.resumption.kind = loadgen::ResumptionKind::tickets;
  return fleet;
}

FleetSpec returning(const Mosquitto& broker, const std::string& listener, CloseStyle close) {
  auto fleet = fleet_of(broker, listener, "return", Behaviour::reconnect);
  fleet.client_id = "returns-" + listener + "-{i}";
  fleet.close = close;
  fleet.reconnect = loadgen::Reconnect{.back_off = {.initial = 20ms}, .hold_for = 100ms};
  fleet.stages = {{20, 20, 500ms}, {0, 0, 1500ms}};
  return fleet;
}

/// Our own TLS client, resuming, with a share of its handshakes shadowed by libssl.
FleetSpec native(const Mosquitto& broker, const std::string& listener) {
  auto fleet = fleet_of(broker, listener, "native", Behaviour::connect_and_drop);
  fleet.engine = tls::EngineKind::native;
  fleet.shadow_share = 0.1;
  fleet.resumption.kind = loadgen::ResumptionKind::tickets;
  fleet.stages = {{30, 30, 1s}};
  return fleet;
}

/// Publishers, subscribers of all of them, and echoes of QoS 2.
void add_talking(std::vector<FleetSpec>& fleets, const Mosquitto& broker,
                 const std::string& listener) {
  auto publish = fleet_of(broker, listener, "publish", Behaviour::publish);
  publish.messages.emplace();
  publish.messages->topic = "storm/" + listener + "/{i}";
  publish.messages->qos = 1;
  publish.messages->pace = {.rate = 20, .count = messages_each, .duration = 15s};
  publish.messages->settle = 30s;
  publish.stages = {{20, 20, 500ms}};
  fleets.push_back(publish);

  auto echo = publish;
  echo.name = listener + "-echo";
  echo.behaviour = Behaviour::echo;
  echo.messages->topic = "echo/" + listener + "/{i}";
  echo.messages->qos = 2;
  fleets.push_back(echo);

  auto subscribe = publish;
  subscribe.name = listener + "-subscribe";
  subscribe.behaviour = Behaviour::subscribe;
  subscribe.messages->subscriptions = {{.filter = "storm/#", .qos = 1}};
  subscribe.stages = {{20, 20, 100ms}};
  fleets.push_back(subscribe);
}

std::vector<FleetSpec> storm(const Mosquitto& broker) {
  std::vector<FleetSpec> fleets;
  for (const auto& listener : listeners) {
    fleets.push_back(dropping(broker, listener, CloseStyle::disconnect));
    fleets.push_back(dropping(broker, listener, CloseStyle::fin));
    fleets.push_back(dropping(broker, listener, CloseStyle::rst));
    fleets.push_back(returning(broker, listener, CloseStyle::rst));
    add_talking(fleets, broker, listener);
    if (listener.ends_with("-two-way")) fleets.push_back(native(broker, listener));
  }
  return fleets;
}

bool all_held(const stats::Snapshot& snapshot) {
  return std::ranges::all_of(snapshot.fleets, [](const stats::FleetStats& fleet) {
    return !fleet.name.ends_with("-hold") || fleet.ready_in_time >= Pki::clients;
  });
}

void check_accounting(const stats::FleetStats& fleet) {
  INFO(fleet.name << ": " << failures_of(fleet));
  CHECK(fleet.started == fleet.succeeded + fleet.failed + fleet.interrupted);
  CHECK(fleet.in_flight() == 0);
  if (!fleet.messages) return;
  const auto& messages = *fleet.messages;
  CHECK(messages.sent <= messages.planned);
  if (messages.acked > 0) CHECK(messages.sent == messages.acked + messages.unacked);
}

}  // namespace

TEST_CASE("A storm of every transport and behaviour gets through, and adds up",
          "[loadgen][storm]") {
  const Mosquitto broker;
  const auto snapshot = loadgen::run(storm(broker), {.workers = workers, .drain = 120s});
  REQUIRE(snapshot);
  std::uint64_t published = 0;
  for (const auto& fleet : snapshot->fleets) {
    if (fleet.name.ends_with("-publish")) published += fleet.messages->sent;
  }
  for (const auto& fleet : snapshot->fleets) {
    check_accounting(fleet);
    INFO(fleet.name << ": " << failures_of(fleet));
    CHECK(fleet.failed + fleet.interrupted + fleet.dropped == 0);
    // On a slow machine the load may end before the last messages are due.
    if (fleet.name.ends_with("-publish") || fleet.name.ends_with("-echo")) {
      CHECK(fleet.messages->sent > 0);
      CHECK(fleet.messages->acked == fleet.messages->sent);
    }
    if (fleet.name.ends_with("-echo")) {
      CHECK(fleet.messages->delivered == fleet.messages->sent);
    }
    if (fleet.name.ends_with("-subscribe")) {
      CHECK(fleet.succeeded == subscribers);
      CHECK(fleet.messages->delivered == subscribers * published);
      CHECK(fleet.messages->lost == 0);
    }
    if (fleet.name.ends_with("-return")) CHECK(fleet.lifecycle.reconnects.attempts > 0);
  }
}

TEST_CASE("A storm whose broker dies and returns adds up, and nobody stays away",
          "[loadgen][storm]") {
  Mosquitto broker;
  auto fleets = storm(broker);
  for (const auto& listener : listeners) {
    auto hold = fleet_of(broker, listener, "hold", Behaviour::hold);
    hold.client_id = "holds-" + listener + "-{i}";
    hold.reconnect = loadgen::Reconnect{.back_off = {.initial = 50ms, .max = 500ms}};
    hold.stages = {{20, 20, 500ms}, {0, 0, 12s}};
    fleets.push_back(hold);
  }
  enum class Step { all_connect, down, up };
  Step step = Step::all_connect;
  loadgen::RunOptions options{.workers = workers, .drain = 120s};
  options.on_tick = [&](const stats::Snapshot& so_far) {
    if (step == Step::down) {
      broker.start();
      step = Step::up;
    } else if (step == Step::all_connect && all_held(so_far)) {
      broker.kill();
      step = Step::down;
    }
  };
  const auto snapshot = loadgen::run(fleets, options);
  REQUIRE(snapshot);
  for (const auto& fleet : snapshot->fleets) {
    check_accounting(fleet);
    INFO(fleet.name << ": " << failures_of(fleet));
    if (!fleet.name.ends_with("-hold")) continue;
    CHECK(fleet.lifecycle.reconnects.lost >= Pki::clients);
    CHECK(fleet.lifecycle.reconnects.back == fleet.lifecycle.reconnects.lost);
    CHECK(fleet.lifecycle.reconnects.away == 0);
  }
}

TEST_CASE("A storm that is stopped in the middle adds up", "[loadgen][storm]") {
  const Mosquitto broker;
  std::atomic<bool> stop = false;
  loadgen::RunOptions options{.workers = workers, .stop = &stop};
  options.on_tick = [&stop](const stats::Snapshot&) { stop = true; };
  const TimePoint begin = Clock::now();
  const auto snapshot = loadgen::run(storm(broker), options);
  REQUIRE(snapshot);
  CHECK(Clock::now() - begin < 60s);
  for (const auto& fleet : snapshot->fleets) check_accounting(fleet);
}
