// What holds for every row of the catalogue, and the choice of rows.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/check/check.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

bool is_kebab_case(const std::string& id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

TEST_CASE("check ids are unique and kebab-case", "[check]") {
  std::set<std::string> seen;
  for (const auto& spec : catalogue()) {
    INFO(spec.id);
    CHECK(seen.insert(spec.id).second);
    CHECK(is_kebab_case(spec.id));
  }
}

TEST_CASE("every row says what a correct broker does, why, and what is expected", "[check]") {
  for (const auto& spec : catalogue()) {
    INFO(spec.id);
    CHECK_FALSE(spec.title.empty());
    CHECK_FALSE(spec.reference.empty());
    CHECK_FALSE(spec.quote.empty());
    CHECK_FALSE(spec.expected.empty());
  }
}

TEST_CASE("every rejecting row has an accepted twin on a listener that it names", "[check]") {
  for (const auto& spec : catalogue()) {
    INFO(spec.id);
    const auto* plan = std::get_if<ProbePlan>(&spec.plan);
    if (plan == nullptr || plan->expect.outcome != probe::Outcome::reject) continue;
    // A server list of its own that our client must refuse: nobody is accepted there.
    const bool own_server = plan->stimulus.listener.starts_with("one@");
    if (own_server && plan->expect.by == Rejecter::our_client) continue;
    REQUIRE(plan->twin);
    CHECK(std::ranges::find(spec.needs, plan->twin->listener) != spec.needs.end());
    CHECK(std::ranges::find(spec.needs, plan->stimulus.listener) != spec.needs.end());
  }
}

TEST_CASE("rows with a client certificate run in both modes and both TLS versions", "[check]") {
  for (const auto& spec : catalogue()) {
    INFO(spec.id);
    const auto* plan = std::get_if<ProbePlan>(&spec.plan);
    if (plan == nullptr || plan->stimulus.listener.find("two-way") == std::string::npos) continue;
    CHECK(plan->each_mode);
    CHECK(plan->each_version);
  }
}

TEST_CASE("no certificate: the catalogue's alerts for both versions, specified one first",
          "[check]") {
  const auto& rows = catalogue();
  const auto row = std::ranges::find(rows, "emqx-two-way-tls-no-certificate", &CheckSpec::id);
  REQUIRE(row != rows.end());
  const auto& expect = std::get<ProbePlan>(row->plan).expect;
  CHECK(expect.alerts_tls13 == std::vector<std::uint8_t>{116, 40, 42, 46});
  CHECK(expect.alerts_tls12 == std::vector<std::uint8_t>{40, 42, 46});
}

TEST_CASE("the guide's CONNECT is its fifteen bytes", "[check]") {
  const auto& rows = catalogue();
  const auto row = std::ranges::find(rows, "emqx-one-way-tls-raw-connect", &CheckSpec::id);
  REQUIRE(row != rows.end());
  CHECK(to_hex(std::get<ProbePlan>(row->plan).stimulus.connect) ==
        "100d00044d5154540400000000"
        "0161");
}

TEST_CASE("the group emqx-guide covers both transports and the whole trust matrix", "[check]") {
  std::set<std::string> ids;
  for (const auto& spec : catalogue()) ids.insert(spec.id);
  for (const std::string transport : {"tls", "wss"}) {
    for (const std::string row : {"raw-connect", "round-trip", "wrong-ca", "wrong-host"}) {
      CHECK(ids.contains("emqx-one-way-" + transport + "-" + row));
    }
    for (const std::string row :
         {"raw-connect", "round-trip", "no-certificate", "foreign-certificate"}) {
      CHECK(ids.contains("emqx-two-way-" + transport + "-" + row));
    }
  }
  for (const std::string trust : {"root", "merged", "second"}) {
    for (const std::string sent : {"leaf", "chain"}) {
      CHECK(ids.contains("emqx-trust-broker-" + trust + "-" + sent));
      CHECK(ids.contains("emqx-trust-client-" + trust + "-" + sent));
    }
  }
  CHECK(ids.contains("emqx-trust-client-second-leaf-partial"));
  CHECK(ids.contains("emqx-trust-client-second-chain-partial"));
  CHECK(ids.contains("emqx-serve-after-reject"));
}

TEST_CASE("an intermediate as only anchor is judged where we know the stack", "[check]") {
  for (const auto& spec : catalogue()) {
    if (!spec.id.starts_with("emqx-trust-broker-second")) continue;
    INFO(spec.id);
    CHECK(spec.level == Level::may);
    CHECK(spec.level_on.at("mosquitto") == Level::should);
  }
}

TEST_CASE("a selection filters by group and id, in catalogue order", "[check]") {
  Selection selection;
  selection.slow = true;
  CHECK(select(selection)->size() == catalogue().size());
  selection.slow = false;
  CHECK(select(selection)->size() < catalogue().size());
  selection.groups = {"emqx-guide"};
  selection.ids = {"emqx-two-way-tls-no-certificate", "emqx-one-way-tls-wrong-ca"};
  const auto rows = select(selection);
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0]->id == "emqx-one-way-tls-wrong-ca");
  CHECK((*rows)[1]->id == "emqx-two-way-tls-no-certificate");
}

TEST_CASE("an unknown group or id is a usage problem with a suggestion", "[check]") {
  Selection selection;
  selection.groups = {"emqx-guid"};
  auto rows = select(selection);
  REQUIRE_FALSE(rows);
  CHECK(rows.error().kind == ProblemKind::usage);
  CHECK(rows.error().text() ==
        "there is no check group \"emqx-guid\" (did you mean \"emqx-guide\"?)");

  selection.groups.clear();
  selection.ids = {"emqx-two-way-tls-no-certificat"};
  rows = select(selection);
  REQUIRE_FALSE(rows);
  CHECK(rows.error().text() ==
        "there is no check id \"emqx-two-way-tls-no-certificat\" (did you mean "
        "\"emqx-two-way-tls-no-certificate\"?)");

  selection.ids = {"something else entirely"};
  rows = select(selection);
  REQUIRE_FALSE(rows);
  CHECK(rows.error().text() ==
        "there is no check id \"something else entirely\" (handfast list checks shows them all)");
}

TEST_CASE("a row that this build cannot play is refused with the reason", "[check]") {
  REQUIRE_FALSE(unbuilt().empty());
  for (const auto& row : unbuilt()) {
    Selection selection;
    selection.ids = {std::string(row.id)};
    CHECK(select(selection).error().text() ==
          fmt::format("this build cannot play \"{0}\": {1} (handfast explain {0} tells what it is "
                      "about)",
                      row.id, row.reason));
  }
}

}  // namespace
}  // namespace handfast::check
