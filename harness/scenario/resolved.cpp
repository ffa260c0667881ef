#include "harness/scenario/resolved.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::scenario {

namespace {

/// Text as a YAML scalar: plain where nothing in it means something to YAML, else in double quotes.
std::string scalar(std::string_view text) {
  const auto harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  };
  const bool letter_first =
      !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  // "null" and "true" are words that a reader could take for something else.
  const bool reserved =
      text == "null" || text == "Null" || text == "NULL" || text == "true" || text == "false";
  if (letter_first && !reserved && std::all_of(text.begin(), text.end(), harmless))
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string list(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const auto& text : texts) parts.push_back(scalar(text));
  return "[" + join(parts, ", ") + "]";
}

std::string flow(const std::vector<std::string>& parts) { return "{" + join(parts, ", ") + "}"; }

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
  return fmt::format("broker: {{driver: {}, listeners: {}}}\n", scalar(broker.driver), list(names));
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

std::string tls_section(const TlsOptions& tls) {
  std::vector<std::string> versions;
  if (tls.min_version == tls::Version::tls1_2) versions.emplace_back("1.2");
  if (tls.max_version == tls::Version::tls1_3) versions.emplace_back("1.3");
  std::vector<std::string> parts{"versions: [" + join(versions, ", ") + "]"};
  const auto add = [&](std::string_view key, const std::vector<std::string>& names) {
    if (!names.empty()) parts.push_back(fmt::format("{}: {}", key, list(names)));
  };
  add("groups", tls.groups);
  add("cipher_suites", tls.cipher_suites);
  add("ciphers", tls.ciphers);
  add("signature_algorithms", tls.signature_algorithms);
  parts.emplace_back("resumption: none");
  if (!tls.trust.empty()) parts.push_back("trust: " + scalar(tls.trust));
  if (!tls.server_name.empty()) parts.push_back("server_name: " + scalar(tls.server_name));
  parts.push_back(fmt::format("verify: {}", tls.verify));
  if (tls.strict) parts.emplace_back("strict: true");
  return "    tls: " + flow(parts) + "\n";
}

std::string fleet_section(const Fleet& fleet) {
  std::string out = fmt::format("  {}:\n    listener: {}\n    clients: {}\n", scalar(fleet.name),
                                to_string(fleet.listener), fleet.clients);
  if (!fleet.role.empty()) out += fmt::format("    role: {}\n", scalar(fleet.role));
  if (fleet.proxy_protocol)
    out += fmt::format("    proxy_protocol: {}\n", proxy::to_string(*fleet.proxy_protocol));
  if (!fleet.origin.empty()) out += fmt::format("    origin: {}\n", scalar(fleet.origin));
  if (!fleet.identity.empty()) out += fmt::format("    identity: {}\n", scalar(fleet.identity));
  if (fleet.tls) out += tls_section(*fleet.tls);
  out += fmt::format("    mqtt: {{version: {}, keep_alive: {}s, client_id: {}}}\n",
                     fleet.mqtt.level == 5 ? "5" : "3.1.1", fleet.mqtt.keep_alive.count(),
                     scalar(fleet.mqtt.client_id));
  out += fmt::format("    behaviour: {}\n    load:\n      model: open\n      stages:\n",
                     to_string(fleet.behaviour));
  for (const auto& stage : fleet.stages) {
    out += fmt::format("        - {{rate: {}, for: {}}}\n", describe_rate(stage),
                       exact_duration(stage.duration));
  }
  return out + fmt::format("      max_in_flight: {}\n      deadline: {}\n", fleet.max_in_flight,
                           exact_duration(fleet.deadline));
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
  for (const auto& fleet : scenario.fleets) out += fleet_section(fleet);
  if (!scenario.thresholds.empty()) out += "thresholds:\n";
  for (const auto& threshold : scenario.thresholds)
    out += fmt::format("  - {}\n", scalar(threshold.expression));
  std::vector<std::string> reports;
  for (auto report : scenario.reports) reports.emplace_back(to_string(report));
  return out + fmt::format("reports: {}\n", list(reports));
}

}  // namespace handfast::scenario
