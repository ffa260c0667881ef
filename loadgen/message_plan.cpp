#include "loadgen/message_plan.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "core/mqtt/publish.hpp"
#include "loadgen/in_flight.hpp"
#include "loadgen/message_header.hpp"
#include "loadgen/topic_filter.hpp"

namespace handfast::loadgen {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t largest_payload_bytes = std::size_t{128} * 1024 * 1024;

/// The longest that any message of the fleet can be.
TemplateValues longest_values(const MessagePlan& plan) {
  return {.fleet = plan.fleet_name, .client = most, .number = most, .sequence = most};
}

Result<void> parse_into(Template& out, std::string_view text, Placeholders allowed,
                        std::string_view what) {
  auto parsed = Template::parse(text, allowed);
  if (!parsed) return with_context(parsed.error(), std::string(what));
  out = std::move(*parsed);
  return {};
}

Result<void> check_pace(const MessageSpec& spec) {
  if (spec.qos > 2) return usage_problem("QoS must be 0 to 2");
  if (!std::isfinite(spec.pace.rate) || spec.pace.rate < 0) {
    return usage_problem("the message rate must be a number of at least 0");
  }
  if (spec.pace.duration <= Nanos(0)) return usage_problem("publishing needs a duration");
  if (spec.pace.window == 0 || spec.pace.window > InFlight::most) {
    return usage_problem(fmt::format("the window must be 1 to {}", InFlight::most));
  }
  if (spec.settle < Nanos(0)) return usage_problem("the settle time must not be negative");
  return {};
}

Result<void> prepare_topic(MessagePlan& plan) {
  auto parsed = parse_into(plan.topic, plan.spec.topic, Placeholders::message, "topic");
  if (!parsed) return parsed;
  const std::string longest = plan.topic.text(longest_values(plan));
  if (const auto defect = topic_defect(longest); !defect.empty()) {
    return usage_problem(fmt::format("topic \"{}\": {}", plan.spec.topic, defect));
  }
  return {};
}

/// Content of a fixed pattern: printable, so that a broker's log can be read.
Bytes pattern(std::size_t bytes) {
  Bytes out(bytes);
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<std::uint8_t>('a' + i % 26);
  return out;
}

Result<void> prepare_payload(MessagePlan& plan) {
  const Payload& payload = plan.spec.payload;
  plan.tracked = payload.tracked;
  switch (payload.kind) {
    case Payload::Kind::size:
      if (payload.bytes > largest_payload_bytes) {
        return usage_problem(fmt::format("a payload has at most {} bytes", largest_payload_bytes));
      }
      if (payload.bytes < MessageHeader::size) plan.tracked = false;
      plan.content = pattern(payload.bytes);
      break;
    case Payload::Kind::file:
      plan.content = payload.file;
      if (plan.tracked) plan.content.insert(plan.content.begin(), MessageHeader::size, 0);
      break;
    case Payload::Kind::text: {
      auto parsed = parse_into(plan.payload, payload.text, Placeholders::message, "payload");
      if (!parsed) return parsed;
      break;
    }
  }
  if (plan.largest_payload() > largest_payload_bytes) {
    return usage_problem(fmt::format("a payload has at most {} bytes", largest_payload_bytes));
  }
  return {};
}

mqtt::Properties model_of(const PublishProperties& properties) {
  mqtt::Properties list;
  if (properties.expiry) {
    list.push_back({mqtt::PropertyId::message_expiry_interval,
                    static_cast<std::uint32_t>(properties.expiry->count())});
  }
  if (!properties.content_type.empty()) {
    list.push_back({mqtt::PropertyId::content_type, properties.content_type});
  }
  for (const auto& pair : properties.user) list.push_back({mqtt::PropertyId::user_property, pair});
  return list;
}

/// Encodes the properties as a PUBLISH carries them, and cuts them out of it.
Result<void> prepare_properties(MessagePlan& plan) {
  const PublishProperties& properties = plan.spec.properties;
  if (properties.empty()) return {};
  if (plan.version != mqtt::Version::v5_0) {
    return usage_problem("MQTT 3.1.1 has no properties", {}, "use MQTT version 5");
  }
  if (properties.expiry &&
      (properties.expiry->count() < 0 ||
       properties.expiry->count() > std::numeric_limits<std::uint32_t>::max())) {
    return usage_problem("message expiry must be 0 to 4294967295 seconds");
  }
  Bytes packet;
  auto encoded = mqtt::encode_publish(packet, plan.version,
                                      {.topic = "t", .properties = model_of(properties)});
  if (!encoded) return encoded.error();
  const auto frame = mqtt::scan_packet(packet);
  const auto view = mqtt::view_publish(*frame, plan.version);
  plan.properties.assign(view->properties.begin(), view->properties.end());
  return {};
}

Result<void> prepare_filters(MessagePlan& plan) {
  std::set<std::string> seen;
  for (const TopicFilter& wanted : plan.spec.subscriptions) {
    Template filter;
    auto parsed = parse_into(filter, wanted.filter, Placeholders::client, "topic filter");
    if (!parsed) return parsed;
    if (const auto defect = filter_defect(filter.text(longest_values(plan))); !defect.empty()) {
      return usage_problem(fmt::format("topic filter \"{}\": {}", wanted.filter, defect));
    }
    if (wanted.qos > 2) return usage_problem("QoS must be 0 to 2");
    if (!seen.insert(wanted.filter).second) {
      return usage_problem(fmt::format("topic filter \"{}\" stands there twice", wanted.filter));
    }
    if (is_shared(wanted.filter) && plan.spec.subscriptions.size() > 1) {
      return usage_problem("a shared subscription must be the only one of its fleet", {},
                           "what each member owes could not be told apart");
    }
    plan.filters.push_back(std::move(filter));
  }
  return {};
}

/// What the behaviour needs and the specification must bring.
Result<void> prepare_behaviour(MessagePlan& plan) {
  MessageSpec& spec = plan.spec;
  const bool needs_filters =
      plan.behaviour == Behaviour::subscribe || plan.behaviour == Behaviour::respond;
  if (needs_filters && spec.subscriptions.empty()) {
    return usage_problem("it subscribes, but has no topic filter");
  }
  const bool both = plan.behaviour == Behaviour::request || plan.behaviour == Behaviour::respond;
  if (both && plan.version != mqtt::Version::v5_0) {
    return usage_problem("request and response need MQTT 5.0 (response topic, 5.0 4.10)", {},
                         "use MQTT version 5");
  }
  if (plan.behaviour == Behaviour::echo) {
    if (plan.topic.varies()) {
      return usage_problem("an echo client hears one topic, but its topic varies", {},
                           "leave out {seq}, {time} and {random:N}");
    }
    spec.subscriptions = {{spec.topic, spec.qos}};
  }
  if (plan.behaviour == Behaviour::request) spec.subscriptions = {{spec.response_topic, spec.qos}};
  if (!plan.tracked && hears_itself(plan.behaviour)) {
    return usage_problem(
        "its messages carry no header, so none could be recognized", {},
        fmt::format("a tracked payload has at least {} bytes", MessageHeader::size));
  }
  return {};
}

}  // namespace

std::size_t MessagePlan::largest_payload() const {
  if (spec.payload.kind != Payload::Kind::text) return content.size();
  return payload.text(longest_values(*this)).size() + (tracked ? MessageHeader::size : 0);
}

Result<MessagePlan> make_message_plan(const FleetSpec& spec, std::uint16_t fleet) {
  MessagePlan plan;
  plan.spec = *spec.messages;
  plan.behaviour = spec.behaviour;
  plan.fleet_name = spec.name;
  plan.fleet = fleet;
  plan.clients = spec.clients;
  plan.version = spec.mqtt_level == 4 ? mqtt::Version::v3_1_1 : mqtt::Version::v5_0;
  plan.deadline = spec.deadline;
  if (auto pace = check_pace(plan.spec); !pace) return pace.error();
  if (auto topic = prepare_topic(plan); !topic) return topic.error();
  if (auto payload = prepare_payload(plan); !payload) return payload.error();
  if (auto properties = prepare_properties(plan); !properties) return properties.error();
  if (auto behaviour = prepare_behaviour(plan); !behaviour) return behaviour.error();
  auto response = parse_into(plan.response_topic, plan.spec.response_topic, Placeholders::client,
                             "response topic");
  if (!response) return response.error();
  if (auto filters = prepare_filters(plan); !filters) return filters.error();
  return plan;
}

}  // namespace handfast::loadgen
