#include "core/tls/group_wishes.hpp"

#include <string_view>

#include "core/tls/features.hpp"

namespace handfast::tls {

namespace {

bool is_wish(std::string_view name) { return name.starts_with('?'); }

}  // namespace

std::vector<std::string> available_groups(const std::vector<std::string>& wanted) {
  std::vector<std::string> all;
  std::vector<std::string> available;
  for (const auto& name : wanted) {
    const auto plain = is_wish(name) ? name.substr(1) : name;
    all.push_back(plain);
    if (!is_wish(name) || has_group(plain)) available.push_back(plain);
  }
  return available.empty() ? all : available;
}

std::vector<std::string> lacking_groups(const std::vector<std::string>& wanted) {
  std::vector<std::string> lacking;
  for (const auto& name : wanted) {
    if (is_wish(name) && !has_group(name.substr(1))) lacking.push_back(name.substr(1));
  }
  return lacking;
}

}  // namespace handfast::tls
