#include "harness/scenario/one_liner.hpp"

#include "harness/scenario/reader.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::scenario;

namespace {

Result<Scenario> read_back(const OneLiner& asked) {
  const auto text = scenario_text(asked);
  REQUIRE(text.has_value());
  INFO(*text);
  return read(*text, "scenario", {});
}

}  // namespace

TEST_CASE("a one-liner is a scenario with one fleet", "[scenario]") {
  CHECK(scenario_text({.kind = "connect",
                       .url = "tls://127.0.0.1:8883",
                       .duration = "5s",
                       .rate = "200/s",
                       .trust = "ca.pem",
                       .versions = {"1.3"},
                       .thresholds = {"bench.errors == 0"}})
            .value() ==
        "handfast: 1\n"
        "name: bench-connect\n"
        "target: {url: \"tls://127.0.0.1:8883\", trust: ca.pem}\n"
        "fleets:\n"
        "  bench:\n"
        "    clients: 1000\n"
        "    tls: {versions: [\"1.3\"]}\n"
        "    behaviour: connect-and-drop\n"
        "    load: {model: open, stages: [{rate: \"200/s\", for: \"5s\"}]}\n"
        "thresholds: [\"bench.errors == 0\"]\n"
        "reports: [terminal, json, html]\n");
}

TEST_CASE("the scenario of a one-liner is read by the scenario's own reader", "[scenario]") {
  const auto scenario = read_back({.url = "tls://127.0.0.1:8883",
                                   .duration = "5s",
                                   .rate = "200/s",
                                   .clients = "300",
                                   .trust = "ca.pem"});
  REQUIRE(scenario.has_value());
  REQUIRE(scenario->fleets.size() == 1);
  CHECK(scenario->fleets[0].clients == 300);
  CHECK(scenario->target->trust == "ca.pem");
  CHECK(total_starts(scenario->fleets[0].stages) == 1000);
}

TEST_CASE("holders all connect, each once, and stay", "[scenario]") {
  const auto scenario = read_back({.url = "tcp://127.0.0.1:1883",
                                   .duration = "60s",
                                   .rate = "300/s",
                                   .clients = "1000",
                                   .hold = true});
  REQUIRE(scenario.has_value());
  const auto& fleet = scenario->fleets[0];
  CHECK(fleet.behaviour == loadgen::Behaviour::hold);
  CHECK(total_starts(fleet.stages) == Approx(1000));
  REQUIRE(fleet.stages.size() == 2);
  CHECK(fleet.stages[1].duration == std::chrono::seconds(60));
}

TEST_CASE("a one-liner that cannot hold is refused with a hint", "[scenario]") {
  const auto without_rate = scenario_text({.url = "tcp://127.0.0.1:1883", .hold = true});
  REQUIRE(without_rate.has_error());
  CHECK(without_rate.error().hint == "add for example --rate 500/s");
  const auto zero = scenario_text({.url = "tcp://127.0.0.1:1883", .rate = "0/s", .hold = true});
  CHECK(zero.has_error());
  const auto words = scenario_text(
      {.url = "tcp://127.0.0.1:1883", .rate = "5/s", .clients = "many", .hold = true});
  CHECK(words.has_error());
}

TEST_CASE("what a one-liner contradicts is the reader's to find", "[scenario]") {
  const auto no_trust = read_back({.url = "tls://127.0.0.1:8883", .rate = "5/s"});
  REQUIRE(no_trust.has_error());
  CHECK(no_trust.error().message == "nothing says which trust anchor verifies the target");
  CHECK(read_back({.url = "tcp://127.0.0.1:1883", .duration = "5", .rate = "5/s"}).has_error());
}
