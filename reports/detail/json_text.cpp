#include "reports/detail/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace handfast::reports::detail {

namespace {

/// "file:line:column" of the byte before which the parser stopped; `byte` counts from 1.
std::string position(std::string_view text, const std::string& file, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto newline = before.rfind('\n');
  const auto column =
      newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return fmt::format("{}:{}:{}", file, line, column);
}

}  // namespace

handfast::Result<void> parse_tree(std::string_view text, const std::string& file,
                                  nlohmann::json& tree) {
  try {
    tree = nlohmann::json::parse(text);
    return {};
  } catch (const nlohmann::json::parse_error& error) {
    return usage_problem(
        "not valid JSON", position(text, file, error.byte),
        "a result file is written by handfast run or check; this one is cut off or not one");
  }
}

}  // namespace handfast::reports::detail
