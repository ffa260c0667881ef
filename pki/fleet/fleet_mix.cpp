#include "pki/fleet/fleet_mix.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/bytes.hpp"

namespace handfast::pki {

namespace {

constexpr std::array<std::string_view, fleet_member_kinds> member_names{"regular", "revoked",
                                                                        "expired", "soon", "rogue"};

constexpr auto soon_left = std::chrono::hours(12);
constexpr auto expired_since = std::chrono::hours(24);
constexpr auto expired_lifetime = std::chrono::hours(24 * 30);

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection, so no two members tie.
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

std::uint64_t key_of(const std::string& fleet) {
  const auto text = "handfast fleet mix 1/" + fleet;
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(as_bytes(text).data(), text.size(), digest.data());
  return *ByteReader(digest).u64();
}

using Ranked = std::pair<std::uint64_t, std::uint64_t>;  // rank, index

/// The `wanted` members that come first in the fleet's own order, in that order.
std::vector<Ranked> first_of(const FleetEntry& fleet, std::uint64_t wanted) {
  const auto key = key_of(fleet.name);
  std::vector<Ranked> all;
  all.reserve(fleet.count);
  for (std::uint64_t i = 0; i < fleet.count; ++i) all.emplace_back(mixed(key + i), i);
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(wanted);
  std::partial_sort(all.begin(), end, all.end());
  all.erase(end, all.end());
  return all;
}

}  // namespace

std::string_view to_string(FleetMember member) {
  return member_names[static_cast<std::size_t>(member)];
}

std::optional<FleetMember> parse_fleet_member(std::string_view text) {
  const auto at = std::find(member_names.begin(), member_names.end(), text);
  if (at == member_names.end()) return std::nullopt;
  return static_cast<FleetMember>(at - member_names.begin());
}

std::uint64_t share_of(double share, std::uint64_t count) {
  // A share such as 0.29 lies a little below the number that was written: the last term lets it
  // round as written.
  return static_cast<std::uint64_t>(std::floor(share * static_cast<double>(count) + 0.5 + 1e-9));
}

Result<FleetRoster> FleetRoster::of(const FleetEntry& fleet) {
  const std::array<std::pair<FleetMember, std::uint64_t>, 4> wanted{
      {{FleetMember::revoked, share_of(fleet.mix.revoked, fleet.count)},
       {FleetMember::expired, share_of(fleet.mix.expired, fleet.count)},
       {FleetMember::soon, share_of(fleet.mix.soon, fleet.count)},
       {FleetMember::rogue, share_of(fleet.mix.rogue, fleet.count)}}};
  std::uint64_t sum = 0;
  for (const auto& [kind, number] : wanted) sum += number;
  if (sum == 0) return FleetRoster();
  if (sum > fleet.count) {
    return usage_problem(fmt::format("the mix of \"{}\" takes {} members, the fleet has {}",
                                     fleet.name, sum, fleet.count),
                         fleet.where, "smaller shares, or a larger fleet");
  }
  const auto ranked = first_of(fleet, sum);
  std::vector<std::pair<std::uint64_t, FleetMember>> special;
  auto next = ranked.begin();
  for (const auto& [kind, number] : wanted) {
    for (std::uint64_t i = 0; i < number; ++i) {
      special.emplace_back((next++)->second, kind);
    }
  }
  return from(std::move(special));
}

FleetRoster FleetRoster::from(std::vector<std::pair<std::uint64_t, FleetMember>> special) {
  FleetRoster roster;
  roster.special_ = std::move(special);
  std::sort(roster.special_.begin(), roster.special_.end());
  return roster;
}

FleetMember FleetRoster::kind(std::uint64_t index) const {
  const auto at =
      std::lower_bound(special_.begin(), special_.end(), std::pair{index, FleetMember::regular});
  return at != special_.end() && at->first == index ? at->second : FleetMember::regular;
}

std::vector<std::uint64_t> FleetRoster::members(FleetMember kind) const {
  std::vector<std::uint64_t> out;
  for (const auto& [index, member] : special_) {
    if (member == kind) out.push_back(index);
  }
  return out;
}

Period period_of(FleetMember member, const Validity& validity, WallTime now) {
  auto period = period_of(validity, now);
  if (member == FleetMember::soon) {
    period.not_after = std::chrono::floor<std::chrono::seconds>(now + soon_left);
    period.not_before =
        std::min(period.not_before,
                 WallTime(std::chrono::floor<std::chrono::seconds>(now - default_backdate)));
  }
  if (member == FleetMember::expired) {
    period.not_after = std::chrono::floor<std::chrono::seconds>(now - expired_since);
    period.not_before = period.not_after - expired_lifetime;
  }
  return period;
}

}  // namespace handfast::pki
