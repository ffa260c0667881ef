#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

Result<Scenario> read_with(const std::string& path, const std::string& value) {
  return scenario::read(complete(), "storm.yaml", known(), {{path, value}});
}

std::string error_with(const std::string& path, const std::string& value) {
  auto read = read_with(path, value);
  return read ? "no error" : read.error().text();
}

}  // namespace

TEST_CASE("the option --set is split at its first equals sign", "[scenario]") {
  const auto change = parse_override("thresholds=[a.errors == 0]").value();
  CHECK(change.path == "thresholds");
  CHECK(change.value == "[a.errors == 0]");
  CHECK(parse_override("fleets").error().text() ==
        "--set: \"fleets\" is not path=value (write for example --set fleets.sensors.clients=100)");
  CHECK_FALSE(parse_override("=1"));
}

TEST_CASE("the option --set changes what a scenario says", "[scenario]") {
  CHECK(read_with("fleets.sensors.clients", "100").value().fleets[0].clients == 100);
  CHECK(read_with("fleets.sensors.load.stages[1].for", "1s").value().fleets[0].stages[1].duration ==
        1s);
  CHECK(read_with("fleets.holders.mqtt.version", "3.1.1").value().fleets[1].mqtt.level == 4);
  CHECK(read_with("reports", "[json]").value().reports == std::vector<Report>{Report::json});
  CHECK(read_with("seed", "9").value().seed == 9);
  const auto both =
      scenario::read(complete(), "storm.yaml", known(), {{"seed", "1"}, {"seed", "2"}}).value();
  CHECK(both.seed == 2);
}

TEST_CASE("problems of --set name its path", "[scenario]") {
  CHECK(error_with("fleets.sensors.clients", "0") ==
        "--set fleets.sensors.clients: \"clients\" must be 1 to 1000000, not 0");
  CHECK(error_with("fleets.sensors.clients", "2001") ==
        "--set fleets.sensors.clients: 2001 clients, but the PKI fleet \"devices\" has 2000 "
        "identities "
        "(set clients to 2000 or less, or raise its count in the PKI)");
  CHECK(error_with("fleets.sensors.client", "1") ==
        "--set fleets.sensors.client: unknown key \"client\" in \"sensors\" (did you mean "
        "\"clients\"?)");
  CHECK(error_with("fleets.sensor.clients", "1") ==
        "--set fleets.sensor.clients: there is no fleet \"sensor\" (did you mean \"sensors\"?)");
  CHECK(error_with("sed", "1") == "--set sed: unknown key \"sed\" (did you mean \"seed\"?)");
  CHECK(error_with("fleets.sensors.load.stages[0].for", "5") ==
        "--set fleets.sensors.load.stages[0].for: duration \"5\" has no unit (write for example "
        "500ms, 30s or 5m)");
  CHECK(error_with("fleets.sensors.load.stages[0].rate", "5") ==
        "--set fleets.sensors.load.stages[0].rate: rate \"5\" has no unit (write for example 500/s "
        "or 30/m)");
  CHECK(error_with("fleets.sensors.load.stages[5].for", "1s") ==
        "--set fleets.sensors.load.stages[5].for: \"stages\" has no item [5] (it has 2, counted "
        "from 0)");
}
