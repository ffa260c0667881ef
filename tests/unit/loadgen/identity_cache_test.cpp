// What is read again, and what is not.
#include "loadgen/identity_cache.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::loadgen;

TEST_CASE("A client that comes again is not read again", "[loadgen]") {
  IdentityCache cache;
  std::vector<std::uint64_t> asked;
  bool broken = false;
  const auto source = [&](std::uint64_t index) -> Result<tls::Identity> {
    asked.push_back(index);
    if (broken) return environment_problem("gone");
    return index == 7 ? tls::Identity{} : test::test_pki().client_identity();
  };
  const auto first = cache.get(3, true, source).value();
  CHECK(cache.get(3, true, source).value().certificate == first.certificate);
  CHECK(asked == std::vector<std::uint64_t>{3});

  SECTION("each client has its own place, until another needs it") {
    CHECK(cache.get(3 + IdentityCache::capacity, true, source).has_value());
    CHECK(cache.get(3, true, source).has_value());
    CHECK(asked == std::vector<std::uint64_t>{3, 3 + IdentityCache::capacity, 3});
  }
  SECTION("who is not to be kept is read each time") {
    CHECK(cache.get(3, false, source).has_value());
    CHECK(asked.size() == 2);
  }
  SECTION("an error is told and not kept") {
    broken = true;
    CHECK(cache.get(4, true, source).error().message == "gone");
    broken = false;
    CHECK(cache.get(4, true, source).has_value());
  }
  SECTION("no certificate is nothing to count") {
    CHECK_FALSE(cache.get(7, true, source).value().certificate);
  }
}
