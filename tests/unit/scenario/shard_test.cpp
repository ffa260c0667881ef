#include "harness/scenario/shard.hpp"

#include <map>

#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

using Environment = std::map<std::string, std::string>;

/// "2/5", or the problem.
std::string shard(std::string_view text, const Environment& environment = {}) {
  const auto parsed = parse_shard(text, [&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
  if (!parsed) return parsed.error().message;
  return std::to_string(parsed->index) + "/" + std::to_string(parsed->count);
}

Scenario against(const std::string& url, const std::string& rest = "clients: 5") {
  return read_scenario("handfast: 1\nname: a\ntarget: {url: '" + url + "'}\nfleets:\n  f: {" +
                       rest + ", load: {stages: [{rate: 1/s, for: 2s}]}}\n");
}

}  // namespace

TEST_CASE("a shard is written I/N, counted from 0", "[scenario]") {
  CHECK(shard("0/1") == "0/1");
  CHECK(shard("2/5") == "2/5");
  CHECK(shard("9999/10000") == "9999/10000");
  CHECK(shard("5/5") == "there is no shard 5 of 5");
  CHECK(shard("0/0") == "there is no shard 0 of 0");
  CHECK(shard("0/10001") == "there is no shard 0 of 10001");
  CHECK(shard("3") == "\"3\" is no shard");
  CHECK(shard("") == "\"\" is no shard");
  CHECK(shard("-1/3") == "\"-1\" is no number");
  CHECK(shard("1/3/5") == "\"3/5\" is no number");
  CHECK(shard("1/ 3") == "\" 3\" is no number");
  CHECK(shard("a/3") == "\"a\" is no number");
}

TEST_CASE("an indexed job of Kubernetes gives each pod its shard", "[scenario]") {
  const Environment pod{{"JOB_COMPLETION_INDEX", "2"}, {"JOB_COMPLETION_COUNT", "4"}};
  CHECK(shard("env/3", pod) == "2/3");
  CHECK(shard("env/env", pod) == "2/4");
  CHECK(shard("env", pod) == "2/4");
  CHECK(shard("1/env", pod) == "1/4");
  CHECK(shard("env/2", pod) == "there is no shard 2 of 2");
  CHECK(shard("env/3") == "JOB_COMPLETION_INDEX is not set");
  CHECK(shard("env", {{"JOB_COMPLETION_INDEX", "2"}}) == "JOB_COMPLETION_COUNT is not set");
  CHECK(shard("env/3", {{"JOB_COMPLETION_INDEX", "two"}}) ==
        "JOB_COMPLETION_INDEX=\"two\" is no number");
}

TEST_CASE("a load begins at its moment, a little late still, but not later", "[scenario]") {
  const WallTime wall{1'800'000'000s};
  const TimePoint now{5h};
  CHECK(begin_at(wall + 90s, wall, now).value() == now + 90s);
  CHECK(begin_at(wall - 1s, wall, now).value() == now - 1s);
  const auto late = begin_at(wall - 1500ms, wall, now);
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == ProblemKind::environment);
  CHECK(late.error().message == "the load was to begin at 2027-01-15T07:59:58.500Z, 1.50 s ago");
}

TEST_CASE("shards know each other by what they do, not by where", "[scenario]") {
  const auto one = fingerprint(against("tcp://192.0.2.1"));
  CHECK(one.size() == 16);
  CHECK(fingerprint(against("tcp://192.0.2.2:1884")) == one);
  CHECK(fingerprint(against("tcp://192.0.2.1", "clients: 5, source: 10.0.0.1")) == one);
  CHECK(fingerprint(against("tcp://192.0.2.1", "clients: 6")) != one);
  CHECK(fingerprint(read_scenario(complete())) == fingerprint(read_scenario(complete())));
  CHECK(fingerprint(read_scenario(with("seed: 7", "seed: 8"))) !=
        fingerprint(read_scenario(complete())));
  CHECK(
      fingerprint(read_scenario(with("preset: emqx-two-tier", "preset: emqx-two-tier, home: x"))) ==
      fingerprint(read_scenario(complete())));
}
