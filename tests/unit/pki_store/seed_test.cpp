#include "pki/mint/certificate.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string seeded(const std::string& phrase) {
  return replaced(small_manifest(), "handfast-pki: 1\n",
                  "handfast-pki: 1\nclock: 2026-06-01T12:00:00Z\nseed: " + phrase + "\n");
}

}  // namespace

TEST_CASE("the same seed and clock give the same keys, serials and dates", "[pki]") {
  const TempFolder one;
  const TempFolder two;
  const TempFolder other;
  const auto manifest = manifest_of(seeded("lab one"));
  const auto report = apply(manifest, {.home = one.path(), .key_owner = {}}).value();
  REQUIRE(apply(manifest, {.home = two.path(), .key_owner = {}}));
  REQUIRE(apply(manifest_of(seeded("lab two")), {.home = other.path(), .key_owner = {}}));
  for (const std::string name : {"root", "second", "server", "client"}) {
    INFO(name);
    CHECK(slurp(one / (name + ".key")) == slurp(two / (name + ".key")));
    CHECK(slurp(one / (name + ".key")) != slurp(other / (name + ".key")));
    CHECK(state_of(one.path(), name).serial == state_of(two.path(), name).serial);
    CHECK(state_of(one.path(), name).not_after == state_of(two.path(), name).not_after);
  }
  CHECK(report.notes.front() == "TEST ONLY: keys and serials come from the seed in the manifest");
}

TEST_CASE("a new generation from a seed has another serial, and another key when asked for",
          "[pki]") {
  const TempFolder home;
  const auto manifest = manifest_of(seeded("lab"));
  ApplyOptions options{.home = home.path(), .key_owner = {}};
  REQUIRE(apply(manifest, options));
  const auto first = state_of(home.path(), "server");
  options.rekey = {"server"};
  REQUIRE(apply(manifest, options));
  const auto second = state_of(home.path(), "server");
  CHECK(second.serial != first.serial);
  CHECK(second.key != first.key);
}

TEST_CASE("a seed cannot give every type of key", "[pki]") {
  const TempFolder home;
  const auto text = replaced(seeded("lab"), "valid: 30d", "valid: 30d\n  key: rsa2048");
  CHECK(apply(manifest_of(text), {.home = home.path(), .key_owner = {}}).error().text() ==
        "test.yaml:8:3: a RSA 2048 key cannot be made from a seed "
        "(with a seed take p256, p384, p521, ed25519 or ed448)");
}
