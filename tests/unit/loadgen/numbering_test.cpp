#include "loadgen/numbering.hpp"

#include <map>
#include <set>

#include "loadgen/fleet_share.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint begin{1h};

FleetPlan plan_of(std::uint64_t clients, Shard shard) {
  FleetSpec spec;
  spec.name = "sensors";
  spec.clients = clients;
  spec.max_in_flight = 1'000'000;
  spec.stages = {{0, 300, 1s}, {40, 40, 2s}};
  return {.spec = spec, .schedule = Schedule(spec.stages), .shard = shard};
}

/// All starts of the workers of one shard, by number.
std::map<std::uint64_t, Start> starts_of(const FleetPlan& plan, unsigned workers) {
  std::map<std::uint64_t, Start> starts;
  for (unsigned worker = 0; worker < workers; ++worker) {
    FleetShare share(plan, worker, workers, begin);
    while (share.may_start(begin + 1h)) {
      const Start start = share.take(begin + 1h);
      REQUIRE(starts.emplace(start.number, start).second);
    }
  }
  return starts;
}

}  // namespace

TEST_CASE("All shards together make the starts of an unsharded run, and share no client",
          "[loadgen]") {
  for (const std::uint64_t clients : {1U, 2U, 7U, 100U, 1000U}) {
    const auto whole = starts_of(plan_of(clients, {}), 1);
    REQUIRE(whole.size() == 230);
    for (const unsigned shards : {2U, 3U, 5U}) {
      INFO(clients << " clients in " << shards << " shards");
      std::map<std::uint64_t, Start> made;
      std::map<std::uint64_t, unsigned> shard_of_client;
      for (unsigned index = 0; index < shards; ++index) {
        // Machines may differ: shard 1 has more workers than the others.
        const auto part = starts_of(plan_of(clients, {index, shards}), index == 1 ? 3 : 2);
        for (const auto& [number, start] : part) {
          REQUIRE(made.emplace(number, start).second);
          REQUIRE(shard_of_client.emplace(start.client, index).first->second == index);
        }
      }
      REQUIRE(made.size() == whole.size());
      for (const auto& [number, start] : whole) {
        CHECK(made.at(number).client == start.client);
        CHECK(made.at(number).intended == start.intended);
      }
    }
  }
}

TEST_CASE("What is due until a moment adds up over shards and workers", "[loadgen]") {
  const FleetPlan whole = plan_of(7, {});
  for (const Nanos at : {0ns, Nanos(300ms), Nanos(999ms), Nanos(2500ms), Nanos(3s)}) {
    std::uint64_t due = 0;
    for (unsigned index = 0; index < 3; ++index) {
      for (unsigned worker = 0; worker < 2; ++worker) {
        due += Pacer(whole.schedule, Numbering(7, {index, 3}, worker, 2)).due(at);
      }
    }
    CHECK(due == whole.schedule.due(at));
  }
}

TEST_CASE("The places of a closed loop, their clients and numbers are disjoint over shards",
          "[loadgen]") {
  std::set<std::uint64_t> clients;
  std::set<std::uint64_t> numbers;
  for (unsigned index = 0; index < 3; ++index) {
    FleetPlan plan = plan_of(10, {index, 3});
    plan.spec.stages.clear();
    plan.spec.closed = ClosedLoop{.in_flight = 5, .duration = 1s};
    plan.schedule = Schedule({});
    const unsigned workers = index + 1;
    for (unsigned worker = 0; worker < workers; ++worker) {
      FleetShare share(plan, worker, workers, begin);
      std::vector<Start> open;
      for (int round = 0; round < 2; ++round) {
        while (share.may_start(begin)) {
          open.push_back(share.take(begin));
          CHECK(clients.insert(open.back().client).second);
          CHECK(numbers.insert(open.back().number).second);
        }
        for (const Start& start : open) {
          share.record_ready(begin, begin, begin);
          share.succeeded(start, begin);
        }
        open.clear();
      }
    }
  }
  CHECK(clients.size() == 10);
}

TEST_CASE("A shard without a client of the fleet makes nothing of it", "[loadgen]") {
  const Numbering numbering(2, {2, 3}, 0, 1);
  CHECK(numbering.none());
  CHECK(numbering.below(1'000'000) == 0);
  const FleetPlan plan = plan_of(2, {2, 3});
  FleetShare share(plan, 0, 1, begin);
  CHECK(share.exhausted(begin));
  CHECK_FALSE(share.may_start(begin + 1h));
}
