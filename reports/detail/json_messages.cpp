// Messages in result.json: one table for writing and for reading.
#include <array>

#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

using stats::MessageStats;

struct Member {
  const char* key;
  std::uint64_t MessageStats::* count;
};

constexpr std::array members{
    Member{"planned", &MessageStats::planned},
    Member{"sent", &MessageStats::sent},
    Member{"unsent", &MessageStats::unsent},
    Member{"held_back", &MessageStats::held_back},
    Member{"acked", &MessageStats::acked},
    Member{"refused", &MessageStats::refused},
    Member{"unacked", &MessageStats::unacked},
    Member{"untracked", &MessageStats::untracked},
    Member{"subscribed", &MessageStats::subscribed},
    Member{"delivered", &MessageStats::delivered},
    Member{"out_of_order", &MessageStats::out_of_order},
    Member{"duplicated", &MessageStats::duplicated},
    Member{"foreign", &MessageStats::foreign},
    Member{"truncated", &MessageStats::truncated},
    Member{"lost", &MessageStats::lost},
    Member{"partly_observed", &MessageStats::partly_observed},
};

}  // namespace

Json to_json(const stats::MessageStats& messages) {
  Json out = Json::object();
  for (const auto& [key, count] : members) out[key] = messages.*count;
  out["expected"] = messages.expected();
  if (messages.first_sent) {
    out["first_sent_s"] = seconds(*messages.first_sent);
    out["last_sent_s"] = seconds(messages.last_sent);
  }
  out["reasons"] = Json(messages.reasons);
  return out;
}

stats::MessageStats read_messages(const Cursor& at) {
  MessageStats messages;
  for (const auto& [key, count] : members) messages.*count = at.at(key).count();
  if (at.at("expected").count() != messages.expected()) {
    at.complain("expected is not delivered plus lost");
  }
  if (at.has("first_sent_s")) {
    messages.first_sent = at.at("first_sent_s").duration();
    messages.last_sent = at.at("last_sent_s").duration();
  }
  for (const auto& [reason, count] : at.at("reasons").members()) {
    messages.reasons[reason] = count.count();
  }
  return messages;
}

}  // namespace handfast::reports::detail
