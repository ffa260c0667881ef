#include "pki/upkeep/revoking.hpp"

#include "pki/store/revocations.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

struct Revoking {
  Manifest manifest = manifest_of(lab_manifest());
  State state;

  Revoking() {
    const auto add = [this](const std::string& name, const std::string& serial) {
      auto& entry = state.entries[name];
      entry.serial = serial;
      entry.issuer = "second";
      entry.generation = 2;
      entry.not_after = "2026-06-06T12:00:00Z";
      entry.old.push_back({.generation = 1,
                           .certificate = {},
                           .serial = serial + "0",
                           .issuer = "second",
                           .key = {},
                           .not_before = {},
                           .not_after = "2026-05-01T00:00:00Z",
                           .file = {},
                           .revoked = {}});
    };
    add("server", "0a");
    add("client", "0b");
    state.fleets["devices"].issuer = "second";
  }

  std::string text(const std::string& name, const std::string& reason) {
    auto target = parse_revocation_target(manifest, state, name);
    if (!target) return target.error().text();
    auto done = reason.empty() ? unhold(manifest, state, *target)
                               : revoke(manifest, state, *target, reason, noon);
    return done ? done->what + " by " + done->issuer : done.error().text();
  }
};

}  // namespace

TEST_CASE("revocation is permanent or a hold that can be taken back (S4-65)", "[pki]") {
  Revoking lab;
  CHECK(lab.text("server", "certificateHold") == "server@2 by second");
  CHECK(lab.state.entries["server"].revoked->hold());
  CHECK(lab.text("server", "") == "server@2 by second");
  CHECK_FALSE(lab.state.entries["server"].revoked.has_value());
  CHECK(lab.text("server", "keyCompromise") == "server@2 by second");
  CHECK(contains(lab.text("server", ""), "is revoked for good (keyCompromise)"));
  CHECK(contains(lab.text("server", "superseded"), "was revoked already"));
  CHECK(lab.text("client@1", "superseded") == "client@1 by second");
  CHECK_FALSE(lab.state.entries["client"].revoked.has_value());
}

TEST_CASE("members of a fleet are revoked by range", "[pki]") {
  Revoking lab;
  auto& members = lab.state.fleets["devices"].members;
  CHECK(lab.text("devices:10-19", "certificateHold") == "10 members of devices:10-19 by second");
  CHECK(members.size() == 10);
  CHECK(lab.text("devices:12", "keyCompromise") == "devices:12 by second");
  CHECK(members.at(12).reason == "keyCompromise");
  CHECK(lab.text("devices:0-19", "") == "9 members of devices:0-19 by second");
  CHECK(members.size() == 1);
  CHECK(contains(lab.text("devices:12", ""), "none is on hold"));
  CHECK(lab.text("devices:12", "superseded") == "devices:12 revoked already");
}

TEST_CASE("what cannot be revoked is refused with a hint", "[pki]") {
  Revoking lab;
  const auto before = lab.state;
  CHECK(lab.text("devices", "superseded") ==
        "\"devices\" is a fleet: say which members (for example devices:17 or devices:0-19)");
  CHECK(lab.text("devices:20", "superseded") ==
        "\"devices\" has no member 20 (its members are 0 to 19)");
  CHECK(lab.text("devices:9-3", "superseded") == "the range 9-3 is upside down");
  CHECK(contains(lab.text("devices:x", "superseded"), "\"x\" is no range of members"));
  CHECK(lab.text("device:1", "superseded") ==
        "there is no fleet \"device\" (did you mean \"devices\"?)");
  CHECK(lab.text("sever", "superseded") ==
        "there is no entry \"sever\" (did you mean \"server\"?)");
  CHECK(contains(lab.text("devices:1", "stolen"), "stolen"));
  CHECK(contains(lab.text("server", "stolen"), "stolen"));
  CHECK(contains(lab.text("devices:1", "removeFromCRL"), "takes a hold back"));
  CHECK(contains(lab.text("server@9", "superseded"), "has no generation 9"));
  CHECK(lab.state == before);
}

TEST_CASE("expired certificates are revoked when the policy wants it (S4-71)", "[pki]") {
  Revoking lab;
  const auto first = revoke_expired(lab.manifest, lab.state, noon);
  REQUIRE(first.size() == 2);  // the old generations
  CHECK(first[0].name == "client@1");
  CHECK(revoke_expired(lab.manifest, lab.state, noon).empty());
  const auto second = revoke_expired(lab.manifest, lab.state, noon + 6 * day);
  REQUIRE(second.size() == 2);
  CHECK(second[1].name == "server@2");
  CHECK(lab.state.entries["server"].revoked->reason == "superseded");
}
