// How a fleet is written out again, with every default.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/scenario/detail/yaml_text.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario::detail {

namespace {

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

}  // namespace

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
  out += fmt::format("    behaviour: {}\n", to_string(fleet.behaviour));
  out += lifecycle_sections(fleet);
  return out + load_section(fleet);
}

}  // namespace handfast::scenario::detail
