// The rows that this build cannot play, each with its reason. Whoever builds a row takes its line
// out: a test fails for a row that is neither played nor listed, and for one that is both.
#include <algorithm>
#include <array>

#include "harness/check/row.hpp"

namespace handfast::check {

namespace {

/// None: every row of groups A to F is played where the broker can have it.
constexpr std::array<Unbuilt, 0> unbuilt_table{};

}  // namespace

std::span<const Unbuilt> unbuilt() { return unbuilt_table; }

std::string_view unbuilt_reason(std::string_view id) {
  const auto found = std::ranges::find(unbuilt(), id, &Unbuilt::id);
  return found == unbuilt().end() ? std::string_view() : found->reason;
}

}  // namespace handfast::check
