#include "pki/upkeep/detail/fleet_members.hpp"

#include <filesystem>

#include "pki/fleet/fleet.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/serial.hpp"

namespace handfast::pki::detail {

namespace {

using FleetPtr = std::shared_ptr<const Fleet>;

/// Null for a fleet that was not minted yet.
Result<FleetPtr> open_minted(const Home& home, const FleetEntry& fleet) {
  std::error_code error;
  if (!home.state().fleets.contains(fleet.name) ||
      !std::filesystem::exists(home.path(fleet.file), error)) {
    return FleetPtr{};
  }
  return open_fleet(home.path(fleet.file));
}

bool issued_by(const FleetEntry& fleet, FleetMember kind, const std::string& authority) {
  return authority == (kind == FleetMember::rogue ? fleet.rogue_issuer : fleet.issuer);
}

}  // namespace

Result<RevokedEntry> revoked_entry(Bytes serial, const Revocation& revocation) {
  auto since = parse_time(revocation.since);
  if (!since) return since.error();
  RevokedEntry out{std::move(serial), *since, {}, {}};
  if (revocation.reason == "unspecified" || revocation.reason.empty()) return out;
  auto reason = parse_revocation_reason(revocation.reason);
  if (!reason) return reason.error();
  out.reason = *reason;
  return out;
}

Result<std::vector<RevokedEntry>> revoked_members(const Home& home, const FleetEntry& fleet,
                                                  const std::string& authority) {
  std::vector<RevokedEntry> out;
  auto opened = open_minted(home, fleet);
  if (!opened) return opened.error();
  if (!*opened) return out;
  const auto& minted = **opened;
  const auto& state = home.state().fleets.at(fleet.name);
  const auto add = [&](std::uint64_t index, const Revocation& revocation) -> Result<void> {
    auto serial = minted.serial(index);
    if (!serial) return serial.error();
    auto entry = revoked_entry(serial_from_magnitude(*serial), revocation);
    if (!entry) return entry.error();
    out.push_back(std::move(*entry));
    return {};
  };
  if (authority == fleet.issuer) {
    // Nobody revoked these by hand: they are as old as the fleet.
    const Revocation by_mix{"unspecified", state.not_before};
    for (const auto index : minted.members(FleetMember::revoked)) {
      if (state.members.contains(index)) continue;
      if (auto added = add(index, by_mix); !added) return added.error();
    }
  }
  if (state.members.empty()) return out;
  auto roster = FleetRoster::of(fleet);
  if (!roster) return roster.error();
  for (const auto& [index, revocation] : state.members) {
    if (index >= minted.count() || !issued_by(fleet, roster->kind(index), authority)) continue;
    if (auto added = add(index, revocation); !added) return added.error();
  }
  return out;
}

Result<std::vector<Bytes>> member_serials(const Home& home, const FleetEntry& fleet,
                                          const std::string& authority) {
  std::vector<Bytes> out;
  auto opened = open_minted(home, fleet);
  if (!opened) return opened.error();
  if (!*opened) return out;
  auto roster = FleetRoster::of(fleet);
  if (!roster) return roster.error();
  for (std::uint64_t index = 0; index < (*opened)->count(); ++index) {
    if (!issued_by(fleet, roster->kind(index), authority)) continue;
    auto serial = (*opened)->serial(index);
    if (!serial) return serial.error();
    out.push_back(serial_from_magnitude(*serial));
  }
  return out;
}

}  // namespace handfast::pki::detail
