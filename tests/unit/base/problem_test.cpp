#include "core/base/problem.hpp"

#include <stdexcept>

#include "tests/support/catch.hpp"

using namespace handfast;

TEST_CASE("a problem reads where, message, hint, and leaves empty parts out", "[base]") {
  CHECK(usage_problem("unknown key \"a\"", "f.yaml:6:3", "did you mean \"b\"?").text() ==
        "f.yaml:6:3: unknown key \"a\" (did you mean \"b\"?)");
  CHECK(internal_problem("broken").text() == "broken");
}

TEST_CASE("each problem kind has the exit code of the contract", "[base]") {
  CHECK(exit_code(ProblemKind::failed) == 1);
  CHECK(exit_code(ProblemKind::usage) == 2);
  CHECK(exit_code(ProblemKind::environment) == 3);
  CHECK(exit_code(ProblemKind::internal) == 4);
}

TEST_CASE("value() of a failed result throws, it never hands out garbage", "[base]") {
  Result<int> failed = usage_problem("no number");
  CHECK_THROWS_AS(failed.value(), std::logic_error);
  CHECK(with_context(failed.error(), "reading it").message == "reading it: no number");
}
