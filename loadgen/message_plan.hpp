// The messages of a fleet, checked and made ready: templates parsed, properties encoded. All
// workers share it and nobody changes it.
#pragma once

#include <string>
#include <vector>

#include "core/mqtt/types.hpp"
#include "loadgen/fleet_spec.hpp"
#include "loadgen/template.hpp"

namespace handfast::loadgen {

struct MessagePlan {
  MessageSpec spec;
  Behaviour behaviour = Behaviour::publish;
  std::string fleet_name;
  std::uint16_t fleet = 0;  ///< its place in the run
  std::uint64_t clients = 1;
  mqtt::Version version = mqtt::Version::v5_0;
  Nanos deadline{};  ///< for SUBACK
  Template topic;
  Template payload;         ///< of kind text
  Template response_topic;  ///< of behaviour request
  std::vector<Template> filters;
  Bytes content;     ///< payload of the kinds size and file, room for the header included
  Bytes properties;  ///< encoded, those that are the same in every message
  bool tracked = true;

  /// Payload bytes that a message may have at most.
  std::size_t largest_payload() const;
};

/// Usage problem, naming what does not go together. `spec.messages` must be set, `fleet` is its
/// place in the run.
Result<MessagePlan> make_message_plan(const FleetSpec& spec, std::uint16_t fleet);

}  // namespace handfast::loadgen
