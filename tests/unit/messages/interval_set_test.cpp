#include "loadgen/interval_set.hpp"

#include <set>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using loadgen::IntervalSet;

TEST_CASE("A stream without gaps is one interval", "[messages]") {
  IntervalSet seen;
  for (std::uint64_t i = 0; i < 1000; ++i) CHECK(seen.insert(i));
  CHECK(seen.intervals().size() == 1);
  CHECK(seen.end() == 1000);
  CHECK(seen.missing(0, 1000) == 0);
  CHECK(seen.missing(0, 1010) == 10);
  CHECK_FALSE(seen.insert(0));
  CHECK_FALSE(seen.insert(999));
}

TEST_CASE("Numbers in any order, repeated, are counted as a plain set counts them", "[messages]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    IntervalSet seen;
    std::set<std::uint64_t> naive;
    const std::uint64_t range = 1 + random.below(300);
    for (int i = 0; i < 400; ++i) {
      if (random.below(4) == 0) {
        const std::uint64_t begin = random.below(range);
        const std::uint64_t end = begin + random.below(20);
        std::uint64_t fresh = 0;
        for (std::uint64_t n = begin; n < end; ++n) fresh += naive.insert(n).second ? 1 : 0;
        REQUIRE(seen.insert(IntervalSet::Interval{begin, end}) == fresh);
      } else {
        const std::uint64_t value = random.below(range);
        REQUIRE(seen.insert(value) == naive.insert(value).second);
      }
      const std::uint64_t begin = random.below(range);
      const std::uint64_t end = begin + random.below(range);
      std::uint64_t missing = 0;
      for (std::uint64_t n = begin; n < end; ++n) missing += naive.contains(n) ? 0 : 1;
      REQUIRE(seen.missing(begin, end) == missing);
    }
    std::uint64_t covered = 0;
    for (const auto& interval : seen.intervals()) covered += interval.end - interval.begin;
    CHECK(covered == naive.size());
  }
}

TEST_CASE("Memory is bounded: the lowest gap is given up and stays missing", "[messages]") {
  IntervalSet seen;
  const std::uint64_t count = IntervalSet::max_intervals + 10;
  for (std::uint64_t i = 0; i < count; ++i)
    CHECK(seen.insert(2 * i));  // every other one is missing
  CHECK(seen.intervals().size() == IntervalSet::max_intervals);
  CHECK(seen.missing(0, 2 * count - 1) == count - 1);
  CHECK_FALSE(seen.insert(1));        // its gap was given up
  CHECK(seen.insert(2 * count - 3));  // this one's was not
  CHECK(seen.missing(0, 2 * count - 1) == count - 2);
}
