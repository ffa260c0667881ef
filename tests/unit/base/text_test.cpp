#include "core/base/text.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;

TEST_CASE("a near word is suggested, a far one gets the list", "[base]") {
  const std::vector<std::string> words{"connections", "clients", "load"};
  CHECK(suggest("conections", words) == "did you mean \"connections\"?");
  CHECK(suggest("xyzzy", words) == "one of: connections, clients, load");
  CHECK(suggest("x", std::vector<std::string>{}).empty());
}

TEST_CASE("text from outside prints without control characters and cut", "[base]") {
  CHECK(printable("a\x1b[31mb\n") == "a\\x1b[31mb\\x0a");
  CHECK(printable("abcdef", 3) == "abc...");
}

TEST_CASE("split and join are each other's inverse, trim keeps the middle", "[base]") {
  CHECK(join(split("a,b,,c", ','), ",") == "a,b,,c");
  CHECK(trim("  a b\n") == "a b");
}
