// Section C6, its second half: many unfinished connections, and clients that go away at any moment;
// the next client must be served.
#include <fmt/format.h>

#include <algorithm>

#include "core/stats/resources.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/reframe.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::RawConnection;

constexpr std::size_t half_open_connections = 500;
constexpr std::size_t dribblers = 50;
constexpr std::size_t probes = 1000;
constexpr int slower_by = 3;  ///< what the catalogue warns of

Bytes half_a_hello() {
  const auto hello = probe::make_hello(probe::HelloBase::modern, "");
  if (!hello) return {};
  auto wire = probe::to_wire(*hello);
  wire.resize(wire.size() / 2);
  return wire;
}

/// As many as can be had; fewer are told in a fact.
std::vector<RawConnection> open_many(Bench& bench, std::size_t count) {
  std::vector<RawConnection> connections;
  for (std::size_t i = 0; i < count; ++i) {
    auto opened = RawConnection::open(bench.endpoint("one"), bench.timeouts().tcp);
    if (!opened) break;
    connections.push_back(std::move(*opened));
  }
  return connections;
}

/// The next client, and how long it took against one before.
Step next_client(Bench& bench, ScriptEvidence& evidence, Nanos before) {
  auto step = whole_connection(bench, "", {}, evidence);
  const bool slower = step.took > before * slower_by && step.took > 100ms;
  step.facts.emplace_back("latency", slower ? "above three times" : "as before");
  return step;
}

FactWant same_latency() {
  return {.name = "latency",
          .values = {"as before"},
          .otherwise = "the next client took more than three times as long",
          .level = Level::should};
}

Step half_open_pressure(Bench& bench, ScriptEvidence& evidence) {
  const auto before = whole_connection(bench, "", {}, evidence).took;
  auto connections = open_many(bench, half_open_connections);
  const auto begun = half_a_hello();
  for (auto& connection : connections) connection.send(begun);
  auto step = next_client(bench, evidence, before);
  step.facts.emplace_back("half-open connections", std::to_string(connections.size()));
  return step;
}

/// Share of one processor that the broker took; empty when it is not ours to watch.
std::optional<double> cpu_share(Bench& bench, const std::function<void()>& meanwhile) {
  if (bench.pid() == 0) {
    meanwhile();
    return std::nullopt;
  }
  const auto first = stats::sample_process(bench.pid());
  const auto begin = Clock::now();
  meanwhile();
  const auto took = seconds(Clock::now() - begin);
  const auto last = stats::sample_process(bench.pid());
  if (!first || !last) return std::nullopt;
  return (last->cpu_seconds - first->cpu_seconds) / took;
}

Step dribble_pressure(Bench& bench, ScriptEvidence& evidence) {
  constexpr double pegged = 0.8;
  constexpr int rounds = 20;
  const auto before = whole_connection(bench, "", {}, evidence).took;
  auto connections = open_many(bench, dribblers);
  const auto hello = half_a_hello();
  std::size_t sent = 0;
  const auto dribble = [&] {
    for (int round = 0; round < rounds && sent < hello.size(); ++round, ++sent) {
      for (auto& connection : connections) connection.send(ByteView(hello).subspan(sent, 1));
      if (!connections.empty()) connections.front().await_end(Clock::now() + 100ms);
    }
  };
  const auto share = cpu_share(bench, dribble);
  auto step = next_client(bench, evidence, before);
  step.facts.emplace_back("dribblers", std::to_string(connections.size()));
  step.facts.emplace_back("processor", share && *share > pegged ? "pegged" : "not pegged");
  if (share) step.facts.emplace_back("processor share", fmt::format("{:.0f} %", *share * 100));
  return step;
}

Step probe_storm(Bench& bench, ScriptEvidence& evidence) {
  std::size_t answered = 0;
  for (std::size_t i = 0; i < probes; ++i) {
    auto opened = RawConnection::open(bench.endpoint("one"), bench.timeouts().tcp);
    if (!opened) break;
    ++answered;
  }
  auto step = whole_connection(bench, "", {}, evidence);
  step.facts.emplace_back("connections", std::to_string(answered));
  return step;
}

CheckSpec pressure_row(const std::string& id, std::string what,
                       std::function<Step(Bench&, ScriptEvidence&)> play,
                       std::vector<FactWant> wants) {
  MoveRow row;
  row.moves.push_back(
      {.what = std::move(what), .play = std::move(play), .facts = std::move(wants)});
  return spec_of(id, std::move(row));
}

/// Lets `count` records of ours through, then resets the connection.
probe::TlsLine::Sender reset_behind(std::size_t count) {
  return [count](RawConnection& raw, ByteView wire) mutable {
    for (const auto& record : records_of(wire)) {
      if (count == 0) {
        raw.reset();
        return false;
      }
      --count;
      raw.send(record.whole);
    }
    return true;
  };
}

/// Resets behind each record of our handshake in turn, then asks to be served.
std::function<Step(Bench&, ScriptEvidence&)> aborts(TalkOptions options) {
  return [options = std::move(options)](Bench& bench, ScriptEvidence& evidence) {
    constexpr std::size_t most = 12;  // more than any handshake of ours has
    std::size_t cut = 0;
    for (bool done = false; !done && cut < most; ++cut) {
      auto one = options;
      one.sender = reset_behind(cut);
      auto talk = Talk::open(bench, std::move(one));
      if (!talk) break;
      // The next record would be MQTT.
      done = talk->handshake() && !talk->line().raw().closed();
      talk->line().raw().reset();
    }
    auto step = whole_connection(bench, "", options, evidence);
    step.facts.emplace_back("connections reset", std::to_string(cut));
    return step;
  };
}

CheckSpec abort_everywhere() {
  MoveRow row;
  row.listeners = {"one", "mtls"};
  row.identity = good_client_fixture;
  const std::array versions{std::pair(tls::Version::tls1_3, probe::HelloBase::tls13),
                            std::pair(tls::Version::tls1_2, probe::HelloBase::tls12)};
  for (const auto& [version, base] : versions) {
    TalkOptions options;
    options.settings.min_version = options.settings.max_version = version;
    row.moves.push_back(
        {.what = "one-way, " + tls::to_string(version), .play = aborts(options), .needs = base});
    options.listener = "mtls";
    options.identity = good_client_fixture;
    row.moves.push_back(
        {.what = "two-way, " + tls::to_string(version), .play = aborts(options), .needs = base});
  }
  return spec_of("tls-abort-everywhere", std::move(row));
}

}  // namespace

std::vector<CheckSpec> pressure_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(pressure_row("tls-halfopen-pressure", "500 half-open connections, then a client",
                              half_open_pressure, {same_latency()}));
  rows.push_back(pressure_row("tls-dribble-pressure", "50 dribbling connections, then a client",
                              dribble_pressure,
                              {same_latency(),
                               {.name = "processor",
                                .values = {"not pegged"},
                                .otherwise = "slow handshakes kept a processor busy",
                                .level = Level::should}}));
  rows.push_back(pressure_row("tls-probe-storm", "1,000 connections closed at once, then a client",
                              probe_storm, {}));
  rows.push_back(abort_everywhere());
  return rows;
}

}  // namespace handfast::check::tls_protocol
