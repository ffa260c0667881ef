#include "harness/scenario/plan.hpp"

#include <fmt/format.h>

#include <set>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario {

namespace {

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

/// Source addresses, ports, descriptors, memory.
std::string machine_lines(const Scenario& scenario, const Limits& limits, const Plan& plan) {
  std::set<std::string> sources;
  for (const auto& [where, ports] : plan.needs.ports) sources.insert(where.second);
  auto out = fmt::format(
      "addresses    {} source address{}, local ports {}-{} ({}), a closed one rests {}\n",
      sources.size(), sources.size() == 1 ? "" : "es", limits.port_first, limits.port_last,
      limits.ports(), exact_duration(port_rest(scenario, limits)));
  out += fmt::format("descriptors  {} at once, limit {} (hard {})\n", plan.needs.descriptors,
                     limits.descriptors_soft, limits.descriptors_hard);
  out += fmt::format("memory       about {}", format_size(plan.needs.memory_bytes));
  if (limits.memory_available == 0) return out + "\n";
  return out + fmt::format(", {} available\n", format_size(limits.memory_available));
}

std::string render(const Scenario& scenario, const Limits& limits, const loadgen::Shard& shard,
                   const Plan& plan) {
  auto out = fmt::format("scenario     {}\n", scenario.name);
  if (!scenario.summary.empty())
    out += fmt::format("             {}\n", printable(scenario.summary, 1000));
  if (shard.count > 1)
    out += fmt::format("shard        {} of {} (from 0): its part of the load follows\n",
                       shard.index, shard.count);
  out += pki_lines(scenario) + broker_lines(scenario);
  if (scenario.checks) {
    out += fmt::format("checks       {}{}\n", join(scenario.checks->groups, ", "),
                       scenario.checks->core ? " (core only)" : "");
  }
  for (std::size_t i = 0; i < scenario.fleets.size(); ++i)
    out += fleet_lines(scenario.fleets[i], plan.needs.fleets[i]);
  if (!scenario.fleets.empty()) out += machine_lines(scenario, limits, plan);
  for (const auto& event : scenario.timeline)
    out += fmt::format("timeline     at {}: {}\n", exact_duration(event.at), describe(event));
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

Plan plan(const Scenario& scenario, const Limits& limits, const loadgen::Shard& shard) {
  Plan plan;
  plan.needs = needs_of(scenario, limits, shard);
  plan.findings = misfits(plan.needs, limits, shard);
  plan.text = render(scenario, limits, shard, plan);
  return plan;
}

}  // namespace handfast::scenario
