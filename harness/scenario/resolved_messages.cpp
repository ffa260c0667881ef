// How a fleet's messages and CONNECT options are written out again, with every default.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario::detail {

namespace {

using Parts = std::vector<std::string>;
using loadgen::Behaviour;

void add(Parts& parts, std::string_view key, std::string_view value) {
  parts.push_back(fmt::format("{}: {}", key, value));
}

void add_seconds(Parts& parts, std::string_view key,
                 const std::optional<std::chrono::seconds>& value) {
  if (value) parts.push_back(fmt::format("{}: {}s", key, value->count()));
}

std::string pairs(const std::vector<std::pair<std::string, std::string>>& values) {
  Parts parts;
  for (const auto& [key, value] : values) parts.push_back(scalar(key) + ": " + scalar(value));
  return flow(parts);
}

std::string payload(const Fleet& fleet) {
  const loadgen::Payload& content = fleet.messages->payload;
  Parts parts;
  switch (content.kind) {
    case loadgen::Payload::Kind::size:
      parts.push_back(fmt::format("size: {}B", content.bytes));
      break;
    case loadgen::Payload::Kind::text:
      add(parts, "template", scalar(content.text));
      break;
    case loadgen::Payload::Kind::file:
      add(parts, "file", scalar(fleet.payload_file.string()));
      break;
  }
  parts.push_back(fmt::format("tracked: {}", content.tracked));
  return flow(parts);
}

std::string properties(const loadgen::PublishProperties& values) {
  Parts parts;
  if (!values.user.empty()) add(parts, "user", pairs(values.user));
  add_seconds(parts, "expiry", values.expiry);
  if (!values.content_type.empty()) add(parts, "content_type", scalar(values.content_type));
  return flow(parts);
}

std::string subscriptions(const std::vector<loadgen::TopicFilter>& filters) {
  Parts parts;
  for (const auto& filter : filters) {
    parts.push_back(fmt::format("{{filter: {}, qos: {}}}", scalar(filter.filter), filter.qos));
  }
  return "[" + join(parts, ", ") + "]";
}

void add_publishing(const Fleet& fleet, Parts& parts) {
  const loadgen::MessageSpec& messages = *fleet.messages;
  add(parts, "topic", scalar(messages.topic));
  if (fleet.behaviour == Behaviour::publish) {
    parts.push_back(fmt::format("retain: {}", messages.retain));
  }
  add(parts, "payload", payload(fleet));
  if (messages.pace.rate > 0) {
    add(parts, "rate", describe_rate({messages.pace.rate, messages.pace.rate}));
  }
  if (messages.pace.count > 0) parts.push_back(fmt::format("count: {}", messages.pace.count));
  add(parts, "for", exact_duration(messages.pace.duration));
  if (!messages.properties.empty()) add(parts, "properties", properties(messages.properties));
  if (fleet.behaviour == Behaviour::request) {
    add(parts, "response_topic", scalar(messages.response_topic));
  }
}

std::string will(const loadgen::WillSpec& will) {
  Parts parts;
  add(parts, "topic", scalar(will.topic));
  if (!will.payload.empty()) add(parts, "payload", scalar(will.payload));
  parts.push_back(fmt::format("qos: {}, retain: {}", will.qos, will.retain));
  add_seconds(parts, "delay", will.delay);
  return flow(parts);
}

}  // namespace

std::string messages_section(const Fleet& fleet) {
  if (!fleet.messages) return {};
  const loadgen::MessageSpec& messages = *fleet.messages;
  Parts parts;
  if (publishes(fleet.behaviour)) add_publishing(fleet, parts);
  if (fleet.behaviour != Behaviour::subscribe) {
    parts.push_back(fmt::format("qos: {}", messages.qos));
    parts.push_back(fmt::format("window: {}", messages.pace.window));
  }
  if (hears_others(fleet.behaviour)) {
    add(parts, "subscribe", subscriptions(messages.subscriptions));
  }
  add(parts, "settle", exact_duration(messages.settle));
  std::string out = "    messages:\n";
  for (const auto& part : parts) out += "      " + part + "\n";
  return out;
}

std::vector<std::string> connect_parts(const MqttOptions& mqtt) {
  const loadgen::ConnectSpec& connect = mqtt.connect;
  Parts parts;
  if (connect.user) add(parts, "user", scalar(*connect.user));
  if (connect.password) add(parts, "password", scalar(hidden));
  if (!mqtt.logins_file.empty()) add(parts, "logins", scalar(mqtt.logins_file.string()));
  if (connect.will) add(parts, "will", will(*connect.will));
  if (!connect.clean_start) parts.emplace_back("clean_start: false");
  add_seconds(parts, "session_expiry", connect.session_expiry);
  if (connect.receive_maximum) {
    parts.push_back(fmt::format("receive_maximum: {}", *connect.receive_maximum));
  }
  if (!connect.user_properties.empty()) add(parts, "properties", pairs(connect.user_properties));
  return parts;
}

}  // namespace handfast::scenario::detail
