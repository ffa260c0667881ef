#include "core/config/yaml.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::config;
using namespace std::chrono_literals;

namespace {

/// The value of `key` in a one-level document.
Node value(const std::string& text, std::string_view key) {
  auto document = parse_yaml(text, "a.yaml");
  REQUIRE(document);
  return Map::of(*document).value().require(key).value();
}

template <class T>
std::string error(const Result<T>& result) {
  return result ? "no error" : result.error().text();
}

}  // namespace

TEST_CASE("values are read as what they are", "[config]") {
  CHECK(value("k: plain text", "k").text().value() == "plain text");
  CHECK(value("k: '30'", "k").text().value() == "30");
  CHECK(value("k: -12", "k").integer().value() == -12);
  CHECK(value("k: true", "k").boolean().value());
  CHECK_FALSE(value("k: false", "k").boolean().value());
  CHECK(value("k: 250ms", "k").duration().value() == 250ms);
  CHECK(value("k: 500/s", "k").rate().value() == 500);
  CHECK(value("k: 4KiB", "k").size().value() == 4096);
  CHECK(value("k: 50%", "k").share().value() == 0.5);
}

TEST_CASE("a value knows its kind, name and place", "[config]") {
  const auto list = value("a: 1\nlist:\n  - x\n  - {y: 1}\n", "list");
  CHECK(list.is_list());
  CHECK(list.name() == "list");
  CHECK(list.where() == "a.yaml:3:3");
  CHECK(list.key_where() == "a.yaml:2:1");
  const auto items = list.list().value();
  REQUIRE(items.size() == 2);
  CHECK(items[0].is_scalar());
  CHECK(items[0].name() == "list[0]");
  CHECK(items[0].where() == "a.yaml:3:5");
  CHECK(items[1].is_map());
  CHECK(value("k:", "k").is_empty());
  CHECK(value("k: ~", "k").is_empty());
  CHECK(value("k: \"null\"", "k").text().value() == "null");
}

TEST_CASE("a node keeps its document alive", "[config]") {
  CHECK(parse_yaml("[a, b]", "a.yaml").value().items()[1].text().value() == "b");
}

TEST_CASE("a value of the wrong kind says what was expected and seen", "[config]") {
  CHECK(error(value("k: [1]", "k").text()) == "a.yaml:1:4: \"k\" must be text, not a list");
  CHECK(error(value("k: {a: 1}", "k").integer()) ==
        "a.yaml:1:4: \"k\" must be a whole number, not a mapping");
  CHECK(error(value("k:", "k").text()) == "a.yaml:1:1: \"k\" must be text, but it has no value");
  CHECK(error(value("k: tls", "k").list()) ==
        "a.yaml:1:4: \"k\" must be a list, not \"tls\" (write [tls])");
  CHECK(error(value("k: [1]", "k").duration()) ==
        "a.yaml:1:4: \"k\" must be a duration, not a list (write for example 500ms, 30s or 5m)");
}

TEST_CASE("only plain decimal numbers are integers", "[config]") {
  CHECK(error(value("k: ten", "k").integer()) ==
        "a.yaml:1:4: \"k\" must be a whole number, not \"ten\"");
  CHECK(error(value("k: '10'", "k").integer()) ==
        "a.yaml:1:4: \"k\" must be a whole number, not \"10\" (remove the quotes)");
  for (const auto* number : {"010", "0x10", "1_000", "1.0", "1e3", "+1", "99999999999999999999"}) {
    INFO(number);
    CHECK_FALSE(value(std::string("k: ") + number, "k").integer());
  }
  CHECK(value("k: 0", "k").integer(0, 9).value() == 0);
  CHECK(error(value("k: 10", "k").integer(1, 9)) == "a.yaml:1:4: \"k\" must be 1 to 9, not 10");
}

TEST_CASE("only true and false are booleans", "[config]") {
  CHECK(error(value("k: yes", "k").boolean()) ==
        "a.yaml:1:4: \"k\" must be true or false, not \"yes\" (write true)");
  CHECK(error(value("k: Off", "k").boolean()) ==
        "a.yaml:1:4: \"k\" must be true or false, not \"Off\" (write false)");
  CHECK(error(value("k: True", "k").boolean()) ==
        "a.yaml:1:4: \"k\" must be true or false, not \"True\" (write true)");
  CHECK(error(value("k: 1", "k").boolean()) ==
        "a.yaml:1:4: \"k\" must be true or false, not \"1\"");
  CHECK_FALSE(value("k: 'true'", "k").boolean());
}

TEST_CASE("a quantity without its unit is refused with place and key", "[config]") {
  CHECK(
      error(value("keep_alive: 30", "keep_alive").duration()) ==
      "a.yaml:1:13: keep_alive: duration \"30\" has no unit (write for example 500ms, 30s or 5m)");
  CHECK(error(value("rate: 5", "rate").rate()) ==
        "a.yaml:1:7: rate: rate \"5\" has no unit (write for example 500/s or 30/m)");
  CHECK(error(value("size: 5", "size").size()) ==
        "a.yaml:1:7: size: size \"5\" has no unit (write for example 512B or 4KiB)");
  CHECK(error(value("loss: 5", "loss").share()) ==
        "a.yaml:1:7: loss: share \"5\" has no unit (write for example 1%)");
}

TEST_CASE("a choice suggests the nearest word", "[config]") {
  CHECK(value("k: hold", "k").one_of({"hold", "drop"}).value() == "hold");
  CHECK(error(value("k: hodl", "k").one_of({"hold", "drop"})) ==
        "a.yaml:1:4: \"k\" cannot be \"hodl\" (did you mean \"hold\"?)");
  CHECK(error(value("k: something", "k").one_of({"hold", "drop"})) ==
        "a.yaml:1:4: \"k\" cannot be \"something\" (one of: hold, drop)");
}
