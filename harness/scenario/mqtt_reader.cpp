// The "mqtt" section of a fleet.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using namespace std::chrono_literals;

Result<void> read_keep_alive(const Node& node, MqttOptions& mqtt) {
  auto value = node.duration();
  if (!value) return value.error();
  // MQTT 5.0 section 3.1.2.10: a two byte integer of seconds.
  if (*value > 65535s || *value % 1s != 0s) {
    return node.problem(fmt::format("\"keep_alive\" must be whole seconds up to 65535s, not {}",
                                    exact_duration(*value)));
  }
  mqtt.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(*value);
  return {};
}

Result<void> read_client_id(const Node& node, MqttOptions& mqtt) {
  auto text = node.text();
  if (!text) return text.error();
  if (text->empty() || text->size() > 128)
    return node.problem("\"client_id\" must have 1 to 128 bytes");
  for (auto at = text->find('{'); at != std::string::npos; at = text->find('{', at + 1)) {
    const auto rest = std::string_view(*text).substr(at);
    if (rest.starts_with("{i}") || rest.starts_with("{n}") || rest.starts_with("{fleet}")) continue;
    return node.problem(fmt::format("\"client_id\" has the unknown placeholder \"{}\"",
                                    printable(rest.substr(0, rest.find('}') + 1), 40)),
                        "one of: {fleet}, {i}, {n}");
  }
  mqtt.client_id = std::move(*text);
  return {};
}

}  // namespace

Result<void> read_mqtt(const Node& node, const Scenario& scenario, MqttOptions& mqtt) {
  const auto read_version = [&](const Node& n) -> Result<void> {
    auto version = word(n, "MQTT version", {"3.1.1", "4", "5"});
    if (!version) return version.error();
    mqtt.level = *version == "5" ? 5 : 4;
    return {};
  };
  std::vector<config::Field> fields{
      {"version", Presence::optional, read_version},
      {"keep_alive", Presence::optional, [&](const Node& n) { return read_keep_alive(n, mqtt); }},
      {"client_id", Presence::optional, [&](const Node& n) { return read_client_id(n, mqtt); }}};
  for (auto& field : connect_fields(scenario, mqtt)) fields.push_back(std::move(field));
  if (auto read = config::read_fields(node, fields); !read) return read;
  return check_connect(node, mqtt);
}

}  // namespace handfast::scenario::detail
