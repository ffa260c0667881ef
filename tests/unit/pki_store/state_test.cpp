#include "pki/store/state.hpp"

#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

State example() {
  State state;
  EntryState entry;
  entry.spec = "aa";
  entry.certificate = "bb";
  entry.serial = "cc";
  entry.issuer = "second";
  entry.not_before = "2026-01-01T00:00:00Z";
  entry.not_after = "2027-01-01T00:00:00Z";
  entry.generation = 3;
  entry.key = "dd";
  entry.key_type = "p256";
  entry.key_file = "ee";
  entry.issuer_id = "ff";
  entry.issuer_generation = 2;
  entry.pem = "text\n";
  entry.chain = "more\n";
  entry.derived["server.p12"] = {"from", "digest"};
  entry.old.push_back({.generation = 2,
                       .certificate = "11",
                       .serial = "22",
                       .issuer = "second",
                       .key = "33",
                       .not_before = "a",
                       .not_after = "b",
                       .file = "archive/server@2.pem",
                       .revoked = Revocation{"superseded", "c"}});
  entry.revoked = Revocation{"keyCompromise", "2026-02-01T00:00:00Z"};
  state.entries["server"] = entry;
  state.entries["root"] = EntryState{};
  state.fleets["devices"].members[17] = {"keyCompromise", "2026-02-01T00:00:00Z"};
  state.crl_numbers["second"] = 7;
  return state;
}

}  // namespace

TEST_CASE("a state is read as it was written", "[pki]") {
  const TempFolder home;
  const auto state = example();
  spit(home / "state.json", state_text(state));
  CHECK(load_state(home.path()).value() == state);
  CHECK(load_state(home / "nowhere").value() == State{});
}

TEST_CASE("a state of version 1 keeps its fleets and has its entries adopted", "[pki]") {
  const TempFolder home;
  spit(home / "state.json",
       R"({"handfast-pki-state": 1, "entries": {"a": {}}, "fleets": {"devices": {"spec": "s",
       "certificate": "c", "serial": "", "issuer": "second", "not_before": "x", "not_after": "y",
       "generation": 4}}})");
  const auto state = load_state(home.path()).value();
  CHECK(state.entries.empty());
  CHECK(state.fleets.at("devices").generation == 4);
}

TEST_CASE("a member without a number damages the state", "[pki]") {
  const TempFolder home;
  auto text = state_text(example());
  spit(home / "state.json", replaced(text, "\"17\"", "\"x\""));
  CHECK(load_state(home.path()).error().message ==
        "the state is damaged: a member of a fleet has no number");
}

TEST_CASE("names of generations", "[pki]") {
  CHECK(parse_generation_name("server")->generation == 0);
  CHECK(parse_generation_name("server@12")->entry == "server");
  CHECK(parse_generation_name("server@12")->generation == 12);
  for (const std::string bad : {"server@", "server@0", "server@x", "server@-1", "server@1x"}) {
    INFO(bad);
    CHECK(parse_generation_name(bad).error().hint == "for example server@2");
  }
}

TEST_CASE("a hold can be taken back, other reasons cannot", "[pki]") {
  auto state = example();
  state.entries["server"].revoked.reset();
  REQUIRE(revoke(state, "server", "certificateHold", noon));
  CHECK(state.entries["server"].revoked->hold());
  CHECK(revoke(state, "server", "certificateHold", noon).error().message ==
        "\"server\" is on hold already");
  REQUIRE(unhold(state, "server"));
  CHECK_FALSE(state.entries["server"].revoked);
  CHECK(unhold(state, "server").error().message == "\"server\" is not on hold");
  REQUIRE(revoke(state, "server", "certificateHold", noon));
  REQUIRE(revoke(state, "server", "keyCompromise", noon));
  CHECK(unhold(state, "server").error().text() ==
        "\"server\" is revoked for good (keyCompromise) "
        "(only certificateHold can be taken back; renew it instead)");
  CHECK(revoke(state, "server", "superseded", noon).error().message ==
        "\"server\" was revoked already, on 2026-06-01 (keyCompromise)");
}

TEST_CASE("what cannot be revoked says why", "[pki]") {
  auto state = example();
  CHECK(revoke(state, "sever", "keyCompromise", noon).error().text() ==
        "nothing was issued to \"sever\" (did you mean \"server\"?)");
  CHECK(revoke(state, "server@1", "keyCompromise", noon).error().text() ==
        "\"server\" has no generation 1 (the current one is 3)");
  CHECK(revoke(state, "server", "keyCompromised", noon).error().text() ==
        "unknown reason \"keyCompromised\" (did you mean \"keyCompromise\"?)");
  CHECK(revoke(state, "root", "keyCompromise", noon).error().text() ==
        "\"root\" signed itself: nobody can revoke it "
        "(take it out of the bundles that trust it)");
}
