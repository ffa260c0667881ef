#include "pki/fleet/fleet_bulk.hpp"

#include "pki/mint/key_bytes.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

class Kept final : public FleetWriter {
 public:
  std::vector<MintedIdentity> members;
  std::size_t fail_at = SIZE_MAX;
  Result<void> add(const MintedIdentity& member) override {
    if (members.size() == fail_at) return environment_problem("no space left");
    members.push_back(member);
    return {};
  }
  Result<void> commit() override { return {}; }
};

}  // namespace

TEST_CASE("members come in order and complete, however many threads make them", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 5001);
  fleet.seed = "phrase";
  const auto expected = fleet_seed(fleet);
  for (const unsigned threads : {1U, 2U, 3U}) {
    INFO(threads);
    auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
    Kept kept;
    std::vector<std::uint64_t> told;
    REQUIRE(mint_fleet(minter, kept,
                       {.threads = threads, .progress = [&](const FleetProgress& progress) {
                          CHECK(progress.count == 5001);
                          told.push_back(progress.done);
                          return true;
                        }}));
    REQUIRE(kept.members.size() == 5001);
    for (std::size_t i = 0; i < kept.members.size(); ++i) {
      REQUIRE(kept.members[i].serial == expected.serial(member_label(i)));
    }
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.back() == 5001);
  }
}

TEST_CASE("work that is stopped ends with a problem", "[pki]") {
  const Ca ca;
  for (const unsigned threads : {1U, 2U}) {
    auto minter = FleetMinter::of(fleet_of(KeyType::p256, 20000), issuers_of(ca), noon).value();
    Kept kept;
    const auto done = mint_fleet(
        minter, kept, {.threads = threads, .progress = [](const FleetProgress& progress) {
                         return progress.done < 2000;
                       }});
    CHECK(done.error().text() == "stopped before all members were made; nothing was written");
    CHECK(kept.members.size() < 20000);
  }
}

TEST_CASE("a writer that fails ends the work", "[pki]") {
  const Ca ca;
  for (const unsigned threads : {1U, 2U}) {
    auto minter = FleetMinter::of(fleet_of(KeyType::p256, 5000), issuers_of(ca), noon).value();
    Kept kept;
    kept.fail_at = 1500;
    CHECK(mint_fleet(minter, kept, {.threads = threads, .progress = {}}).error().message ==
          "no space left");
    CHECK(kept.members.size() == 1500);
  }
}

TEST_CASE("a name that only some members cannot have ends the work", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 3000);
  const std::string label(61, 'x');  // 63 octets are allowed (RFC 1035 section 2.3.4)
  fleet.names = {label + "{i}.lab"};
  auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  Kept kept;
  CHECK(mint_fleet(minter, kept, {.threads = 2, .progress = {}}).error().message ==
        "\"" + label + "100.lab\" is no DNS name, IP address, URI or e-mail address");
}
