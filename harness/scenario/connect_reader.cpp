// What CONNECT carries besides client identifier and keep alive: keys of the "mqtt" section.
#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/detail/yaml_text.hpp"
#include "loadgen/connect_options.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

Result<void> read_will(const Node& node, loadgen::WillSpec& will) {
  return config::read_fields(
      node,
      {{"topic", Presence::required, [&](const Node& n) { return store(will.topic, n.text()); }},
       {"payload", Presence::optional,
        [&](const Node& n) { return store(will.payload, n.text()); }},
       {"qos", Presence::optional, [&](const Node& n) { return store(will.qos, n.integer(0, 2)); }},
       {"retain", Presence::optional,
        [&](const Node& n) { return store(will.retain, n.boolean()); }},
       {"delay", Presence::optional,
        [&](const Node& n) { return read_whole_seconds(n, will.delay.emplace()); }}});
}

/// One "user:password" a line; the password may hold colons.
Result<void> read_logins(const Node& node, const Scenario& scenario, MqttOptions& mqtt) {
  auto path = read_path(node, scenario);
  if (!path) return path.error();
  mqtt.logins_file = std::move(*path);
  auto text = read_file(mqtt.logins_file);
  if (!text) return node.problem(text.error().message);
  std::size_t number = 0;
  for (const auto& line : split(*text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0) {
      return usage_problem(fmt::format("line {} of the logins is not user:password", number),
                           mqtt.logins_file.string());
    }
    mqtt.connect.logins.push_back({line.substr(0, colon), line.substr(colon + 1)});
  }
  if (mqtt.connect.logins.empty()) return node.problem("the file holds no login");
  return {};
}

Result<void> read_password(const Node& node, std::string& password) {
  auto text = node.text();
  if (!text) return text.error();
  if (*text == hidden) {
    return node.problem("\"password\" was hidden when the scenario was written out",
                        "put the password back, or name a file of logins with \"logins\"");
  }
  password = std::move(*text);
  return {};
}

}  // namespace

std::vector<config::Field> connect_fields(const Scenario& scenario, MqttOptions& mqtt) {
  loadgen::ConnectSpec& connect = mqtt.connect;
  return {
      {"user", Presence::optional,
       [&](const Node& n) { return store(connect.user.emplace(), n.text()); }},
      {"password", Presence::optional,
       [&](const Node& n) { return read_password(n, connect.password.emplace()); }},
      {"logins", Presence::optional, [&](const Node& n) { return read_logins(n, scenario, mqtt); }},
      {"will", Presence::optional,
       [&](const Node& n) { return read_will(n, connect.will.emplace()); }},
      {"clean_start", Presence::optional,
       [&](const Node& n) { return store(connect.clean_start, n.boolean()); }},
      {"session_expiry", Presence::optional,
       [&](const Node& n) { return read_whole_seconds(n, connect.session_expiry.emplace()); }},
      {"receive_maximum", Presence::optional,
       [&](const Node& n) {
         return store(connect.receive_maximum.emplace(), n.integer(1, 65535));
       }},
      {"properties", Presence::optional,
       [&](const Node& n) { return read_text_pairs(n, connect.user_properties); }}};
}

Result<void> check_connect(const Node& node, const MqttOptions& mqtt) {
  if (!mqtt.connect.logins.empty() && (mqtt.connect.user || mqtt.connect.password)) {
    return node.problem("\"logins\" brings user and password already", "leave out one of the two");
  }
  const auto version = mqtt.level == 4 ? mqtt::Version::v3_1_1 : mqtt::Version::v5_0;
  auto plan = loadgen::ConnectPlan::make(mqtt.connect, version, "fleet");
  if (!plan) return node.problem(plan.error().message, plan.error().hint);
  return {};
}

Result<void> read_text_pairs(const Node& node,
                             std::vector<std::pair<std::string, std::string>>& out) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  for (const auto& [key, value] : map->entries()) {
    auto text = value.text();
    if (!text) return text.error();
    out.emplace_back(key, std::move(*text));
  }
  return {};
}

Result<void> read_whole_seconds(const Node& node, std::chrono::seconds& out) {
  auto value = node.duration();
  if (!value) return value.error();
  constexpr auto most = std::chrono::seconds(4'294'967'295);  // a four byte integer
  if (*value > most || *value % 1s != 0s) {
    return node.problem(fmt::format("\"{}\" must be whole seconds up to {}s, not {}", node.name(),
                                    most.count(), exact_duration(*value)));
  }
  out = std::chrono::duration_cast<std::chrono::seconds>(*value);
  return {};
}

}  // namespace handfast::scenario::detail
