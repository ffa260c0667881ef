#include "harness/scenario/bottleneck.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::scenario;

namespace {

stats::Snapshot load_of(std::uint64_t capped, std::uint64_t silent) {
  stats::FleetStats fleet;
  fleet.name = "storm";
  fleet.planned = 1000;
  fleet.started = 500;
  fleet.capped = capped;
  if (silent > 0) fleet.failures[{"tls", "deadline"}] = silent;
  fleet.failures[{"tcp", "errno:ECONNREFUSED"}] = 100;
  stats::WorkerStats worker;
  worker.cpu_seconds = 0.8;
  stats::Snapshot load;
  load.elapsed_s = 10;
  load.fleets = {fleet};
  load.workers = {worker, worker};
  return load;
}

reports::BrokerInfo watched() {
  reports::BrokerInfo broker;
  broker.watched = true;
  broker.cpu_seconds = 2;
  return broker;
}

}  // namespace

TEST_CASE("a broker that keeps up is not blamed", "[scenario]") {
  CHECK(broker_limits(load_of(10, 5), watched()).empty());
  CHECK(broker_limits({}, watched()).empty());
}

TEST_CASE("starts that waited below the cap are the broker's, with what it used", "[scenario]") {
  CHECK(broker_limits(load_of(700, 0), watched()) ==
        std::vector<std::string>{
            "the broker was slower than fleet \"storm\": 700 of 1000 starts waited for room below "
            "max_in_flight; it used 0.20 of a core, the generator 0.16"});
  CHECK(broker_limits(load_of(700, 6), {}) ==
        std::vector<std::string>{
            "the broker was slower than fleet \"storm\": 700 of 1000 starts waited for room below "
            "max_in_flight, 6 of 500 connections got no answer in time"});
}
