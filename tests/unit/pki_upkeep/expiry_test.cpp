#include "pki/upkeep/expiry.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

Item item(const std::string& name, WallTime end) {
  Item out;
  out.name = name;
  out.kind = "identity";
  out.not_after = end;
  out.condition = Condition::installed;
  return out;
}

}  // namespace

TEST_CASE("due tells expired from soon to the second", "[pki]") {
  const std::vector<Item> items{item("last-second", noon), item("gone", noon - 1s),
                                item("edge", noon + 30 * day), item("later", noon + 30 * day + 1s)};
  const auto report = due(items, 30 * day, noon);
  REQUIRE(report.expired.size() == 1);
  CHECK(report.expired.front().name == "gone");
  REQUIRE(report.soon.size() == 2);
  CHECK(report.soon[0].name == "last-second");
  CHECK(report.soon[1].name == "edge");
  CHECK(report.fine == 1);
  CHECK(due_exit_code(report.worst()) == 11);
  CHECK(due_exit_code(due({items[0]}, 30 * day, noon).worst()) == 10);
  CHECK(due_exit_code(due({items[3]}, 30 * day, noon).worst()) == 0);
}

TEST_CASE("due passes over faults and what was revoked for good", "[pki]") {
  auto fault = item("stranger", noon - day);
  fault.kind = "fault";
  auto revoked = item("stolen", noon - day);
  revoked.condition = Condition::revoked;
  auto held = item("held", noon - day);
  held.condition = Condition::on_hold;
  const auto report = due({fault, revoked, held}, 30 * day, noon);
  REQUIRE(report.expired.size() == 1);
  CHECK(report.expired.front().name == "held");
}

TEST_CASE("a fleet is one line with its members, or left out (S4-69)", "[pki]") {
  auto fleet = item("devices", noon + day);
  fleet.kind = "fleet";
  fleet.members = 2000;
  const auto report = due({fleet}, 30 * day, noon, true);
  CHECK(due_text(report, 30 * day, noon) ==
        "devices (2000 members): expires in 1d (at 2026-06-02T12:00:00Z)\n"
        "0 expired, 1 within 30d, 0 later\n");
  CHECK(contains(due_json(report, noon), "\"members\": 2000"));
  CHECK(due({fleet}, 30 * day, noon, false).worst() == Expiry::fine);
}
