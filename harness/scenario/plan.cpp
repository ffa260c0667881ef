#include "harness/scenario/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario {

namespace {

/// Descriptors that a process needs besides its connections: event loops, log, results, libraries.
constexpr std::uint64_t own_descriptors = 64;

std::uint64_t rounded(double starts) { return static_cast<std::uint64_t>(std::llround(starts)); }

/// How long the port of a closed connection stays taken. We close first, so TIME_WAIT is on our
/// side (RFC 9293 section 3.6.1).
Nanos port_rest(const Scenario& scenario, const Limits& limits) {
  const bool loopback = !scenario.target || scenario.target->endpoint.host == "localhost" ||
                        scenario.target->endpoint.host.starts_with("127.") ||
                        scenario.target->endpoint.host == "::1";
  const bool reuse = limits.time_wait_reuse == 1 || (limits.time_wait_reuse == 2 && loopback);
  return reuse ? Nanos(std::chrono::seconds(1)) : limits.time_wait;
}

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

FleetNeeds needs_of(const Fleet& fleet, Nanos rest) {
  FleetNeeds needs{.fleet = fleet.name};
  if (fleet.closed) {
    // How many connections follow each other, and how many ports rest, is the broker's speed.
    needs.sockets = needs.ports = fleet.closed->in_flight;
    return needs;
  }
  needs.connections = rounded(*planned_starts(fleet));
  const bool holds =
      fleet.behaviour == loadgen::Behaviour::hold || exchanges_messages(fleet.behaviour);
  needs.sockets = holds ? needs.connections : std::min(fleet.max_in_flight, needs.connections);
  needs.ports =
      holds ? needs.connections
            : std::min(needs.connections, most_starts_within(fleet.stages, rest) + needs.sockets);
  return needs;
}

/// Local ports by where the connections go: a port can serve two destinations at once.
std::map<std::string, std::uint64_t> ports_by_listener(const Scenario& scenario, const Plan& plan) {
  std::map<std::string, std::uint64_t> ports;
  for (std::size_t i = 0; i < scenario.fleets.size(); ++i) {
    ports[scenario.target ? scenario.target->endpoint.url()
                          : to_string(scenario.fleets[i].listener)] += plan.fleets[i].ports;
  }
  return ports;
}

void find_misfits(const Scenario& scenario, const Limits& limits, Plan& plan) {
  for (const auto& [listener, ports] : ports_by_listener(scenario, plan)) {
    if (ports <= limits.ports()) continue;
    plan.findings.push_back(
        {fmt::format("{} needs {} local ports at once, {}-{} gives {}", listener, ports,
                     limits.port_first, limits.port_last, limits.ports()),
         ports <= 64512
             ? "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\", or a lower rate"
             : "a lower rate or fewer clients: one source address has 64512 ports at most"});
  }
  if (plan.descriptors > limits.descriptors_hard) {
    plan.findings.push_back({fmt::format("{} open files needed, the hard limit is {}",
                                         plan.descriptors, limits.descriptors_hard),
                             "raise the hard limit (limits.conf, LimitNOFILE or docker --ulimit "
                             "nofile), or lower max_in_flight"});
  } else if (plan.descriptors > limits.descriptors_soft) {
    plan.findings.push_back({fmt::format("{} open files needed, the limit is {}", plan.descriptors,
                                         limits.descriptors_soft),
                             fmt::format("ulimit -n {}", plan.descriptors)});
  }
}

std::string pki_lines(const Scenario& scenario) {
  if (!scenario.pki) return {};
  const auto& pki = *scenario.pki;
  auto out = fmt::format("pki          {}\n",
                         pki.preset.empty() ? pki.manifest.string() : "preset " + pki.preset);
  if (!scenario.pki_contents) return out;
  const auto& contents = *scenario.pki_contents;
  out += fmt::format("             {} authorities, {} identities\n", contents.authorities.size(),
                     contents.identities.size());
  for (const auto& fleet : contents.fleets) {
    out += fmt::format("             fleet {}: {} certificates, {}\n", fleet.name, fleet.count,
                       fleet.key);
  }
  return out;
}

std::string broker_lines(const Scenario& scenario) {
  if (scenario.target) return fmt::format("target       {}\n", scenario.target->endpoint.url());
  std::vector<std::string> names;
  for (auto kind : scenario.broker->listeners) names.push_back(to_string(kind));
  return fmt::format("broker       {}, started on free loopback ports\nlisteners    {}\n",
                     scenario.broker->driver, join(names, ", "));
}

std::string fleet_lines(const Fleet& fleet, const FleetNeeds& needs) {
  auto out = fmt::format("fleet        {}: {} clients on {}, {}\n", fleet.name, fleet.clients,
                         to_string(fleet.listener), to_string(fleet.behaviour));
  out += fmt::format("             {}\n", fleet.identity.empty()
                                              ? "no certificates of its own"
                                              : "one certificate a client, from " + fleet.identity);
  out += fmt::format("             {}\n", describe_load(fleet));
  if (fleet.closed) {
    return out + fmt::format(
                     "             {} open at once; connections and local ports as many as the "
                     "broker's speed makes\n",
                     needs.sockets);
  }
  return out + fmt::format("             {} connections in {}, {} open at once, {} local ports\n",
                           needs.connections, exact_duration(load_duration(fleet)), needs.sockets,
                           needs.ports);
}

std::string render(const Scenario& scenario, const Limits& limits, const Plan& plan) {
  auto out = fmt::format("scenario     {}\n", scenario.name);
  if (!scenario.summary.empty())
    out += fmt::format("             {}\n", printable(scenario.summary, 1000));
  out += pki_lines(scenario) + broker_lines(scenario);
  if (scenario.checks) {
    out += fmt::format("checks       {}{}\n", join(scenario.checks->groups, ", "),
                       scenario.checks->core ? " (core only)" : "");
  }
  for (std::size_t i = 0; i < scenario.fleets.size(); ++i)
    out += fleet_lines(scenario.fleets[i], plan.fleets[i]);
  if (!scenario.fleets.empty()) {
    out += fmt::format(
        "addresses    1 source address, local ports {}-{} ({}), a closed one rests {}\n",
        limits.port_first, limits.port_last, limits.ports(),
        exact_duration(port_rest(scenario, limits)));
    out += fmt::format("descriptors  {} at once, limit {} (hard {})\n", plan.descriptors,
                       limits.descriptors_soft, limits.descriptors_hard);
  }
  for (const auto& threshold : scenario.thresholds)
    out += fmt::format("threshold    {}\n", threshold.expression);
  std::vector<std::string> reports;
  for (auto report : scenario.reports) reports.emplace_back(to_string(report));
  out += fmt::format("reports      {}\nseed         {}\n", join(reports, ", "), scenario.seed);
  for (const auto& finding : plan.findings) {
    out += fmt::format("does not fit {}\n             fix: {}\n", finding.what, finding.fix);
  }
  if (plan.findings.empty()) out += "everything fits\n";
  return out;
}

}  // namespace

Plan plan(const Scenario& scenario, const Limits& limits) {
  Plan plan;
  plan.descriptors = own_descriptors;
  const auto rest = port_rest(scenario, limits);
  for (const auto& fleet : scenario.fleets) {
    plan.fleets.push_back(needs_of(fleet, rest));
    plan.descriptors += plan.fleets.back().sockets;
  }
  find_misfits(scenario, limits, plan);
  plan.text = render(scenario, limits, plan);
  return plan;
}

}  // namespace handfast::scenario
