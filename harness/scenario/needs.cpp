#include "harness/scenario/needs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "harness/scenario/load.hpp"

namespace handfast::scenario {

namespace {

constexpr std::uint64_t kib = 1024;
/// The kernel's for an established and idle TCP socket: in Linux 6.18 a TCP object of 2368 bytes,
/// an inode (832), a file and a dentry (192 each), an epoll item (128; /proc/slabinfo).
constexpr std::uint64_t socket_bytes = 4 * kib;

/// Resident memory of an idle connection: with TLS what tests/bench/paired/idle.sh measured,
/// rounded up, without it an estimate.
std::uint64_t idle_bytes(const Fleet& fleet) {
  if (!fleet.tls) return 2 * kib;
  // libssl keeps the buffers of DTLS: SSL_free_buffers() would break them (OpenSSL 3.0).
  if (fleet.dtls) return 64 * kib;
  // With engine auto it may be libssl.
  return fleet.tls->engine == EngineWish::native ? 2 * kib : 16 * kib;
}
/// Estimates of what comes on top while the handshake goes on; libssl's is the size of its buffers.
std::uint64_t connecting_bytes(const Fleet& fleet) {
  if (!fleet.tls) return 4 * kib;
  return fleet.tls->engine == EngineWish::native ? 8 * kib : 48 * kib;
}

std::uint64_t rounded(double starts) { return static_cast<std::uint64_t>(std::llround(starts)); }

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) { return (value + by - 1) / by; }

bool stays_open(loadgen::Behaviour behaviour) { return !loadgen::comes_and_goes(behaviour); }

/// The most connections that start within any `window`: rates are linear, so a step of a hundredth
/// of the schedule or a second, whichever is longer, is near enough for a plan.
std::uint64_t most_starts_within(const std::vector<loadgen::Stage>& stages, Nanos window) {
  const auto end = total_duration(stages);
  if (window >= end) return rounded(total_starts(stages));
  const auto step = std::max(Nanos(std::chrono::milliseconds(100)), end / 1000);
  double most = 0;
  for (Nanos from{}; from + window <= end + step; from += step) {
    most = std::max(
        most, starts_until(stages, std::min(end, from + window)) - starts_until(stages, from));
  }
  return rounded(most);
}

FleetNeeds needs_of_fleet(const Fleet& fleet, Nanos rest, const loadgen::Shard& shard) {
  FleetNeeds needs{.fleet = fleet.name};
  if (fleet.closed) {
    // How many connections follow each other, and how many ports rest, is the broker's speed.
    const auto places = loadgen::count_below(fleet.closed->in_flight, shard.index, shard.count);
    needs.sockets = needs.ports = places;
    return needs;
  }
  const auto own = [&](std::uint64_t starts) {
    return loadgen::shard_part(starts, fleet.clients, shard);
  };
  needs.connections = own(*planned_starts(fleet));
  if (stays_open(fleet.behaviour)) {
    const bool twice = fleet.behaviour == loadgen::Behaviour::takeover;
    needs.sockets = needs.ports = needs.connections * (twice ? 2 : 1);
    return needs;
  }
  const auto cap = divided_up(fleet.max_in_flight, shard.count);
  needs.sockets = std::min(cap, needs.connections);
  needs.ports = needs.sockets;
  if (fleet.lifecycle.close != loadgen::CloseStyle::rst) {
    const auto resting = divided_up(most_starts_within(mean_rate(fleet), rest), shard.count);
    needs.ports = std::min(needs.connections, resting + needs.sockets);
  }
  return needs;
}

/// Lays the ports of a fleet on its sources; client c uses source c modulo their number.
void add_ports(const Fleet& fleet, const FleetNeeds& needs, const std::string& destination,
               const loadgen::Shard& shard, LoadNeeds& all) {
  const auto& sources = fleet.source.addresses;
  if (sources.empty()) {
    all.ports[{destination, {}}] += needs.ports;
    return;
  }
  const auto clients = loadgen::count_below(fleet.clients, shard.index, shard.count);
  if (clients == 0) return;
  const std::uint64_t cycle = sources.size() / std::gcd(sources.size(), shard.count);
  const auto used = std::min<std::uint64_t>(clients, cycle);
  for (std::uint64_t i = 0; i < used; ++i) {
    const auto& source = sources[(shard.index + i * shard.count) % sources.size()];
    all.ports[{destination, source.text()}] += divided_up(needs.ports, used);
  }
}

std::uint64_t memory_of(const Fleet& fleet, const FleetNeeds& needs) {
  const auto connecting = std::min(fleet.max_in_flight, needs.sockets);
  const auto idle = stays_open(fleet.behaviour) ? needs.sockets : 0;
  return idle * idle_bytes(fleet) + connecting * connecting_bytes(fleet) +
         needs.sockets * socket_bytes;
}

}  // namespace

Nanos port_rest(const Scenario& scenario, const Limits& limits) {
  const bool loopback = !scenario.target || scenario.target->endpoint.host == "localhost" ||
                        scenario.target->endpoint.host.starts_with("127.") ||
                        scenario.target->endpoint.host == "::1";
  const bool reuse = limits.time_wait_reuse == 1 || (limits.time_wait_reuse == 2 && loopback);
  return reuse ? Nanos(std::chrono::seconds(1)) : limits.time_wait;
}

LoadNeeds needs_of(const Scenario& scenario, const Limits& limits, const loadgen::Shard& shard) {
  LoadNeeds needs;
  needs.descriptors = own_descriptors;
  needs.memory_bytes = own_bytes;
  const auto rest = port_rest(scenario, limits);
  for (const auto& fleet : scenario.fleets) {
    const auto& one = needs.fleets.emplace_back(needs_of_fleet(fleet, rest, shard));
    needs.descriptors += one.sockets;
    needs.memory_bytes += memory_of(fleet, one);
    const auto destination =
        scenario.target ? scenario.target->endpoint.url() : to_string(fleet.listener);
    add_ports(fleet, one, destination, shard, needs);
  }
  return needs;
}

}  // namespace handfast::scenario
