#include "harness/scenario/detail/read.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/scenario/reader.hpp"

namespace handfast::scenario {

const std::vector<std::string>& available_listeners() {
  static const std::vector<std::string> names{"tcp", "tls",         "tls-two-way", "ws",
                                              "wss", "wss-two-way", "dtls",        "dtls-two-way"};
  return names;
}

namespace detail {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

Result<std::string> word(const config::Node& node, const std::string& what,
                         const std::vector<std::string>& allowed,
                         const std::vector<std::string>& later) {
  auto text = node.text();
  if (!text || contains(allowed, *text)) return text;
  const auto shown = printable(*text, 60);
  if (contains(later, *text)) {
    return node.problem(fmt::format("{} \"{}\" is not available in this version", what, shown),
                        "one of: " + join(allowed, ", "));
  }
  return node.problem(fmt::format("unknown {} \"{}\"", what, shown), suggest(shown, allowed));
}

Result<std::vector<std::string>> words(const config::Node& node) {
  auto items = node.list();
  if (!items) return items.error();
  if (items->empty())
    return node.problem(fmt::format("\"{}\" is an empty list", node.name()),
                        "leave it out for the default");
  std::vector<std::string> out;
  for (const auto& item : *items) {
    auto text = item.text();
    if (!text) return text.error();
    if (contains(out, *text))
      return item.problem(
          fmt::format("\"{}\" names \"{}\" twice", node.name(), printable(*text, 60)));
    out.push_back(std::move(*text));
  }
  return out;
}

Result<void> check_name(const std::string& name, const std::string& what,
                        const std::string& where) {
  const auto first = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto rest = [&](char c) { return first(c) || c == '-' || c == '_'; };
  if (!name.empty() && name.size() <= 64 && first(name[0]) &&
      std::all_of(name.begin(), name.end(), rest))
    return {};
  return usage_problem(
      fmt::format("{} \"{}\" is not made of lower-case letters, digits and hyphens, 64 at most",
                  what, printable(name, 80)),
      where, "write for example two-way-storm");
}

Result<ListenerKind> read_listener(const config::Node& node) {
  auto name = word(node, "listener", available_listeners());
  if (!name) return name.error();
  return parse_listener(*name);
}

Result<std::filesystem::path> read_path(const config::Node& node, const Scenario& scenario) {
  auto text = node.text();
  if (!text) return text.error();
  if (text->empty()) return node.problem(fmt::format("\"{}\" is an empty path", node.name()));
  return std::filesystem::path(scenario.file).parent_path() / *text;
}

}  // namespace detail

}  // namespace handfast::scenario
