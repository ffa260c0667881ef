// The section "timeline" of a scenario.
#include <fmt/format.h>

#include <charconv>

#include "core/base/text.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/timeline_parts.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

template <class T, std::size_t N>
Result<T> read_one_of(const Node& node, const std::string& what, const std::array<T, N>& choices) {
  std::vector<std::string> names;
  for (const auto choice : choices) names.emplace_back(to_string(choice));
  auto name = word(node, what, names);
  if (!name) return name.error();
  for (const auto choice : choices) {
    if (*name == to_string(choice)) return choice;
  }
  return internal_problem("a word without meaning");
}

bool read_number(std::string_view text, std::optional<std::uint64_t>& out) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return false;
  out = value;
  return true;
}

/// "server", "server@2", "devices[17]", "devices[0..99]".
Result<PkiName> read_pki_name(const Node& node) {
  auto text = node.text();
  if (!text) return text.error();
  const auto open = text->find('[');
  if (open == std::string::npos) return PkiName{.entry = std::move(*text)};
  PkiName name{.entry = text->substr(0, open)};
  const auto malformed = [&] {
    return node.problem(
        fmt::format("\"{}\" is no range of a fleet's members", printable(*text, 60)),
        "write for example 'devices[0..99]' (both ends included) or 'devices[17]'");
  };
  if (!text->ends_with(']') || name.entry.empty()) return malformed();
  const auto range = std::string_view(*text).substr(open + 1, text->size() - open - 2);
  const auto dots = range.find("..");
  const bool one = dots == std::string_view::npos;
  if (!read_number(range.substr(0, dots), name.first)) return malformed();
  if (!read_number(one ? range : range.substr(dots + 2), name.last)) return malformed();
  if (*name.first > *name.last) {
    return node.problem(fmt::format("the range {}..{} is upside down", *name.first, *name.last));
  }
  return name;
}

/// One name or a list of them.
Result<void> read_names(const Node& node, std::vector<PkiName>& out) {
  std::vector<Node> items{node};
  if (node.is_list()) {
    if (auto distinct = words(node); !distinct) return distinct.error();
    items = node.items();
  }
  for (const auto& item : items) {
    auto name = read_pki_name(item);
    if (!name) return name.error();
    out.push_back(std::move(*name));
  }
  return {};
}

Result<void> read_swaps(const Node& node, PkiAction& action) {
  if (auto done = read_text_pairs(node, action.swaps); !done) return done;
  if (!action.swaps.empty()) return {};
  return node.problem("\"swap\" swaps nothing", "write for example swap: {server: server-new}");
}

/// The keys of a PKI action that were there.
struct SeenKeys {
  std::vector<Node> verbs;
  std::optional<Node> reason, valid, yes_authority;
};

/// The field of a key that may go with some verbs, and is remembered.
config::Field remembered(std::string_view key, std::optional<Node>& seen,
                         std::function<Result<void>(const Node&)> read) {
  return {key, Presence::optional, [&seen, read = std::move(read)](const Node& node) {
            seen = node;
            return read(node);
          }};
}

Result<void> check_keys(const Node& node, const SeenKeys& seen, const PkiAction& action) {
  const auto refuse = [&](const Node& at, std::string_view applies_to) -> Result<void> {
    return usage_problem(
        fmt::format("\"{}\" does not apply to {}", at.name(), to_string(action.verb)),
        at.key_where(), fmt::format("it goes with {}", applies_to));
  };
  if (seen.verbs.size() != 1) {
    std::vector<std::string> names;
    for (const auto verb : pki_verbs) names.emplace_back(to_string(verb));
    const auto& at = seen.verbs.empty() ? node : seen.verbs.back();
    return at.problem(
        seen.verbs.empty() ? "\"pki\" says nothing to do" : "one event does one thing",
        seen.verbs.empty() ? "one of: " + join(names, ", ")
                           : "write an event of its own, at the same time");
  }
  using enum PkiVerb;
  if (seen.reason && action.verb != revoke) return refuse(*seen.reason, "revoke");
  if (seen.yes_authority && action.verb != rekey) return refuse(*seen.yes_authority, "rekey");
  if (seen.valid && action.verb != renew && action.verb != rekey && action.verb != crl)
    return refuse(*seen.valid, "renew, rekey and crl");
  return {};
}

Result<PkiAction> read_pki_action(const Node& node, const Known& known) {
  PkiAction action;
  SeenKeys seen;
  std::vector<config::Field> fields;
  for (const auto verb : pki_verbs) {
    fields.push_back({to_string(verb), Presence::optional, [&, verb](const Node& n) {
                        seen.verbs.push_back(n);
                        action.verb = verb;
                        return verb == PkiVerb::swap ? read_swaps(n, action)
                                                     : read_names(n, action.names);
                      }});
  }
  fields.push_back(remembered("reason", seen.reason, [&](const Node& n) {
    const auto& reasons = known.revocation_reasons;
    return store(action.reason, reasons.empty() ? n.text() : word(n, "reason", reasons));
  }));
  fields.push_back(remembered("valid", seen.valid, [&](const Node& n) {
    return read_span(n, action.valid.emplace(), 1s, 24h * 3650);
  }));
  fields.push_back(remembered("yes_ca", seen.yes_authority, [&](const Node& n) {
    return store(action.yes_authority, n.boolean());
  }));
  if (auto read = config::read_fields(node, fields); !read) return read.error();
  if (auto fit = check_keys(node, seen, action); !fit) return fit.error();
  return action;
}

Result<TimelineEvent> read_event(const Node& node, const Known& known) {
  TimelineEvent event;
  std::optional<Node> broker, pki;
  const auto keep = [](std::optional<Node>& slot) {
    return [&slot](const Node& n) -> Result<void> {
      slot = n;
      return {};
    };
  };
  auto read = config::read_fields(
      node, {{"at", Presence::required,
              [&](const Node& n) { return read_span(n, event.at, 0s, 24h * 365); }},
             {"broker", Presence::optional, keep(broker)},
             {"pki", Presence::optional, keep(pki)}});
  if (!read) return read.error();
  if (broker.has_value() == pki.has_value()) {
    return node.problem(
        broker ? "one event does one thing, broker or pki" : "the event says nothing to do",
        broker ? "write two events at the same time"
               : "write for example {at: 10s, broker: restart}");
  }
  if (broker) {
    auto action = read_one_of(*broker, "broker action", broker_actions);
    if (!action) return action.error();
    event.action = *action;
    return event;
  }
  auto action = read_pki_action(*pki, known);
  if (!action) return action.error();
  event.action = std::move(*action);
  return event;
}

}  // namespace

Result<void> read_timeline(const Node& node, const Known& known, Scenario& scenario) {
  auto items = node.list();
  if (!items) return items.error();
  if (items->empty()) {
    return node.problem("\"timeline\" holds no event", "leave it out, or describe one");
  }
  for (const auto& item : *items) {
    auto event = read_event(item, known);
    if (!event) return event.error();
    scenario.timeline.push_back(std::move(*event));
  }
  return check_timeline(node, known, scenario);
}

}  // namespace handfast::scenario::detail
