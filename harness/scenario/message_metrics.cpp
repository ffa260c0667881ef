// The metrics of messages by name.
#include <algorithm>
#include <array>

#include "harness/scenario/detail/measured.hpp"

namespace handfast::scenario::detail {

namespace {

using stats::MessageStats;

enum class Side : std::uint8_t { publishers, subscribers };

struct Count {
  std::string_view name;
  std::uint64_t MessageStats::* member;
  Side side;
};

constexpr std::array counts{
    Count{"sent", &MessageStats::sent, Side::publishers},
    Count{"unsent", &MessageStats::unsent, Side::publishers},
    Count{"held_back", &MessageStats::held_back, Side::publishers},
    Count{"acked", &MessageStats::acked, Side::publishers},
    Count{"refused", &MessageStats::refused, Side::publishers},
    Count{"unacked", &MessageStats::unacked, Side::publishers},
    Count{"delivered", &MessageStats::delivered, Side::subscribers},
    Count{"lost", &MessageStats::lost, Side::subscribers},
    Count{"duplicated", &MessageStats::duplicated, Side::subscribers},
    Count{"out_of_order", &MessageStats::out_of_order, Side::subscribers},
    Count{"foreign", &MessageStats::foreign, Side::subscribers},
    Count{"truncated", &MessageStats::truncated, Side::subscribers},
};

}  // namespace

std::optional<Measured> measure_messages(std::string_view name, const stats::FleetStats& fleet) {
  const MessageStats messages = fleet.messages.value_or(MessageStats{});
  if (name == "publish_rate") {
    const double active_s = seconds(messages.publishing_time());
    if (active_s <= 0) return Measured{{}, "less than two messages were sent"};
    return Measured{static_cast<double>(messages.sent) / active_s, {}};
  }
  const auto found = std::ranges::find(counts, name, &Count::name);
  if (found == counts.end()) return std::nullopt;
  // "lost == 0" after nothing was sent would be a green light for nothing.
  if (found->side == Side::publishers && messages.planned == 0) {
    return Measured{{}, "no message was to be sent"};
  }
  if (found->side == Side::subscribers && messages.expected() == 0) {
    return Measured{{}, "no message was to come"};
  }
  return Measured{static_cast<double>(messages.*found->member), {}};
}

}  // namespace handfast::scenario::detail
