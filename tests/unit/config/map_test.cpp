#include <fstream>

#include "core/config/yaml.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::config;

TEST_CASE("an unknown key is refused with its place and a suggestion", "[config]") {
  auto document = parse_yaml("a: 1\nload:\n  conections: 5\n", "storm.yaml").value();
  auto top = Map::of(document).value();
  auto load = Map::of(top.require("load").value()).value();
  CHECK_FALSE(load.find("connections"));
  CHECK(load.finish().error().text() ==
        "storm.yaml:3:3: unknown key \"conections\" in \"load\" (did you mean \"connections\"?)");
  CHECK(load.finish().error().kind == ProblemKind::usage);
  CHECK(top.finish().error().text() == "storm.yaml:1:1: unknown key \"a\" (one of: load)");
  CHECK(top.find("a"));
  CHECK(top.finish());
}

TEST_CASE("a missing key names itself and its mapping", "[config]") {
  auto document = parse_yaml("broker: {driver: x}", "storm.yaml").value();
  auto top = Map::of(document).value();
  CHECK(top.require("pki").error().text() == "storm.yaml:1:1: \"pki\" is missing");
  auto broker = Map::of(top.require("broker").value()).value();
  CHECK(broker.require("listeners").error().text() ==
        "storm.yaml:1:9: \"listeners\" is missing in \"broker\"");
}

TEST_CASE("entries keep the order of the file and count as known", "[config]") {
  auto map = Map::of(parse_yaml("zebra: 1\napple: 2\n", "a.yaml").value()).value();
  const auto entries = map.entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].first == "zebra");
  CHECK(entries[1].second.integer().value() == 2);
  CHECK(map.finish());
}

TEST_CASE("what is no mapping cannot be read as one", "[config]") {
  CHECK(Map::of(parse_yaml("- a", "a.yaml").value()).error().text() ==
        "a.yaml:1:1: the document must be a mapping, not a list");
  CHECK(Map::of(parse_yaml("[{a: tls}]", "a.yaml").value().items()[0])
            .value()
            .require("a")
            .value()
            .text()
            .value() == "tls");
  auto map = Map::of(parse_yaml("broker: mosquitto", "a.yaml").value()).value();
  CHECK(Map::of(map.require("broker").value()).error().text() ==
        "a.yaml:1:9: \"broker\" must be a mapping, not \"mosquitto\"");
}

TEST_CASE("a file is read, and one that cannot be is a problem of the environment", "[config]") {
  const auto directory = std::filesystem::temp_directory_path() / "handfast-config-test";
  std::filesystem::create_directories(directory);
  const auto path = directory / "a.yaml";
  std::ofstream(path) << "a: [1\n";
  CHECK(load_yaml(path).error().where == path.string() + ":2:1");
  std::ofstream(path) << "a: 1\n";
  CHECK(load_yaml(path).value().where() == path.string() + ":1:1");
  std::filesystem::remove_all(directory);

  CHECK(load_yaml(path).error() ==
        environment_problem("cannot read the file: No such file or directory", path.string()));
  CHECK(load_yaml("/").error().text() == "/: cannot read the file: it is a directory");
  CHECK(load_yaml("/dev/zero").error().text() ==
        "/dev/zero: cannot read the file: it is larger than 1 MiB");
}
