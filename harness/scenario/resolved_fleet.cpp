// How a fleet is written out again, with every default.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/scenario/detail/yaml_text.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario::detail {

namespace {

std::string mqtt_section(const MqttOptions& mqtt) {
  std::vector<std::string> parts{
      fmt::format("version: {}", mqtt.level == 5 ? "5" : "3.1.1"),
      fmt::format("keep_alive: {}s", mqtt.keep_alive.count()),
      fmt::format("client_id: {}", scalar(mqtt.client_id)),
  };
  for (auto& part : connect_parts(mqtt)) parts.push_back(std::move(part));
  return "    mqtt: " + flow(parts) + "\n";
}

}  // namespace

std::string fleet_section(const Fleet& fleet) {
  std::string out = fmt::format("  {}:\n    listener: {}\n    clients: {}\n", scalar(fleet.name),
                                to_string(fleet.listener), fleet.clients);
  if (!fleet.role.empty()) out += fmt::format("    role: {}\n", scalar(fleet.role));
  if (fleet.proxy_protocol)
    out += fmt::format("    proxy_protocol: {}\n", proxy::to_string(*fleet.proxy_protocol));
  if (!fleet.source.written.empty())
    out += fmt::format("    source: {}\n", list(fleet.source.written));
  if (!fleet.origin.empty()) out += fmt::format("    origin: {}\n", scalar(fleet.origin));
  if (!fleet.identity.empty()) out += fmt::format("    identity: {}\n", scalar(fleet.identity));
  if (fleet.tls) out += tls_section(*fleet.tls);
  if (fleet.dtls) out += dtls_section(*fleet.dtls);
  const bool speaks = !fleet.dtls || fleet.dtls->spec.application != loadgen::Application::none;
  if (speaks && fleet.behaviour != loadgen::Behaviour::handshake) out += mqtt_section(fleet.mqtt);
  out += fmt::format("    behaviour: {}\n", to_string(fleet.behaviour));
  out += lifecycle_sections(fleet);
  out += messages_section(fleet);
  return out + load_section(fleet);
}

}  // namespace handfast::scenario::detail
