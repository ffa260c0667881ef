#include "loadgen/ramp_down.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;

TEST_CASE("A ramp-down hands out what is held evenly, and everything by its end", "[loadgen]") {
  RampDown ramp;
  CHECK_FALSE(ramp.begun());
  std::vector<SlotId> held;
  for (std::uint32_t i = 0; i < 10; ++i) held.push_back({i, 7});
  ramp.begin(held);
  CHECK(ramp.begun());
  std::uint32_t next = 0;
  for (const auto& [share, count] : std::vector<std::pair<double, std::size_t>>{
           {0, 0}, {0.09, 0}, {0.1, 1}, {0.1, 0}, {0.55, 4}, {0.5, 0}, {1, 5}, {1.5, 0}}) {
    INFO(share);
    const auto due = ramp.due(share);
    REQUIRE(due.size() == count);
    for (const SlotId id : due) CHECK(id.index == next++);
  }
}

TEST_CASE("A ramp-down of nothing hands out nothing", "[loadgen]") {
  RampDown ramp;
  ramp.begin({});
  CHECK(ramp.due(1).empty());
}
