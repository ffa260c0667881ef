// The "messages" section of a fleet: what its connections publish and subscribe to.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"
#include "loadgen/message_plan.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using loadgen::Behaviour;
using loadgen::MessageSpec;
using namespace std::chrono_literals;

/// The keys of the section and whom they apply to; "settle" applies to all.
struct Applies {
  std::string_view key;
  std::vector<Behaviour> behaviours;
};

const std::vector<Applies>& applicability() {
  using enum Behaviour;
  static const std::vector<Applies> table{
      {"topic", {publish, echo, request}},
      {"qos", {publish, echo, request, respond}},
      {"retain", {publish}},
      {"payload", {publish, echo, request}},
      {"rate", {publish, echo, request}},
      {"count", {publish, echo, request}},
      {"for", {publish, echo, request}},
      {"window", {publish, echo, request, respond}},
      {"properties", {publish, echo, request}},
      {"response_topic", {request}},
      {"subscribe", {subscribe, respond}},
  };
  return table;
}

Result<void> check_keys(const Node& node, Behaviour behaviour) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  for (const auto& [key, value] : map->entries()) {
    const auto row = std::ranges::find(applicability(), key, &Applies::key);
    if (row == applicability().end() || std::ranges::count(row->behaviours, behaviour) > 0)
      continue;
    std::vector<std::string> names;
    for (const auto fit : row->behaviours) names.emplace_back(to_string(fit));
    return usage_problem(
        fmt::format("\"{}\" does not apply to behaviour {}", key, to_string(behaviour)),
        value.key_where(), "it is for " + join(names, ", "));
  }
  return {};
}

Result<void> read_payload(const Node& node, const Scenario& scenario, Fleet& fleet) {
  loadgen::Payload& payload = fleet.messages->payload;
  int contents = 0;
  const auto content = [&](loadgen::Payload::Kind kind) {
    payload.kind = kind;
    ++contents;
  };
  auto read = config::read_fields(node, {{"size", Presence::optional,
                                          [&](const Node& n) {
                                            content(loadgen::Payload::Kind::size);
                                            return store(payload.bytes, n.size());
                                          }},
                                         {"template", Presence::optional,
                                          [&](const Node& n) {
                                            content(loadgen::Payload::Kind::text);
                                            return store(payload.text, n.text());
                                          }},
                                         {"file", Presence::optional,
                                          [&](const Node& n) -> Result<void> {
                                            content(loadgen::Payload::Kind::file);
                                            auto path = read_path(n, scenario);
                                            if (!path) return path.error();
                                            fleet.payload_file = std::move(*path);
                                            auto bytes = read_file(fleet.payload_file);
                                            if (!bytes) return n.problem(bytes.error().message);
                                            payload.file.assign(bytes->begin(), bytes->end());
                                            return {};
                                          }},
                                         {"tracked", Presence::optional, [&](const Node& n) {
                                            return store(payload.tracked, n.boolean());
                                          }}});
  if (!read || contents == 1) return read;
  return node.problem("a payload has one content", "one of: size, template, file");
}

Result<void> read_qos(const Node& node, std::uint8_t& out) {
  return store(out, node.integer(0, 2));
}

Result<void> read_subscriptions(const Node& node, MessageSpec& messages) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    loadgen::TopicFilter filter;
    auto read = config::read_fields(
        item,
        {{"filter", Presence::required,
          [&](const Node& n) { return store(filter.filter, n.text()); }},
         {"qos", Presence::optional, [&](const Node& n) { return read_qos(n, filter.qos); }}});
    if (!read) return read;
    messages.subscriptions.push_back(std::move(filter));
  }
  return {};
}

Result<void> read_properties(const Node& node, loadgen::PublishProperties& properties) {
  return config::read_fields(
      node, {{"user", Presence::optional,
              [&](const Node& n) { return read_text_pairs(n, properties.user); }},
             {"expiry", Presence::optional,
              [&](const Node& n) { return read_whole_seconds(n, properties.expiry.emplace()); }},
             {"content_type", Presence::optional,
              [&](const Node& n) { return store(properties.content_type, n.text()); }}});
}

/// A number of messages at a rate takes a known time; everything else must say for how long.
Result<void> complete_pace(const Node& node, bool has_duration, loadgen::PublishPace& pace) {
  if (has_duration) return {};
  if (pace.rate > 0 && pace.count > 0) {
    const double needed_s = (static_cast<double>(pace.count) + 1) / pace.rate;
    pace.duration = Nanos(std::llround(std::ceil(needed_s * 1e3) * 1e6));
    return {};
  }
  return usage_problem(fmt::format("\"for\" is missing in \"{}\"", node.name()), node.key_where(),
                       "for how long each client publishes; a rate with a count needs none");
}

}  // namespace

Result<void> read_messages(const Node& node, const Scenario& scenario, Fleet& fleet) {
  if (!exchanges_messages(fleet.behaviour)) {
    return usage_problem(
        fmt::format("\"messages\" does not apply to behaviour {}", to_string(fleet.behaviour)),
        node.key_where(), "it is for publish, subscribe, echo, request and respond");
  }
  if (auto fits = check_keys(node, fleet.behaviour); !fits) return fits;
  MessageSpec& messages = fleet.messages.emplace();
  bool has_duration = false;
  auto read = config::read_fields(
      node,
      {{"topic", Presence::optional,
        [&](const Node& n) { return store(messages.topic, n.text()); }},
       {"qos", Presence::optional, [&](const Node& n) { return read_qos(n, messages.qos); }},
       {"retain", Presence::optional,
        [&](const Node& n) { return store(messages.retain, n.boolean()); }},
       {"payload", Presence::optional,
        [&](const Node& n) { return read_payload(n, scenario, fleet); }},
       {"rate", Presence::optional,
        [&](const Node& n) { return store(messages.pace.rate, n.rate()); }},
       {"count", Presence::optional,
        [&](const Node& n) { return store(messages.pace.count, n.integer(1, 1'000'000'000'000)); }},
       {"for", Presence::optional,
        [&](const Node& n) {
          has_duration = true;
          return read_span(n, messages.pace.duration, 1ms, 24h);
        }},
       {"window", Presence::optional,
        [&](const Node& n) { return store(messages.pace.window, n.integer(1, 65534)); }},
       {"properties", Presence::optional,
        [&](const Node& n) { return read_properties(n, messages.properties); }},
       {"response_topic", Presence::optional,
        [&](const Node& n) { return store(messages.response_topic, n.text()); }},
       {"subscribe", Presence::optional,
        [&](const Node& n) { return read_subscriptions(n, messages); }},
       {"settle", Presence::optional,
        [&](const Node& n) { return read_span(n, messages.settle, 10ms, 10min); }}});
  if (!read || !publishes(fleet.behaviour)) return read;
  return complete_pace(node, has_duration, messages.pace);
}

Result<void> check_messages(const Node& node, const Fleet& fleet) {
  if (!fleet.messages) {
    if (!exchanges_messages(fleet.behaviour)) return {};
    return node.problem(
        fmt::format("behaviour {} needs \"messages\"", to_string(fleet.behaviour)),
        fmt::format("write for example {}", hears_others(fleet.behaviour)
                                                ? "messages: {subscribe: [{filter: 'handfast/#'}]}"
                                                : "messages: {rate: 10/s, for: 10s}"));
  }
  loadgen::FleetSpec spec;
  spec.name = fleet.name;
  spec.clients = fleet.clients;
  spec.mqtt_level = fleet.mqtt.level;
  spec.behaviour = fleet.behaviour;
  spec.messages = fleet.messages;
  auto plan = loadgen::make_message_plan(spec, 0);
  if (!plan) return node.problem(plan.error().message, plan.error().hint);
  return {};
}

}  // namespace handfast::scenario::detail
