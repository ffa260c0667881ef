#include "pki/upkeep/listing.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("the status is one of few words: not configured, installed, self-signed (S1-01)",
          "[pki]") {
  const auto manifest = manifest_of(lab_manifest());
  for (const auto& item : inventory(manifest, {}, noon)) {
    CHECK(item.condition == Condition::not_configured);
    CHECK(item.generation == 0);
  }
  CHECK(status_text({inventory(manifest, {}, noon).front()}, noon) == "root: not configured\n");

  const Lab lab;
  CHECK(lab.item("server").condition == Condition::installed);
  CHECK(lab.item("lone").condition == Condition::self_signed);
  CHECK(lab.item("root").condition == Condition::self_signed);
  CHECK(lab.item("server", noon + 31 * day).condition == Condition::expired);
  CHECK(lab.item("server", noon - 2 * day).condition == Condition::not_yet_valid);
  auto state = lab.state();
  REQUIRE(revoke(state, "server", "keyCompromise", noon).has_value());
  REQUIRE(revoke(state, "client", "certificateHold", noon).has_value());
  const auto items = inventory(lab.manifest, state, noon + 31 * day);
  CHECK(status_text(items, noon + 31 * day)
            .find("\nserver: revoked (keyCompromise), generation 1, "
                  "ended 2026-07-01T12:00:00Z (expired 1d ago)\n") != std::string::npos);
  CHECK(items[4].condition == Condition::on_hold);
}

TEST_CASE("identity and trust stores are kept apart in the list (S4-09)", "[pki]") {
  const Lab lab;
  CHECK(store_text(lab.item("server")) == "identity");
  CHECK(store_text(lab.item("root")) == "trust");
  CHECK(lab.item("root").bundles == std::vector<std::string>{"cacert"});
  CHECK(store_text(lab.item("rogue")) == "-");
  CHECK(lab.item("devices").members == 20);
  CHECK(lab.item("server").key == "p256");
  CHECK(lab.item("server").usage == std::vector<std::string>{"serverAuth"});
  CHECK(contains(lab.item("server").names, "IP:127.0.0.1"));
}

TEST_CASE("the list is a table, CSV and JSON of the same rows", "[pki]") {
  const Lab lab;
  const auto items = lab.items();
  const auto text = list_text(items, noon);
  CHECK(text.starts_with("name"));
  CHECK(std::ranges::count(text, '\n') == 9);
  CHECK(contains(text, "fleet of 20"));
  const auto csv = list_csv(items, noon);
  CHECK(csv.starts_with("name,kind,store,subject,issuer,key,expires,left,status,generation\n"));
  CHECK(contains(csv, "\nclient,identity,identity,"));
  CHECK(contains(csv, ",second,p256,2026-06-06T12:00:00Z,5d,installed,1\n"));
  auto comma = items.front();
  comma.subject = "O = \"a\", CN = b";
  CHECK(contains(list_csv({comma}, noon), ",\"O = \"\"a\"\", CN = b\","));
  const auto json = list_json(items, noon);
  CHECK(contains(json, "\"seconds_left\": 432000"));
  CHECK(contains(json, "\"note\": \"signs for the lab\""));
}

TEST_CASE("the status of one entry tells its earlier generations", "[pki]") {
  const Lab lab;
  ApplyOptions again{.home = lab.folder.path(), .key_owner = {}, .now = noon};
  again.renew = {"server"};
  REQUIRE(apply(lab.manifest, again).has_value());
  auto state = lab.state();
  REQUIRE(revoke(state, "server@1", "superseded", noon).has_value());
  const auto text = status_of(lab.item("server"), &state.entries.at("server"), noon);
  CHECK(text.starts_with("server: installed, generation 2, expires 2026-07-01T12:00:00Z (30d)\n"));
  CHECK(contains(text, "server@1, serial " + state.entries.at("server").old.front().serial));
  CHECK(contains(text, ", revoked (superseded)\n"));
}
