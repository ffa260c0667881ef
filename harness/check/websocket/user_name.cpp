#include "harness/check/websocket/user_name.hpp"

#include <string_view>

namespace handfast::check::wss {

namespace {

struct Quoted {
  std::string_view before;
  char behind;
};

constexpr Quoted wordings[] = {{", u'", '\''}, {" user \"", '"'}};

}  // namespace

std::optional<std::string> user_name_in(const std::string& log_line) {
  for (const auto& [before, behind] : wordings) {
    const auto at = log_line.find(before);
    if (at == std::string::npos) continue;
    const auto begin = at + before.size();
    const auto end = log_line.find(behind, begin);
    if (end != std::string::npos) return log_line.substr(begin, end - begin);
  }
  return std::nullopt;
}

}  // namespace handfast::check::wss
