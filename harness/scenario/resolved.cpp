#include "harness/scenario/resolved.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario {

namespace {

using detail::flow;
using detail::list;
using detail::scalar;

std::string pki_section(const PkiSource& pki) {
  std::vector<std::string> parts;
  if (!pki.preset.empty()) parts.push_back("preset: " + scalar(pki.preset));
  if (!pki.manifest.empty()) parts.push_back("manifest: " + scalar(pki.manifest.string()));
  if (!pki.home.empty()) parts.push_back("home: " + scalar(pki.home.string()));
  return "pki: " + flow(parts) + "\n";
}

std::string broker_section(const BrokerSection& broker) {
  std::vector<std::string> names;
  for (auto kind : broker.listeners) names.push_back(to_string(kind));
  std::vector<std::string> parts{"driver: " + scalar(broker.driver), "listeners: " + list(names)};
  if (broker.certificate != BrokerSection{}.certificate)
    parts.push_back("certificate: " + scalar(broker.certificate));
  return "broker: " + flow(parts) + "\n";
}

std::string target_section(const TargetSection& target) {
  std::vector<std::string> parts{"url: " + scalar(target.endpoint.url())};
  if (!target.trust.empty()) parts.push_back("trust: " + scalar(target.trust.string()));
  if (!target.certificate.empty()) {
    parts.push_back(fmt::format("client: {{certificate: {}, key: {}}}",
                                scalar(target.certificate.string()), scalar(target.key.string())));
  }
  return "target: " + flow(parts) + "\n";
}

}  // namespace

std::string resolved(const Scenario& scenario) {
  std::string out = fmt::format("handfast: 1\nname: {}\n", scalar(scenario.name));
  if (!scenario.summary.empty()) out += fmt::format("summary: {}\n", scalar(scenario.summary));
  out += fmt::format("seed: {}\n", scenario.seed);
  if (scenario.pki) out += pki_section(*scenario.pki);
  if (scenario.broker) out += broker_section(*scenario.broker);
  if (scenario.target) out += target_section(*scenario.target);
  if (scenario.checks)
    out += fmt::format("checks: {{groups: {}, core: {}}}\n", list(scenario.checks->groups),
                       scenario.checks->core);
  if (!scenario.fleets.empty()) out += "fleets:\n";
  for (const auto& fleet : scenario.fleets) out += detail::fleet_section(fleet);
  out += timeline_section(scenario.timeline);
  if (!scenario.thresholds.empty()) out += "thresholds:\n";
  for (const auto& threshold : scenario.thresholds)
    out += fmt::format("  - {}\n", scalar(threshold.expression));
  std::vector<std::string> reports;
  for (auto report : scenario.reports) reports.emplace_back(to_string(report));
  return out + fmt::format("reports: {}\n", list(reports));
}

}  // namespace handfast::scenario
