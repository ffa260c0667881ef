#include "core/tls/group_wishes.hpp"

#include "core/tls/engine.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using Names = std::vector<std::string>;

TEST_CASE("a group that is wanted where it exists is left out where it does not", "[tls]") {
  CHECK(tls::available_groups({"?x25519", "?no-such-group", "P-256"}) == Names{"x25519", "P-256"});
  CHECK(tls::lacking_groups({"?x25519", "?no-such-group", "P-256"}) == Names{"no-such-group"});
  CHECK(tls::available_groups({}).empty());
}

TEST_CASE("a group that must exist stays, for the engine to refuse by name", "[tls]") {
  CHECK(tls::available_groups({"no-such-group", "x25519"}) == Names{"no-such-group", "x25519"});
  CHECK(tls::lacking_groups({"no-such-group"}).empty());
}

TEST_CASE("wishes of which none can be met are refused, not replaced by others", "[tls]") {
  const auto groups = tls::available_groups({"?no-such-group"});
  CHECK(groups == Names{"no-such-group"});
  const auto engine = tls::make_engine(tls::EngineKind::libssl, {.groups = groups});
  REQUIRE_FALSE(engine);
  CHECK_THAT(engine.error().text(), Catch::Contains("accepts no groups \"no-such-group\""));
}
