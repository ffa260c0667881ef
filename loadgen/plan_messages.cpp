#include "loadgen/plan_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace handfast::loadgen {
namespace {

/// Room for the fixed header, topic and properties around the largest payload.
constexpr std::size_t around_payload_bytes = std::size_t{1} << 20;

Problem in_fleet(const FleetPlan& fleet, const Problem& problem) {
  return with_context(problem, fmt::format("fleet \"{}\"", fleet.spec.name));
}

Result<void> plan_fleet(FleetPlan& fleet, std::uint16_t place) {
  auto connect = ConnectPlan::make(fleet.spec.connect, fleet.protocol.version, fleet.spec.name);
  if (!connect) return in_fleet(fleet, connect.error());
  fleet.protocol.connect = std::make_shared<const ConnectPlan>(std::move(*connect));

  if (fleet.spec.messages.has_value() != exchanges_messages(fleet.spec.behaviour)) {
    return in_fleet(fleet, usage_problem("messages and behaviour do not fit"));
  }
  if (!fleet.spec.messages) return {};
  if (fleet.spec.closed) {
    return in_fleet(fleet, usage_problem("connections that exchange messages start on a schedule",
                                         {}, "use load stages instead of the closed loop"));
  }
  auto messages = make_message_plan(fleet.spec, place);
  if (!messages) return in_fleet(fleet, messages.error());
  fleet.messages = std::make_shared<const MessagePlan>(std::move(*messages));
  return {};
}

/// What tells the messages of this run from those that a broker may have kept from another.
std::uint32_t random_run() { return std::random_device{}(); }

}  // namespace

Result<void> plan_messages(Plan& plan) {
  std::uint64_t subscribers = 0;
  std::uint64_t publishers = 0;
  Nanos connecting{};  // of those who exchange messages: publishing begins when they are all there
  Nanos publishing{};
  std::size_t largest = 0;
  for (std::size_t i = 0; i < plan.fleets.size(); ++i) {
    FleetPlan& fleet = plan.fleets[i];
    if (auto planned = plan_fleet(fleet, static_cast<std::uint16_t>(i)); !planned) {
      return planned.error();
    }
    if (!fleet.messages) continue;
    largest = std::max(largest, fleet.messages->largest_payload());
    connecting = std::max(connecting, fleet.duration());
    if (hears_others(fleet.spec.behaviour)) subscribers += own_starts(fleet);
    if (!publishes(fleet.spec.behaviour)) continue;
    publishers += own_starts(fleet);
    publishing = std::max(publishing, fleet.messages->spec.pace.duration);
  }
  plan.duration = std::max(plan.duration, connecting + publishing);
  if (subscribers + publishers == 0) return {};
  plan.board = std::make_shared<MessageBoard>(subscribers, publishers, random_run());
  for (FleetPlan& fleet : plan.fleets) {
    fleet.protocol.max_packet_bytes = largest + around_payload_bytes;
    if (fleet.messages) fleet.board = plan.board;
  }
  return {};
}

}  // namespace handfast::loadgen
