#include "loadgen/topic_filter.hpp"

#include "loadgen/template.hpp"

namespace handfast::loadgen {
namespace {

constexpr std::string_view share_prefix = "$share/";
constexpr std::string_view wildcards = "+#";

/// Cuts the first level off `rest`; `last` tells that there was no separator behind it.
std::string_view take_level(std::string_view& rest, bool& last) {
  const auto slash = rest.find('/');
  last = slash == std::string_view::npos;
  const std::string_view level = rest.substr(0, slash);
  rest.remove_prefix(last ? rest.size() : slash + 1);
  return level;
}

}  // namespace

bool is_shared(std::string_view filter) { return filter.starts_with(share_prefix); }

std::string_view without_share(std::string_view filter) {
  if (!is_shared(filter)) return filter;
  const auto slash = filter.find('/', share_prefix.size());
  return slash == std::string_view::npos ? std::string_view{} : filter.substr(slash + 1);
}

bool has_wildcard(std::string_view filter) {
  return filter.find_first_of(wildcards) != std::string_view::npos;
}

bool matches(std::string_view filter, std::string_view topic) {
  std::string_view wanted = without_share(filter);
  // [MQTT-4.7.2-1]: a leading wildcard does not match topics that begin with "$".
  if (topic.starts_with('$') && !wanted.empty() && has_wildcard(wanted.substr(0, 1))) return false;
  bool filter_ends = false;
  bool topic_ends = false;
  while (true) {
    const std::string_view level = take_level(wanted, filter_ends);
    if (level == "#") return true;
    const std::string_view name = take_level(topic, topic_ends);
    if (level != "+" && level != name) return false;
    if (topic_ends) return filter_ends || wanted == "#";  // "a/#" matches "a" too
    if (filter_ends) return false;
  }
}

std::string_view filter_defect(std::string_view filter) {
  if (is_shared(filter)) {
    const auto slash = filter.find('/', share_prefix.size());
    const auto name = filter.substr(share_prefix.size(), slash - share_prefix.size());
    if (slash == std::string_view::npos || name.empty()) return "it has no share name";
    if (has_wildcard(name)) return "its share name has a wildcard";
  }
  std::string_view rest = without_share(filter);
  if (rest.empty()) return "it is empty";
  if (filter.size() > 65535) return "it is longer than 65535 bytes";
  for (bool last = false; !last;) {
    const std::string_view level = take_level(rest, last);
    if (has_wildcard(level) && level.size() > 1) return "a wildcard must be a level of its own";
    if (level == "#" && !last) return "\"#\" must be the last level";
  }
  return {};
}

std::string_view topic_defect(std::string_view topic) {
  if (topic.empty()) return "it is empty";
  if (topic.size() > 65535) return "it is longer than 65535 bytes";
  if (has_wildcard(topic)) return "a topic to publish to has no wildcards";
  return {};
}

}  // namespace handfast::loadgen
