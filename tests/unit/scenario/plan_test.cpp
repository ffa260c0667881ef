#include "harness/scenario/plan.hpp"

#include <cstdlib>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

constexpr Limits roomy{.descriptors_soft = 65536,
                       .descriptors_hard = 65536,
                       .port_first = 32768,
                       .port_last = 60999,
                       .time_wait_reuse = 2};

/// One fleet against a remote target.
Scenario remote(const std::string& fleet) {
  return read_scenario("handfast: 1\nname: a\ntarget: {url: 'tcp://192.0.2.1'}\nfleets:\n  f: {" +
                       fleet + "}\n");
}

}  // namespace

TEST_CASE("the plan of a scenario is as its golden file says", "[scenario]") {
  const auto quickstart = read_scenario(read_source_file("scenarios/quickstart.yaml"));
  const auto fits = plan(quickstart, roomy);
  CHECK(fits.findings.empty());
  const auto tight = plan(
      read_scenario(complete()),
      {.descriptors_soft = 100, .descriptors_hard = 4096, .port_first = 40000, .port_last = 40999});
  CHECK(tight.findings.size() == 1);
  const auto text = fits.text + "\n" + tight.text;
  const std::string golden = "tests/golden/scenario/plan.txt";
  if (std::getenv("HANDFAST_UPDATE_GOLDEN") != nullptr)
    std::ofstream(std::string(HANDFAST_SOURCE_DIR) + "/" + golden) << text;
  CHECK(text == read_source_file(golden));
}

TEST_CASE("a connection storm needs a port for each connection that rests", "[scenario]") {
  const auto storm =
      remote("clients: 9, load: {stages: [{rate: 100/s, for: 200s}], max_in_flight: 50}");
  CHECK(plan(storm, roomy).needs.fleets[0].connections == 20'000);
  CHECK(plan(storm, roomy).needs.fleets[0].ports == 60 * 100 + 50);
  CHECK(plan(storm, roomy).needs.fleets[0].sockets == 50);
  Limits reuse = roomy;
  reuse.time_wait_reuse = 1;
  CHECK(plan(storm, reuse).needs.fleets[0].ports == 100 + 50);
  // The busiest minute counts, wherever it is.
  const auto peak = remote(
      "clients: 9, load: {stages: [{rate: 1/s, for: 100s}, {rate: 500/s, for: 10s}, {rate: 1/s, "
      "for: 100s}], max_in_flight: 1}");
  CHECK(plan(peak, roomy).needs.fleets[0].ports == 5000 + 50 + 1);
  // A short schedule cannot use more ports than it starts connections.
  CHECK(plan(remote("clients: 9, load: {stages: [{rate: 10/s, for: 2s}]}"), roomy)
            .needs.fleets[0]
            .ports == 20);
}

TEST_CASE("a connection that ends with RST leaves no port behind", "[scenario]") {
  const auto storm = remote(
      "clients: 9, close: rst, load: {stages: [{rate: 100/s, for: 200s}], max_in_flight: 50}");
  CHECK(plan(storm, roomy).needs.fleets[0].ports == 50);
}

TEST_CASE("connections that are held stay open together", "[scenario]") {
  const auto held = plan(remote("clients: 5000, behaviour: hold, load: {stages: [{rate: 100/s, "
                                "for: 50s}], max_in_flight: 10}"),
                         roomy);
  CHECK(held.needs.fleets[0].sockets == 5000);
  CHECK(held.needs.fleets[0].ports == 5000);
  CHECK(held.needs.descriptors == 5064);
}

TEST_CASE("what does not fit is found, with the fix worked out", "[scenario]") {
  const auto held =
      remote("clients: 30000, behaviour: hold, load: {stages: [{rate: 1000/s, for: 30s}]}");
  auto findings = plan(held, roomy).findings;
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].what ==
        "tcp://192.0.2.1:1883 needs 30000 local ports at once on one source address, 32768-60999 "
        "gives 28232");
  CHECK(findings[0].fix ==
        "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\", or 2 source addresses (a /30; for "
        "loopback source: 127.0.1.0/30), or 2 shards on machines of their own");

  const auto huge =
      remote("clients: 200000, behaviour: hold, load: {stages: [{rate: 1000/s, for: 200s}]}");
  findings = plan(huge, roomy).findings;
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].fix ==
        "8 source addresses (a /28; for loopback source: 127.0.1.0/28), or 8 shards on machines of "
        "their own");
  CHECK(findings[1].what == "200064 open files needed, the hard limit is 65536");
  CHECK(findings[1].fix ==
        "raise the hard limit to 200064 (limits.conf, LimitNOFILE or docker --ulimit "
        "nofile=200064), or 4 shards, several of which a machine may hold");

  // The soft limit is ours to raise.
  Limits soft = roomy;
  soft.descriptors_soft = 1024;
  soft.port_first = 1024;
  CHECK(plan(held, soft).findings.empty());

  Limits poor = roomy;
  poor.port_first = 1024;
  poor.memory_available = std::uint64_t{64} << 20;
  findings = plan(held, poor).findings;
  REQUIRE(findings.size() == 1);
  CHECK_THAT(findings[0].what, Catch::EndsWith("of memory needed, 64.0 MiB available"));
  CHECK_THAT(findings[0].fix, Catch::EndsWith("shards on machines of their own"));
}

TEST_CASE("the fixes that a plan proposes do fix it", "[scenario]") {
  const std::string load = "load: {stages: [{rate: 1000/s, for: 200s}]}";
  const auto huge = "clients: 200000, behaviour: hold, " + load;
  Limits wide = roomy;
  wide.descriptors_hard = 1'000'000;
  CHECK(plan(remote("source: 10.0.0.0/28, " + huge), wide).findings.empty());
  CHECK(plan(remote("source: 10.0.0.0/29, " + huge), wide).findings.size() == 1);
  for (unsigned index = 0; index < 8; ++index) {
    CHECK(plan(remote(huge), roomy, {index, 8}).findings.empty());
  }
  CHECK(plan(remote(huge), wide, {0, 7}).findings.size() == 1);
}

TEST_CASE("each source address has all ports, as far as a shard's clients use it", "[scenario]") {
  const auto storm = remote(
      "clients: 1000, source: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4], behaviour: hold, load: "
      "{stages: [{rate: 100/s, for: 10s}]}");
  const auto whole = plan(storm, roomy);
  CHECK(whole.needs.ports.size() == 4);
  for (const auto& [where, count] : whole.needs.ports) CHECK(count == 250);
  CHECK_THAT(whole.text, Catch::Contains("addresses    4 source addresses"));
  // Clients 0, 2, 4 and so on have the first and the third address.
  const auto half = plan(storm, roomy, {0, 2});
  CHECK(half.needs.fleets[0].connections == 500);
  REQUIRE(half.needs.ports.size() == 2);
  CHECK(half.needs.ports.begin()->first.second == "10.0.0.1");
  CHECK(half.needs.ports.rbegin()->first.second == "10.0.0.3");
  CHECK(half.needs.ports.begin()->second == 250);
  CHECK_THAT(half.text, Catch::Contains("shard        0 of 2"));
}

TEST_CASE("the limits of this machine can be read", "[scenario]") {
  const auto limits = read_limits().value();
  CHECK(limits.descriptors_soft > 0);
  CHECK(limits.descriptors_hard >= limits.descriptors_soft);
  CHECK(limits.ports() > 0);
}

TEST_CASE("a closed loop is open as often as it has places", "[scenario]") {
  const auto loop =
      plan(remote("clients: 9, load: {model: closed, in_flight: 7, for: 60s}"), roomy);
  CHECK(loop.needs.fleets[0].sockets == 7);
  CHECK(loop.text.find("             closed loop: 7 in flight for 1m\n"
                       "             7 open at once; connections and local ports as many as the "
                       "broker's speed makes\n") != std::string::npos);
}

TEST_CASE("periodic clients need the ports of their mean rate", "[scenario]") {
  const auto load = plan(remote("clients: 100, load: {model: periodic, every: 10s, for: 200s, "
                                "max_in_flight: 5}"),
                         roomy);
  CHECK(load.needs.fleets[0].connections == 2000);
  CHECK(load.needs.fleets[0].ports == 60 * 10 + 5);
}
