#include "reports/timeline.hpp"

#include <fmt/format.h>

#include <cmath>

namespace handfast::reports {

std::string_view to_string(EventOutcome outcome) {
  switch (outcome) {
    case EventOutcome::done:
      return "done";
    case EventOutcome::failed:
      return "failed";
    case EventOutcome::not_reached:
      return "not reached";
  }
  return "?";
}

std::string time_text(const TimelineEvent& event) {
  constexpr double worth_saying_s = 0.1;
  if (!event.began_s) return fmt::format("planned for {:.2f} s", event.planned_s);
  auto out = fmt::format("at {:.2f} s", *event.began_s);
  if (std::abs(*event.began_s - event.planned_s) >= worth_saying_s) {
    out += fmt::format(" (planned for {:.2f} s)", event.planned_s);
  }
  return out + fmt::format(", took {:.2f} s", event.took_s);
}

std::string outcome_text(const TimelineEvent& event) {
  auto out = event.shard ? fmt::format("shard {}: ", *event.shard) : std::string();
  out += to_string(event.outcome);
  return event.detail.empty() ? out : fmt::format("{}: {}", out, event.detail);
}

}  // namespace handfast::reports
