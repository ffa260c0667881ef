#include "harness/scenario/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario {

namespace {

const PkiAction* pki_action(const TimelineEvent& event) {
  return std::get_if<PkiAction>(&event.action);
}

std::vector<std::string> texts_of(const std::vector<PkiName>& names) {
  std::vector<std::string> out;
  for (const auto& name : names) out.push_back(to_string(name));
  return out;
}

std::string names_text(const PkiAction& action) {
  if (action.verb != PkiVerb::swap) return join(texts_of(action.names), ", ");
  std::vector<std::string> parts;
  for (const auto& [from, to] : action.swaps) parts.push_back(fmt::format("{}: {}", from, to));
  return join(parts, ", ");
}

/// "revoke: 'devices[0..99]', reason: keyCompromise" in braces.
std::string flow_of(const PkiAction& action) {
  std::vector<std::string> parts;
  if (action.verb == PkiVerb::swap) {
    std::vector<std::string> swaps;
    for (const auto& [from, to] : action.swaps) {
      swaps.push_back(fmt::format("{}: {}", detail::scalar(from), detail::scalar(to)));
    }
    parts.push_back("swap: " + detail::flow(swaps));
  } else {
    parts.push_back(
        fmt::format("{}: {}", to_string(action.verb), detail::list(texts_of(action.names))));
  }
  if (action.verb == PkiVerb::revoke) parts.push_back("reason: " + action.reason);
  if (action.valid) parts.push_back("valid: " + exact_duration(*action.valid));
  if (action.yes_authority) parts.emplace_back("yes_ca: true");
  return detail::flow(parts);
}

}  // namespace

std::string_view to_string(BrokerAction action) {
  switch (action) {
    case BrokerAction::restart:
      return "restart";
    case BrokerAction::reload:
      return "reload";
    case BrokerAction::stop:
      return "stop";
    case BrokerAction::start:
      return "start";
  }
  return "?";
}

std::string_view to_string(PkiVerb verb) {
  switch (verb) {
    case PkiVerb::revoke:
      return "revoke";
    case PkiVerb::unhold:
      return "unhold";
    case PkiVerb::renew:
      return "renew";
    case PkiVerb::rekey:
      return "rekey";
    case PkiVerb::crl:
      return "crl";
    case PkiVerb::swap:
      return "swap";
  }
  return "?";
}

std::string to_string(const PkiName& name) {
  if (!name.first) return name.entry;
  if (*name.first == *name.last) return fmt::format("{}[{}]", name.entry, *name.first);
  return fmt::format("{}[{}..{}]", name.entry, *name.first, *name.last);
}

bool changes_crls(const Timeline& timeline) {
  return std::ranges::any_of(timeline, [](const TimelineEvent& event) {
    const auto* action = pki_action(event);
    if (action == nullptr) return false;
    return action->verb == PkiVerb::revoke || action->verb == PkiVerb::unhold ||
           action->verb == PkiVerb::crl;
  });
}

bool changes_pki(const Timeline& timeline) {
  return std::ranges::any_of(
      timeline, [](const TimelineEvent& event) { return pki_action(event) != nullptr; });
}

std::string_view subject_of(const TimelineEvent& event) {
  return pki_action(event) != nullptr ? "pki" : "broker";
}

std::string_view verb_of(const TimelineEvent& event) {
  if (const auto* action = pki_action(event)) return to_string(action->verb);
  return to_string(std::get<BrokerAction>(event.action));
}

std::string describe(const TimelineEvent& event) {
  auto out = fmt::format("{} {}", subject_of(event), verb_of(event));
  const auto* action = pki_action(event);
  if (action == nullptr) return out;
  out += " " + names_text(*action);
  if (action->valid) out += fmt::format(" (valid {})", exact_duration(*action->valid));
  return out;
}

std::string timeline_section(const Timeline& timeline) {
  if (timeline.empty()) return {};
  std::string out = "timeline:\n";
  for (const auto& event : timeline) {
    const auto* action = pki_action(event);
    out += fmt::format("  - {{at: {}, {}: {}}}\n", exact_duration(event.at), subject_of(event),
                       action != nullptr ? flow_of(*action) : std::string(verb_of(event)));
  }
  return out;
}

}  // namespace handfast::scenario
