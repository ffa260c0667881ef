#include "reports/merge.hpp"

#include "reports/json.hpp"
#include "reports/summary.hpp"
#include "reports/terminal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using namespace handfast::reports;

namespace {

/// A shard that went well, named after its index.
Part shard(unsigned index, unsigned count) {
  Part part{"shard-" + std::to_string(index) + ".json", tests::passing_result(index + 1)};
  part.result.checks.clear();
  part.result.thresholds.clear();
  part.result.valid = true;
  part.result.machine.host = "node-" + std::to_string(index);
  part.result.shard = ShardInfo{
      .index = index,
      .count = count,
      .fingerprint = "00112233445566aa",
      .load_started_at = "2026-11-24T15:04:05.000Z",
      .thresholds = {"devices.errors == 0"},
      .clock = {.boot_id = "boot-" + std::to_string(index), .most_offset_s = 0.001 * (index + 1)}};
  return part;
}

std::string refusal(std::vector<Part> parts) {
  const auto merged = merge(std::move(parts));
  REQUIRE_FALSE(merged);
  CHECK(merged.error().kind == ProblemKind::usage);
  return merged.error().where + ": " + merged.error().message;
}

reports::Result whole_of(std::vector<Part> parts) {
  auto merged = merge(std::move(parts));
  INFO((merged ? std::string() : merged.error().text()));
  REQUIRE(merged);
  return merged->result;
}

}  // namespace

TEST_CASE("all shards together are one valid result, in whatever order they come", "[reports]") {
  const std::vector<Part> parts{shard(2, 3), shard(0, 3), shard(1, 3)};
  const auto merged = merge(parts);
  REQUIRE(merged);
  const auto& whole = merged->result;
  CHECK(merged->thresholds == std::vector<std::string>{"devices.errors == 0"});
  CHECK(whole.valid);
  CHECK(whole.invalid_reasons.empty());
  CHECK_FALSE(whole.shard);
  REQUIRE(whole.merged);
  CHECK(whole.merged->count == 3);
  REQUIRE(whole.merged->parts.size() == 3);
  CHECK(whole.merged->parts[0].file == "shard-0.json");
  CHECK(whole.merged->parts[2].host == "node-2");
  CHECK(whole.machine.host == "node-0, node-1, node-2");
  std::uint64_t started = 0;
  std::size_t workers = 0;
  stats::Histogram ready;
  for (const auto& part : parts) {
    started += part.result.load.fleets.at(0).started;
    workers += part.result.load.workers.size();
    ready.merge(part.result.load.fleets.at(0).latency.at(stats::Phase::ready).response);
  }
  CHECK(whole.load.fleets.at(0).started == started);
  CHECK(whole.load.fleets.at(0).latency.at(stats::Phase::ready).response == ready);
  CHECK(whole.load.workers.size() == workers);
  CHECK_THAT(terminal_summary(whole, {}), Catch::Contains("Merged      3 of 3 shards") &&
                                              Catch::Contains("Clocks      5.00 ms apart"));
}

TEST_CASE("a missing shard makes the whole not valid, by name", "[reports]") {
  const auto whole = whole_of({shard(0, 4), shard(2, 4)});
  CHECK_FALSE(whole.valid);
  CHECK(whole.invalid_reasons ==
        std::vector<std::string>{
            "shard 1 of 4 is missing: its connections are not in these figures",
            "shard 3 of 4 is missing: its connections are not in these figures"});
  CHECK(exit_code_for(whole) == 5);
  CHECK(headline(whole).outcome == Outcome::not_valid);
}

TEST_CASE("shards whose loads did not begin together are no load", "[reports]") {
  auto late = shard(1, 2);
  late.result.shard->load_started_at = "2026-11-24T15:04:07.000Z";
  CHECK(whole_of({shard(0, 2), late}).valid);
  late.result.shard->load_started_at = "2026-11-24T15:04:07.500Z";
  const auto whole = whole_of({shard(0, 2), late});
  CHECK_FALSE(whole.valid);
  CHECK(whole.invalid_reasons ==
        std::vector<std::string>{"shard 1: began its load 2.50 s after the first one: start all "
                                 "with the same --start-at"});
}

TEST_CASE("what went wrong in a shard went wrong in the whole", "[reports]") {
  auto bad = shard(1, 2);
  bad.result.valid = false;
  bad.result.invalid_reasons = {"worker 0 used 99 % of a core over the load"};
  bad.result.problems = {environment_problem("no route", "host:1")};
  bad.result.broker.died = "signal 9";
  bad.result.interrupted = true;
  const auto whole = whole_of({shard(0, 2), bad});
  CHECK_FALSE(whole.valid);
  CHECK(whole.interrupted);
  CHECK(whole.invalid_reasons ==
        std::vector<std::string>{"shard 1: worker 0 used 99 % of a core over the load"});
  REQUIRE(whole.problems.size() == 1);
  CHECK(whole.problems[0].text() == "host:1: shard 1: no route");
  CHECK(whole.broker.died == "shard 1: signal 9");
  CHECK(exit_code_for(whole) == 130);
}

TEST_CASE("brokers of several shards are counted together, their places listed", "[reports]") {
  auto other = shard(1, 2);
  other.result.broker.listeners = {{"tls", "tls://127.0.0.1:2"}};
  other.result.fleets.at(0).url = "tls://127.0.0.1:2";
  auto first = shard(0, 2);
  first.result.broker.listeners = {{"tls", "tls://127.0.0.1:1"}};
  first.result.fleets.at(0).url = "tls://127.0.0.1:1";
  const auto whole = whole_of({first, other});
  CHECK(whole.broker.listeners.size() == 2);
  CHECK(whole.broker.rss_max_bytes == 2 * first.result.broker.rss_max_bytes);
  CHECK(whole.fleets.at(0).url == "tls://127.0.0.1:1, tls://127.0.0.1:2");
}

TEST_CASE("what is not of one load is refused, with the file", "[reports]") {
  CHECK(refusal({}) == ": there is nothing to merge");
  CHECK(refusal({{"run.json", tests::passing_result()}}) == "run.json: is no shard of a load");
  auto other = shard(1, 2);
  other.result.shard->fingerprint = "ffffffffffffffff";
  CHECK(refusal({shard(0, 2), other}) == "shard-1.json: is of another scenario than shard-0.json");
  CHECK(refusal({shard(0, 2), shard(1, 3)}) ==
        "shard-1.json: is one of 3 shards, shard-0.json one of 2");
  auto again = shard(1, 2);
  again.file = "again.json";
  CHECK(refusal({shard(0, 2), shard(1, 2), again}) == "shard-1.json: is shard 1, like again.json");
  auto older = shard(1, 2);
  older.result.handfast_version = "0.0.1";
  CHECK_THAT(refusal({shard(0, 2), older}),
             Catch::StartsWith("shard-1.json: was made by handfast"));
}

TEST_CASE("shards and merged results read back from their JSON", "[reports]") {
  for (const auto& result :
       {shard(1, 3).result, whole_of({shard(0, 3), shard(1, 3), shard(2, 3)})}) {
    const auto back = parse_json(to_json_text(result), "result.json");
    REQUIRE(back);
    CHECK(back->shard == result.shard);
    CHECK(back->merged == result.merged);
  }
  auto unset = shard(1, 3).result;
  unset.shard->clock.most_offset_s.reset();
  const auto back = parse_json(to_json_text(unset), "result.json");
  REQUIRE(back);
  CHECK(back->shard == unset.shard);
  auto text = to_json_text(shard(1, 3).result);
  text.replace(text.find("\"count\": 3,\n    \"fingerprint\""), 10, "\"count\": 1");
  const auto wrong = parse_json(text, "result.json");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "the index must be below the count");
}
