#include "harness/responder/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.hpp"

namespace handfast::responder {

namespace {

constexpr std::array<std::string_view, 4> words{"no", "refuse", "close", "hang"};

}  // namespace

std::string_view to_string(Down down) { return words.at(static_cast<std::size_t>(down)); }

Result<Down> parse_down(std::string_view text) {
  const auto* found = std::ranges::find(words, text);
  if (found != words.end()) return static_cast<Down>(found - words.begin());
  return usage_problem(fmt::format("a responder cannot be down by \"{}\"", printable(text)), {},
                       suggest(text, words));
}

}  // namespace handfast::responder
