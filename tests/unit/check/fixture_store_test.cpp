// Fixtures that outlive the run that minted them.
#include "harness/check/fixture_store.hpp"

#include "harness/check/fixture_material.hpp"
#include "harness/check/profiles.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::check {
namespace {

using namespace std::chrono_literals;

const WallTime noon = WallTime(std::chrono::hours(500'000));

TEST_CASE("a fixture comes back as it was put, also what is no certificate", "[check]") {
  const handfast::test::TempDirectory directory;
  const auto store = FixtureStore::open(directory / "kept", noon).value();
  CHECK_FALSE(store.find("a/b").value());
  StoredFixture fixture{.chain = {{1, 2, 3}, {9}},
                        .key = nullptr,
                        .anchors = {{4}},
                        .crls = {{5, 6}},
                        .host = "node.broker.lab.test",
                        .server = true,
                        .der = true};
  REQUIRE(store.put("a/b", fixture));
  const auto found = store.find("a/b").value();
  REQUIRE(found);
  CHECK(found->chain == fixture.chain);
  CHECK(found->anchors == fixture.anchors);
  CHECK(found->crls == fixture.crls);
  CHECK(found->host == fixture.host);
  CHECK(found->server);
  CHECK(found->der);
  CHECK(found->key == nullptr);
}

TEST_CASE("kept fixtures have the base time of their folder, for a day", "[check]") {
  const handfast::test::TempDirectory directory;
  CHECK(FixtureStore::open(directory / "kept", noon).value().base() == noon);
  CHECK(FixtureStore::open(directory / "kept", noon + 23h).value().base() == noon);
  const auto late = FixtureStore::open(directory / "kept", noon + 25h);
  REQUIRE_FALSE(late);
  CHECK_THAT(late.error().text(),
             Catch::Contains("25 hours ago") && Catch::Contains("write them again with --prepare"));
}

TEST_CASE("a second run in the folder plays the certificates of the first", "[check]") {
  const handfast::test::TempDirectory directory;
  const auto row = select({.groups = {}, .ids = {"client-chain-good"}}).value();
  const auto made = [&](bool keep) {
    Materials materials;
    const FixtureFiles files{.directory = directory / "fixtures", .key_owner = {}, .keep = keep};
    REQUIRE(add_fixtures(materials, row, files));
    return materials.identity(good_client_fixture)->list;
  };
  const auto first = made(true);
  CHECK(made(true) == first);
  CHECK(made(false) != first);  // ECDSA signs anew each time
}

}  // namespace
}  // namespace handfast::check
