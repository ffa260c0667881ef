#include "loadgen/plan.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <set>

#include "core/websocket/handshake.hpp"
#include "loadgen/check_datagrams.hpp"
#include "loadgen/check_lifecycle.hpp"
#include "loadgen/check_load.hpp"
#include "loadgen/check_tls.hpp"
#include "loadgen/plan_messages.hpp"

namespace handfast::loadgen {
namespace {

constexpr std::uint64_t largest_16_bit = std::numeric_limits<std::uint16_t>::max();

Result<void> check_client_id(const FleetSpec& fleet) {
  const std::string longest = expand_client_id(fleet.client_id, fleet.name, fleet.clients,
                                               std::numeric_limits<std::uint64_t>::max());
  if (longest.size() > largest_16_bit) {
    return refused(fleet, "client identifiers would exceed 65535 bytes (MQTT 5.0 1.5.4)");
  }
  return {};
}

Result<void> check_upgrade(const FleetSpec& fleet) {
  if (!uses_websocket(fleet.endpoint.transport)) return {};
  websocket::UpgradeRequest request;
  request.host = fleet.endpoint.authority();
  request.path = fleet.endpoint.path;
  request.origin = fleet.origin;
  const auto text = websocket::render_request(request);
  if (!text) return with_context(text.error(), fmt::format("fleet \"{}\"", fleet.name));
  return {};
}

Result<void> check_fleet(const FleetSpec& fleet) {
  if (auto datagrams = check_datagrams(fleet); !datagrams) return datagrams.error();
  if (fleet.endpoint.port == 0) return refused(fleet, "its endpoint has no port");
  if (fleet.clients == 0) return refused(fleet, "it has no clients");
  if (fleet.max_in_flight == 0) return refused(fleet, "max_in_flight must be at least 1");
  if (fleet.deadline <= Nanos(0)) return refused(fleet, "its deadline must be above zero");
  if (fleet.mqtt_level != 4 && fleet.mqtt_level != 5) {
    return refused(fleet, fmt::format("MQTT level {} is not known", fleet.mqtt_level),
                   "4 is MQTT 3.1.1, 5 is MQTT 5.0");
  }
  const auto keep_alive = fleet.keep_alive.count();
  if (keep_alive < 0 || static_cast<std::uint64_t>(keep_alive) > largest_16_bit) {
    return refused(fleet, "keep alive must be 0 to 65535 seconds");
  }
  if (auto load = check_load(fleet); !load) return load.error();
  if (auto client_id = check_client_id(fleet); !client_id) return client_id.error();
  if (auto lifecycle = check_lifecycle(fleet); !lifecycle) return lifecycle.error();
  if (auto tls = check_tls(fleet); !tls) return tls.error();
  return check_upgrade(fleet);
}

Result<void> check_shard(const std::vector<FleetSpec>& fleets, const Shard& shard) {
  if (shard.count == 0 || shard.index >= shard.count) {
    return usage_problem(fmt::format("there is no shard {} of {}", shard.index, shard.count));
  }
  const bool busy = std::ranges::any_of(fleets, [&](const FleetSpec& fleet) {
    return shard.index < (fleet.closed ? fleet.closed->in_flight : fleet.clients);
  });
  if (busy || shard.count == 1) return {};  // what one process lacks is told of each fleet
  return usage_problem(
      fmt::format("shard {} of {} has nothing to do: no fleet has so many clients, or places",
                  shard.index, shard.count),
      {}, "use fewer shards");
}

struct Resolved {
  std::vector<Address> addresses;
  std::optional<Nanos> time;
};

bool is_literal(const std::string& host) {
  in6_addr scratch{};
  return inet_pton(AF_INET, host.c_str(), &scratch) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
}

Result<Resolved> resolve(const FleetSpec& fleet) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  if (!fleet.sources.empty()) wanted.ai_family = fleet.sources.front().v6 ? AF_INET6 : AF_INET;
  addrinfo* list = nullptr;
  const std::string port = std::to_string(fleet.endpoint.port);
  const TimePoint begin = Clock::now();
  const int status = getaddrinfo(fleet.endpoint.host.c_str(), port.c_str(), &wanted, &list);
  const Nanos time = Clock::now() - begin;
  if (status != 0) {
    return environment_problem(
        fmt::format("fleet \"{}\": host name \"{}\" does not resolve: {}", fleet.name,
                    fleet.endpoint.host, gai_strerror(status)),
        {}, fleet.sources.empty() ? "" : "its source addresses want an address of their family");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(list, freeaddrinfo);
  Resolved resolved;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    Address address;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    resolved.addresses.push_back(address);
  }
  if (!is_literal(fleet.endpoint.host)) resolved.time = time;
  return resolved;
}

Schedule schedule_of(const FleetSpec& fleet) {
  if (fleet.periodic) return {*fleet.periodic, fleet.clients};
  return fleet.poisson ? Schedule(fleet.stages, *fleet.poisson) : Schedule(fleet.stages);
}

Protocol protocol_of(const FleetSpec& fleet) {
  const bool silent = fleet.datagrams.application == Application::none;
  return {
      .tls = uses_tls(fleet.endpoint.transport),
      .datagrams = fleet.endpoint.transport == Transport::dtls,
      .websocket = uses_websocket(fleet.endpoint.transport),
      .version = fleet.mqtt_level == 4 ? mqtt::Version::v3_1_1 : mqtt::Version::v5_0,
      .keep_alive_s = static_cast<std::uint16_t>(silent ? 0 : fleet.keep_alive.count()),
      .authority = fleet.endpoint.authority(),
      .path = fleet.endpoint.path,
      .origin = fleet.origin,
      .close = fleet.close,
      .mqtt = fleet.behaviour != Behaviour::handshake && !silent,
      .resumes = fleet.resumption.on(),
      .dialogues = dialogues_of(fleet.datagrams),
  };
}

}  // namespace

std::uint64_t own_starts(const FleetPlan& fleet) {
  return shard_part(fleet.schedule.total(), fleet.spec.clients, fleet.shard);
}

std::string expand_client_id(const std::string& pattern, const std::string& fleet,
                             std::uint64_t client, std::uint64_t number) {
  std::string text;
  std::string_view rest = pattern;
  while (!rest.empty()) {
    if (rest.starts_with("{fleet}")) {
      text += fleet;
      rest.remove_prefix(7);
    } else if (rest.starts_with("{i}")) {
      text += std::to_string(client);
      rest.remove_prefix(3);
    } else if (rest.starts_with("{n}")) {
      text += std::to_string(number);
      rest.remove_prefix(3);
    } else {
      text += rest.front();
      rest.remove_prefix(1);
    }
  }
  return text;
}

Result<Plan> make_plan(const std::vector<FleetSpec>& fleets, const RunOptions& options) {
  if (fleets.empty()) return usage_problem("a load needs at least one fleet");
  if (options.workers == 0) return usage_problem("a load needs at least one worker");
  Plan plan;
  plan.workers = options.workers;
  plan.drain = std::max(options.drain, Nanos(0));
  std::set<std::string> names;
  for (const FleetSpec& fleet : fleets) {
    if (!names.insert(fleet.name).second) {
      return usage_problem(fmt::format("two fleets are called \"{}\"", fleet.name));
    }
    if (auto checked = check_fleet(fleet); !checked) return checked.error();
    if (auto sources = check_sources(fleet.sources); !sources) {
      return with_context(sources.error(), fmt::format("fleet \"{}\"", fleet.name));
    }
    auto resolved = resolve(fleet);
    if (!resolved) return resolved.error();
    const std::string& name = fleet.server_name.empty() ? fleet.endpoint.host : fleet.server_name;
    plan.fleets.push_back({.spec = fleet,
                           .schedule = schedule_of(fleet),
                           .protocol = protocol_of(fleet),
                           .server_name = name,
                           .addresses = std::move(resolved->addresses),
                           .resolve_time = resolved->time,
                           .shard = options.shard});
    plan.duration = std::max(plan.duration, plan.fleets.back().duration());
    tls::ClientSettings& settings = plan.fleets.back().spec.tls;
    settings.keep_sessions = fleet.resumption.on();
    if (fleet.endpoint.transport == Transport::dtls) {
      settings.min_version = settings.max_version = tls::Version::dtls1_2;
      // One request at a time (MQTT-SN 1.2 section 6.9, NSTART of RFC 7252 section 4.7).
      if (auto& messages = plan.fleets.back().spec.messages) messages->pace.window = 1;
    }
    for (const IpAddress& source : fleet.sources) {
      plan.fleets.back().sources.push_back(socket_address(source));
    }
    settings.session_tickets = fleet.resumption.kind != ResumptionKind::session_ids;
  }
  if (auto shard = check_shard(fleets, options.shard); !shard) return shard.error();
  if (auto messages = plan_messages(plan); !messages) return messages.error();
  return plan;
}

}  // namespace handfast::loadgen
