#include "harness/scenario/load.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::scenario {

Nanos load_duration(const Fleet& fleet) {
  if (fleet.closed) return fleet.closed->duration;
  const Nanos publishing =
      publishes(fleet.behaviour) ? fleet.messages->pace.duration : Nanos::zero();
  return total_duration(fleet.stages) + publishing;
}

std::optional<double> planned_starts(const Fleet& fleet) {
  if (fleet.closed) return std::nullopt;
  return total_starts(fleet.stages);
}

std::string describe_load(const Fleet& fleet) {
  if (fleet.closed) {
    return fmt::format("closed loop: {} in flight for {}", fleet.closed->in_flight,
                       exact_duration(fleet.closed->duration));
  }
  std::vector<std::string> parts;
  for (const auto& stage : fleet.stages) parts.push_back(describe(stage));
  return "open loop: " + join(parts, ", then ");
}

std::string load_section(const Fleet& fleet) {
  std::string out = "    load:\n";
  if (fleet.closed) {
    out += fmt::format("      model: closed\n      in_flight: {}\n      for: {}\n",
                       fleet.closed->in_flight, exact_duration(fleet.closed->duration));
  } else {
    out += "      model: open\n      stages:\n";
    for (const auto& stage : fleet.stages) {
      out += fmt::format("        - {{rate: {}, for: {}}}\n", describe_rate(stage),
                         exact_duration(stage.duration));
    }
    out += fmt::format("      max_in_flight: {}\n", fleet.max_in_flight);
  }
  return out + fmt::format("      deadline: {}\n", exact_duration(fleet.deadline));
}

}  // namespace handfast::scenario
