// The events of a timeline in result.json.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

EventOutcome read_outcome(const Cursor& at) {
  const auto name = at.text();
  for (const auto outcome : event_outcomes) {
    if (name == to_string(outcome)) return outcome;
  }
  at.complain(fmt::format("unknown outcome of an event \"{}\"", printable(name)));
  return EventOutcome::not_reached;
}

}  // namespace

Json to_json(const TimelineEvent& event) {
  Json out{{"planned_s", finite(event.planned_s)},
           {"began_s", event.began_s ? Json(finite(*event.began_s)) : Json(nullptr)},
           {"took_s", finite(event.took_s)},
           {"subject", event.subject},
           {"action", event.action},
           {"what", event.what},
           {"outcome", to_string(event.outcome)},
           {"detail", event.detail}};
  if (event.shard) out["shard"] = *event.shard;
  return out;
}

TimelineEvent read_event(const Cursor& at) {
  TimelineEvent event;
  event.planned_s = at.at("planned_s").number();
  if (const auto began = at.at("began_s"); !began.null()) event.began_s = began.number();
  event.took_s = at.at("took_s").number();
  event.subject = at.at("subject").text();
  event.action = at.at("action").text();
  event.what = at.at("what").text();
  event.outcome = read_outcome(at.at("outcome"));
  event.detail = at.at("detail").text();
  if (at.has("shard")) event.shard = static_cast<unsigned>(at.at("shard").small());
  return event;
}

}  // namespace handfast::reports::detail
