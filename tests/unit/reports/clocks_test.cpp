#include "reports/clocks.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::reports;
using std::chrono::milliseconds;

namespace {

struct Place {
  std::string host, boot_id;
  std::optional<double> most_offset_s;
};

MergeInfo merged_from(const std::vector<Place>& places) {
  MergeInfo merged;
  for (const Place& place : places) {
    MergeInfo::Part& part = merged.parts.emplace_back();
    part.index = merged.count++;
    part.host = place.host;
    part.clock = {.boot_id = place.boot_id, .most_offset_s = place.most_offset_s};
  }
  return merged;
}

}  // namespace

TEST_CASE("clocks: shards of one boot read one clock, whoever sets it", "[reports]") {
  const auto merged = merged_from({{"pod-0", "a", std::nullopt}, {"pod-1", "a", std::nullopt}});
  CHECK(clocks_apart(merged) == Nanos(0));
  CHECK(describe_clocks(merged) == "one clock for all");
  CHECK(describe_clocks(merged_from({{"alone", "", std::nullopt}})) == "one clock for all");
}

TEST_CASE("clocks: the two widest bounds add up, one for each clock", "[reports]") {
  const auto merged =
      merged_from({{"n0", "a", 0.010}, {"n1", "b", 0.002}, {"n2", "c", 0.030}, {"n3", "c", 0.025}});
  CHECK(clocks_apart(merged) == milliseconds(40));
  CHECK(describe_clocks(merged) == "40.0 ms apart at most");
  CHECK(clocks_apart(merged_from({{"n0", "a", 1e300}, {"n1", "b", -1.0}})) ==
        std::chrono::seconds(1'000'000));
}

TEST_CASE("clocks: daemons that bound the offset by 0 do not make two clocks one", "[reports]") {
  CHECK_THAT(describe_clocks(merged_from({{"n0", "a", 0.0}, {"n1", "b", 0.0}})),
             Catch::EndsWith("apart at most"));
}

TEST_CASE("clocks: one that nobody set has no bound, and is named", "[reports]") {
  const auto merged = merged_from({{"n0", "a", 0.010},
                                   {"n1", "b", std::nullopt},
                                   {"n1", "b", std::nullopt},
                                   {"n2", "c", std::nullopt}});
  CHECK_FALSE(clocks_apart(merged));
  CHECK(describe_clocks(merged) ==
        "not known how far apart: no time daemon has set the clock of n1, n2");
}

TEST_CASE("clocks: kernels that cannot be told apart are taken for two", "[reports]") {
  CHECK(clocks_apart(merged_from({{"n0", "", 0.010}, {"n1", "", 0.010}})) == milliseconds(20));
}

TEST_CASE("clocks: a shard says how far its own is off", "[reports]") {
  CHECK(describe_clock({.boot_id = "a", .most_offset_s = 0.002}) == "off by 2.00 ms at most");
  CHECK(describe_clock({}) == "no time daemon has set it: how far it is off is not known");
}
