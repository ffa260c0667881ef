#include "pki/fleet/fleet_mix.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

constexpr FleetMember special[] = {FleetMember::revoked, FleetMember::expired, FleetMember::soon,
                                   FleetMember::rogue};

FleetEntry mixed(std::uint64_t count, const FleetMix& mix) {
  auto fleet = fleet_of(KeyType::p256, count);
  fleet.mix = mix;
  return fleet;
}

}  // namespace

TEST_CASE("shares are counted exactly, rounded half up", "[pki]") {
  CHECK(share_of(0.01, 100000) == 1000);
  CHECK(share_of(0.005, 100) == 1);
  CHECK(share_of(0.01, 49) == 0);
  CHECK(share_of(0.01, 50) == 1);
  CHECK(share_of(0.29, 50) == 15);
  CHECK(share_of(0.145, 100) == 15);
  CHECK(share_of(1, 7) == 7);
  CHECK(share_of(0, 7) == 0);
}

TEST_CASE("a mix has exact counts of members that are nothing else", "[pki]") {
  const auto roster = FleetRoster::of(mixed(20000, {0.01, 0.005, 0.02, 0.001})).value();
  const std::uint64_t counts[] = {200, 100, 400, 20};
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < 4; ++i) {
    const auto members = roster.members(special[i]);
    CHECK(members.size() == counts[i]);
    CHECK(std::is_sorted(members.begin(), members.end()));
    for (const auto index : members) {
      CHECK(index < 20000);
      CHECK(roster.kind(index) == special[i]);
      CHECK(seen.insert(index).second);
    }
  }
  std::uint64_t regular = 0;
  for (std::uint64_t i = 0; i < 20000; ++i) regular += roster.kind(i) == FleetMember::regular;
  CHECK(regular == 20000 - 720);
}

TEST_CASE("the choice of members is stable, spread, and the fleet's own", "[pki]") {
  const auto fleet = mixed(1000, {0.01, 0, 0, 0});
  const auto chosen = FleetRoster::of(fleet).value().members(FleetMember::revoked);
  CHECK(FleetRoster::of(fleet).value().members(FleetMember::revoked) == chosen);
  // Pinned: another choice would revoke other devices of fleets that are out there.
  CHECK(chosen == std::vector<std::uint64_t>{24, 82, 127, 129, 242, 324, 451, 610, 668, 873});
  auto other = fleet;
  other.name = "meters";
  CHECK(FleetRoster::of(other).value().members(FleetMember::revoked) != chosen);
  CHECK(chosen.back() - chosen.front() > 300);
  auto more = fleet;
  more.mix.expired = 0.1;
  CHECK(FleetRoster::of(more).value().members(FleetMember::revoked) == chosen);
}

TEST_CASE("a mix beyond the fleet is a usage problem", "[pki]") {
  CHECK(FleetRoster::of(mixed(10, {0.5, 0.4, 0.2, 0})).error().text() ==
        "the mix of \"devices\" takes 11 members, the fleet has 10 (smaller shares, or a larger "
        "fleet)");
  CHECK(FleetRoster::of(mixed(10, {0.5, 0.5, 0, 0})).value().kind(3) != FleetMember::regular);
}

TEST_CASE("kinds are written and read as words", "[pki]") {
  for (const auto kind : special) CHECK(parse_fleet_member(to_string(kind)) == kind);
  CHECK_FALSE(parse_fleet_member("revoke"));
}

TEST_CASE("members of each kind are valid when they should be", "[pki]") {
  const auto validity = Validity::lasting(std::chrono::hours(24 * 30));
  const auto regular = period_of(FleetMember::regular, validity, noon);
  CHECK(regular == period_of(validity, noon));
  CHECK(period_of(FleetMember::revoked, validity, noon) == regular);
  CHECK(period_of(FleetMember::rogue, validity, noon) == regular);
  const auto expired = period_of(FleetMember::expired, validity, noon);
  CHECK(time_text(expired.not_before) == "2026-05-01T12:00:00Z");
  CHECK(time_text(expired.not_after) == "2026-05-31T12:00:00Z");
  const auto soon = period_of(FleetMember::soon, validity, noon);
  CHECK(time_text(soon.not_before) == "2026-06-01T11:00:00Z");
  CHECK(time_text(soon.not_after) == "2026-06-02T00:00:00Z");
}
