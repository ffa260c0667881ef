#include "pki/upkeep/revoking.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/base/text.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/reason.hpp"

namespace handfast::pki {

namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

Result<RevocationTarget> parse_members(const FleetEntry& fleet, std::string_view range) {
  const auto dash = range.find('-');
  const auto first = number_of(range.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_of(range.substr(dash + 1));
  if (!first || !last) {
    return usage_problem(fmt::format("\"{}\" is no range of members", printable(range)), {},
                         fmt::format("for example {0}:17 or {0}:10-19", fleet.name));
  }
  if (*last < *first) {
    return usage_problem(fmt::format("the range {}-{} is upside down", *first, *last));
  }
  if (*last >= fleet.count) {
    return usage_problem(fmt::format("\"{}\" has no member {}", fleet.name, *last), {},
                         fmt::format("its members are 0 to {}", fleet.count - 1));
  }
  return RevocationTarget{{}, fleet.name, *first, *last};
}

std::string members_text(const RevocationTarget& target, std::uint64_t count) {
  if (target.first == target.last) return fmt::format("{}:{}", target.fleet, target.first);
  return fmt::format("{} members of {}:{}-{}", count, target.fleet, target.first, target.last);
}

Result<EntryState*> fleet_state(State& state, const std::string& name) {
  const auto at = state.fleets.find(name);
  if (at != state.fleets.end()) return &at->second;
  return environment_problem(fmt::format("the fleet \"{}\" was not minted yet", name), {},
                             "run handfast pki apply");
}

Result<RevocationChange> revoke_members(State& state, const RevocationTarget& target,
                                        const std::string& reason, WallTime now) {
  auto parsed = parse_revocation_reason(reason);
  if (!parsed) return parsed.error();
  if (*parsed == RevocationReason::remove_from_crl) {
    return usage_problem("removeFromCRL takes a hold back", {}, "handfast pki unhold");
  }
  auto fleet = fleet_state(state, target.fleet);
  if (!fleet) return fleet.error();
  const Revocation wanted{reason, time_text(now)};
  std::uint64_t count = 0;
  for (auto index = target.first; index <= target.last; ++index) {
    auto [at, added] = (*fleet)->members.try_emplace(index, wanted);
    // A hold may become final, nothing else changes.
    const bool harden = !added && at->second.hold() && !wanted.hold();
    if (harden) at->second = wanted;
    if (added || harden) ++count;
  }
  if (count == 0) return usage_problem(fmt::format("{} revoked already", members_text(target, 0)));
  return RevocationChange{members_text(target, count), (*fleet)->issuer};
}

std::string issuer_in(const State& state, const std::string& name) {
  const auto parsed = parse_generation_name(name);
  if (!parsed) return {};
  const auto at = state.entries.find(parsed->entry);
  if (at == state.entries.end()) return {};
  for (const auto& old : at->second.old) {
    if (old.generation == parsed->generation) return old.issuer;
  }
  return at->second.issuer;
}

std::string full_name(const State& state, const std::string& name) {
  const auto parsed = parse_generation_name(name);
  if (!parsed || parsed->generation != 0) return name;
  const auto at = state.entries.find(parsed->entry);
  return at == state.entries.end() ? name : fmt::format("{}@{}", name, at->second.generation);
}

}  // namespace

Result<RevocationTarget> parse_revocation_target(const Manifest& manifest, const State& state,
                                                 std::string_view text) {
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) {
    const auto* fleet = manifest.fleet(text.substr(0, colon));
    if (fleet) return parse_members(*fleet, text.substr(colon + 1));
    std::vector<std::string> fleets;
    for (const auto& entry : manifest.fleets) fleets.push_back(entry.name);
    return usage_problem(fmt::format("there is no fleet \"{}\"", printable(text.substr(0, colon))),
                         {}, suggest(text.substr(0, colon), fleets));
  }
  auto parsed = parse_generation_name(text);
  if (!parsed) return parsed.error();
  if (const auto* fleet = manifest.fleet(parsed->entry)) {
    return usage_problem(
        fmt::format("\"{}\" is a fleet: say which members", fleet->name), {},
        fmt::format("for example {0}:17 or {0}:0-{1}", fleet->name, fleet->count - 1));
  }
  if (!state.entries.contains(parsed->entry) && !manifest.files(parsed->entry)) {
    auto known = manifest.names();
    return usage_problem(fmt::format("there is no entry \"{}\"", printable(parsed->entry)), {},
                         suggest(parsed->entry, known));
  }
  return RevocationTarget{std::string(text), {}, 0, 0};
}

Result<RevocationChange> revoke(const Manifest&, State& state, const RevocationTarget& target,
                                const std::string& reason, WallTime now) {
  if (!target.fleet.empty()) return revoke_members(state, target, reason, now);
  if (auto done = revoke(state, target.name, reason, now); !done) return done.error();
  return RevocationChange{full_name(state, target.name), issuer_in(state, target.name)};
}

Result<RevocationChange> unhold(const Manifest&, State& state, const RevocationTarget& target) {
  if (target.fleet.empty()) {
    if (auto done = unhold(state, target.name); !done) return done.error();
    return RevocationChange{full_name(state, target.name), issuer_in(state, target.name)};
  }
  auto fleet = fleet_state(state, target.fleet);
  if (!fleet) return fleet.error();
  auto& members = (*fleet)->members;
  std::uint64_t count = 0;
  for (auto at = members.lower_bound(target.first);
       at != members.end() && at->first <= target.last;) {
    if (at->second.hold()) {
      at = members.erase(at);
      ++count;
    } else {
      ++at;
    }
  }
  if (count == 0) {
    return usage_problem(fmt::format("{}: none is on hold", members_text(target, 0)), {},
                         "only certificateHold can be taken back");
  }
  return RevocationChange{members_text(target, count), (*fleet)->issuer};
}

}  // namespace handfast::pki
