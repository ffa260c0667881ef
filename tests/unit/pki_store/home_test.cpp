#include "pki/store/home.hpp"

#include "pki/mint/key.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("a home opens after the first apply, and one at a time for changes", "[pki]") {
  const TempFolder folder;
  const auto manifest = manifest_of(small_manifest());
  CHECK(Home::open(manifest, folder.path()).error().text() ==
        folder.path().string() + ": nothing was applied here yet (run handfast pki apply)");
  CHECK_FALSE(Home::lock(manifest, folder / "nowhere"));
  REQUIRE(apply_text(small_manifest(), folder.path()));
  const auto locked = Home::lock(manifest, folder.path());
  REQUIRE(locked);
  CHECK(Home::lock(manifest, folder.path()).error().message ==
        "the folder is in use by process " + std::to_string(::getpid()));
  CHECK_FALSE(apply_text(small_manifest(), folder.path()));
  CHECK(Home::open(manifest, folder.path()));  // looking is always allowed
}

TEST_CASE("a home saves what changed and nothing else", "[pki]") {
  const TempFolder folder;
  const auto manifest = manifest_of(small_manifest());
  REQUIRE(apply_text(small_manifest(), folder.path()));
  const auto before = snapshot(folder.path());
  {
    auto home = Home::lock(manifest, folder.path()).value();
    REQUIRE(home.save());
    REQUIRE(revoke(home.state(), "client", "superseded", noon));
    CHECK(slurp(home.path("state.json")) == state_text(load_state(folder.path()).value()));
    REQUIRE(home.save());
  }
  auto after = snapshot(folder.path());
  CHECK(state_of(folder.path(), "client").revoked->reason == "superseded");
  const auto state = (folder / "state.json").string();
  CHECK(after.at(state) != before.at(state));
  after[state] = before.at(state);
  CHECK(after == before);
  auto reading = Home::open(manifest, folder.path()).value();
  REQUIRE(unhold(reading.state(), "client").has_error());
  CHECK(reading.save().error().message == "the state is saved without holding the lock");
}

TEST_CASE("a home gives certificates and keys, and says why it cannot", "[pki]") {
  const TempFolder folder;
  const auto manifest = manifest_of(small_manifest());
  REQUIRE(apply_text(small_manifest(), folder.path()));
  const auto home = Home::open(manifest, folder.path()).value();
  const auto key = home.key("second").value();
  CHECK(belongs_to(home.certificate("second")->get(), key.get()));
  CHECK(home.certificate("secnd").error().text() ==
        "the PKI has no entry \"secnd\" (did you mean \"second\"?)");
  CHECK(home.certificate("second@x").error().hint == "for example server@2");
  spit(folder / "second.key", private_key_pem(make_key(KeyType::p256).value().get()).value());
  CHECK(home.key("second").error().text() ==
        (folder / "second.key").string() +
            ": second.key and second.pem do not belong together "
            "(bring the old key back, or: handfast pki rekey second)");
  std::filesystem::remove(folder / "second.key");
  CHECK(home.key("second").error().text() ==
        (folder / "second.key").string() +
            ": the key of \"second\" is needed, but it is not here (bring it back)");
}
