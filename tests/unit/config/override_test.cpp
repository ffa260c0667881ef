#include "core/config/yaml.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::config;

namespace {

constexpr auto scenario =
    "fleets:\n  sensors:\n    clients: 5\n    stages: [{rate: 1/s}, {rate: 2/s}]\n  empty:\n";

std::string error(std::string_view path, std::string_view value) {
  auto changed = with_override(parse_yaml(scenario, "a.yaml").value(), path, value);
  return changed ? "no error" : changed.error().text();
}

/// Follows keys of mappings.
Node at(Node node, const std::vector<std::string>& keys) {
  for (const auto& key : keys) node = Map::of(node).value().require(key).value();
  return node;
}

}  // namespace

TEST_CASE("an override replaces a value and says that it did", "[config]") {
  const auto original = parse_yaml(scenario, "a.yaml").value();
  const auto changed = with_override(original, "fleets.sensors.clients", "100").value();
  const auto clients = at(changed, {"fleets", "sensors", "clients"});
  CHECK(clients.integer().value() == 100);
  CHECK(clients.name() == "clients");
  CHECK(clients.where() == "--set fleets.sensors.clients");
  CHECK(clients.integer(1, 9).error().text() ==
        "--set fleets.sensors.clients: \"clients\" must be 1 to 9, not 100");
  CHECK(at(original, {"fleets", "sensors", "clients"}).integer().value() == 5);
  CHECK(Map::of(changed).value().entries().size() == 1);
}

TEST_CASE("an override reaches into lists, takes any YAML and makes missing mappings", "[config]") {
  auto changed =
      with_override(parse_yaml(scenario, "a.yaml").value(), "fleets.sensors.stages[1].rate", "9/s")
          .value();
  changed = with_override(changed, "fleets.sensors.tls.versions", "[1.3, {x: y}]").value();
  changed = with_override(changed, "fleets.empty.clients", "1").value();
  const auto stages = at(changed, {"fleets", "sensors", "stages"}).items();
  REQUIRE(stages.size() == 2);
  CHECK(at(stages[0], {"rate"}).text().value() == "1/s");
  CHECK(at(stages[1], {"rate"}).text().value() == "9/s");
  const auto versions = at(changed, {"fleets", "sensors", "tls", "versions"}).items();
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].name() == "versions[0]");
  CHECK(at(versions[1], {"x"}).text().value() == "y");
  CHECK(at(changed, {"fleets", "empty", "clients"}).integer().value() == 1);
}

TEST_CASE("a made key that nobody knows is refused where it came from", "[config]") {
  auto changed = with_override(parse_yaml(scenario, "a.yaml").value(), "flets", "1").value();
  auto map = Map::of(changed).value();
  CHECK(map.require("fleets"));
  CHECK(map.finish().error().text() ==
        "--set flets: unknown key \"flets\" (did you mean \"fleets\"?)");
}

TEST_CASE("a path that leads nowhere is refused", "[config]") {
  const std::string no_path =
      ": this is no path to a value (write for example fleets.sensors.load.stages[0].for=2s)";
  for (const auto* path : {"", ".", "a..b", "[0]", "a[", "a[x]", "a[0]b", "a[]"}) {
    INFO(path);
    CHECK(error(path, "1") == "--set " + std::string(path) + no_path);
  }
  CHECK(error("fleets.sensors.clients.x", "1") ==
        "--set fleets.sensors.clients.x: \"clients\" is not a mapping");
  CHECK(error("fleets[0]", "1") == "--set fleets[0]: \"fleets\" is not a list");
  CHECK(
      error("fleets.sensors.stages[2].rate", "1/s") ==
      "--set fleets.sensors.stages[2].rate: \"stages\" has no item [2] (it has 2, counted from 0)");
}

TEST_CASE("a value that is no YAML is refused", "[config]") {
  CHECK(error("fleets.sensors.clients", "a: [1") ==
        "--set fleets.sensors.clients:2:1: not valid YAML: the text ends too early (close every "
        "quote and bracket)");
  CHECK(error("fleets.sensors.clients", "") ==
        "--set fleets.sensors.clients: the document is empty");
}
