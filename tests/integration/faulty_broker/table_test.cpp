// The table of switches: what the mutation-score test iterates over.
#include <set>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test {
namespace {

TEST_CASE("Every member of Defects has one row in the table of switches", "[faulty_broker]") {
  static_assert(sizeof(bool) == 1);
  CHECK(defect_switches().size() == sizeof(Defects));
  std::set<std::string_view> names;
  for (const auto& entry : defect_switches()) {
    INFO(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK_FALSE(entry.what.empty());
    CHECK_FALSE(entry.rows.empty());
  }
}

TEST_CASE("A switch turns on its own member and no other", "[faulty_broker]") {
  for (const auto& entry : defect_switches()) {
    INFO(entry.name);
    const auto defects = with_defect(entry.name);
    for (const auto& other : defect_switches()) {
      CHECK(defects.*other.member == (other.name == entry.name));
    }
  }
  CHECK_THROWS_WITH(with_defect("accepts_everything"),
                    "the faulty broker has no switch accepts_everything");
}

}  // namespace
}  // namespace handfast::test
