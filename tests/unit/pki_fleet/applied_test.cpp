// Fleets of every store by way of a manifest.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "pki/fleet/fleet.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "pki/store/revocations.hpp"
#include "pki/store/state.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

Manifest manifest_with(FleetStore store) {
  auto manifest = manifest_of(R"(handfast-pki: 1
authorities:
  root: {cn: test root, valid: 10y}
  second: {issuer: root, cn: test second, pathlen: 0, valid: 5y}
  rogue: {cn: rogue root, valid: 10y, trust: false}
fleets:
  devices: {issuer: second, count: 40, cn: 'dev-{i:06}', valid: 30d}
)");
  auto& fleet = manifest.fleets.at(0);
  fleet.store = store;
  fleet.seed = store == FleetStore::seed ? "phrase" : "";
  fleet.mix = {.revoked = 0.1, .expired = 0.1, .soon = 0.1, .rogue = 0.1};
  fleet.rogue_issuer = "rogue";
  return manifest;
}

}  // namespace

TEST_CASE("apply makes fleets of every store, and a second time nothing", "[pki][S4-79]") {
  for (const auto store :
       {FleetStore::pack, FleetStore::seed, FleetStore::bundle, FleetStore::files}) {
    INFO(to_string(store));
    const TempFolder folder;
    const auto manifest = manifest_with(store);
    REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
    const auto fleet = open_fleet(folder / manifest.fleets[0].file).value();
    CHECK(fleet->store() == store);
    CHECK(fleet->members(FleetMember::rogue).size() == 4);

    const auto pki = Pki::open(manifest, folder.path()).value();
    const auto opened = pki.fleet("devices").value();
    CHECK(opened->count() == 40);
    const auto second = certificate_in(folder / "second.pem");
    const auto rogue = certificate_in(folder / "rogue.pem");
    const auto rogues = fleet->members(FleetMember::rogue);
    for (std::uint64_t i = 0; i < 40; ++i) {
      const auto identity = opened->identity(i).value();
      const bool is_rogue = std::find(rogues.begin(), rogues.end(), i) != rogues.end();
      CHECK(X509_check_issued((is_rogue ? rogue : second).get(), identity.leaf()) == X509_V_OK);
      CHECK(belongs_to(identity.leaf(), identity.key()));
      CHECK(identity.intermediates().size() == (is_rogue ? 0 : 1));
    }

    const auto before = snapshot(folder.path());
    const auto again = apply(manifest, {.home = folder.path(), .now = noon}).value();
    CHECK(again.written.empty());
    CHECK(snapshot(folder.path()) == before);
  }
}

TEST_CASE("another store, mix or seed makes the fleet anew and keeps the old one", "[pki]") {
  const TempFolder folder;
  auto manifest = manifest_with(FleetStore::pack);
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  const auto file = manifest.fleets[0].file;
  const auto old = slurp(folder / file);
  manifest.fleets[0].mix.revoked = 0.2;
  const auto changed = apply(manifest, {.home = folder.path(), .now = noon}).value();
  CHECK(std::find(changed.written.begin(), changed.written.end(), file) != changed.written.end());
  CHECK(open_fleet(folder / file).value()->members(FleetMember::revoked).size() == 8);
  CHECK(slurp(folder / "archive/devices-1.pack") == old);
  manifest.fleets[0].store = FleetStore::bundle;
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  CHECK(open_fleet(folder / file).value()->store() == FleetStore::bundle);
  CHECK(std::filesystem::exists(folder / "archive/devices-2.pack"));
}

TEST_CASE("a fleet is made anew when its rogue issuer is another one", "[pki]") {
  const TempFolder folder;
  const auto manifest = manifest_with(FleetStore::pack);
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  std::filesystem::remove(folder / "rogue.pem");
  std::filesystem::remove(folder / "rogue.key");
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  const auto fleet = open_fleet(folder / manifest.fleets[0].file).value();
  const auto member = fleet->identity(fleet->members(FleetMember::rogue).at(0)).value();
  const auto rogue = certificate_in(folder / "rogue.pem");
  CHECK(X509_verify(member.leaf(), X509_get0_pubkey(rogue.get())) == 1);
}

TEST_CASE("a fleet that the state forgot is adopted in every store", "[pki]") {
  for (const auto store :
       {FleetStore::pack, FleetStore::seed, FleetStore::bundle, FleetStore::files}) {
    INFO(to_string(store));
    const TempFolder folder;
    const auto manifest = manifest_with(store);
    REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
    auto state = nlohmann::json::parse(slurp(folder / "state.json"));
    REQUIRE(state.at("fleets").size() == 1);
    state["fleets"] = nlohmann::json::object();
    spit(folder / "state.json", state.dump());
    const auto again = apply(manifest, {.home = folder.path(), .now = noon}).value();
    CHECK(again.written == std::vector<std::string>{"state.json"});
  }
}

TEST_CASE("minting that is stopped leaves no fleet and can be repeated", "[pki]") {
  const TempFolder folder;
  const auto manifest = manifest_with(FleetStore::pack);
  const auto stopped = apply(
      manifest, {.home = folder.path(),
                 .now = noon,
                 .fleets = {.threads = 1, .progress = [](const FleetProgress&) { return false; }}});
  CHECK(stopped.error().message == "stopped before all members were made; nothing was written");
  CHECK_FALSE(std::filesystem::exists(folder / manifest.fleets[0].file));
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  CHECK(open_fleet(folder / manifest.fleets[0].file));
}

TEST_CASE("members carry what their issuer publishes, and are made anew when that changes",
          "[pki]") {
  const TempFolder folder;
  auto manifest = manifest_with(FleetStore::pack);
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  for (auto& authority : manifest.authorities) {
    if (authority.name == "second") authority.publish.urls.crl_urls = {"http://127.0.0.1/a.crl"};
  }
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  const auto fleet = open_fleet(folder / manifest.fleets[0].file).value();
  const auto rogues = fleet->members(FleetMember::rogue);
  std::uint64_t regular = 0;
  while (std::binary_search(rogues.begin(), rogues.end(), regular)) ++regular;
  const auto urls = crl_urls(fleet->identity(regular).value().leaf());
  CHECK(urls == std::vector<std::string>{"http://127.0.0.1/a.crl"});
}

TEST_CASE("what was revoked of a fleet stays revoked when the fleet is made anew", "[pki]") {
  const TempFolder folder;
  auto manifest = manifest_with(FleetStore::pack);
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  const auto file = folder / manifest.fleets[0].file;
  auto old = open_fleet(file).value();
  const auto by_mix = old->members(FleetMember::revoked);
  const auto rogues = old->members(FleetMember::rogue);
  std::uint64_t by_hand = 0;
  while (std::binary_search(by_mix.begin(), by_mix.end(), by_hand) ||
         std::binary_search(rogues.begin(), rogues.end(), by_hand)) {
    ++by_hand;
  }
  const auto serial = to_hex(old->serial(by_hand).value());
  old.reset();
  auto state = load_state(folder.path()).value();
  state.fleets["devices"].members[by_hand] = {"keyCompromise", time_text(noon)};
  spit(folder / "state.json", state_text(state));

  manifest.fleets[0].count = 41;
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  state = load_state(folder.path()).value();
  CHECK(state.fleets["devices"].members.empty());
  const auto list = revocations(state, "second");
  CHECK(list.size() == by_mix.size() + 1);
  const auto kept = std::find_if(list.begin(), list.end(),
                                 [&](const auto& entry) { return entry.serial == serial; });
  REQUIRE(kept != list.end());
  CHECK(kept->revocation.reason == "keyCompromise");
  CHECK(kept->name == "a member of devices@1");
  // And a fleet that stays as it is forgets nothing either.
  REQUIRE(apply(manifest, {.home = folder.path(), .now = noon}));
  CHECK(load_state(folder.path()).value() == state);
}
