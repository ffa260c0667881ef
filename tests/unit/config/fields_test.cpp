#include "core/config/fields.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::config;

namespace {

struct Stage {
  std::string rate;
  std::uint64_t count = 0;
};

Result<void> read_stage(std::string_view text, Stage& stage) {
  const auto document = parse_yaml(text, "a.yaml");
  if (!document) return document.error();
  return read_fields(*document, {{"rate", Presence::required,
                                  [&](const Node& node) { return store(stage.rate, node.text()); }},
                                 {"count", Presence::optional, [&](const Node& node) {
                                    return store(stage.count, node.integer(1, 9));
                                  }}});
}

std::string error(std::string_view text) {
  Stage stage;
  const auto read = read_stage(text, stage);
  return read ? "no error" : read.error().text();
}

}  // namespace

TEST_CASE("a table of fields reads a mapping", "[config]") {
  Stage stage;
  CHECK(read_stage("count: 3\nrate: 1/s\n", stage));
  CHECK(stage.rate == "1/s");
  CHECK(stage.count == 3);
  CHECK(read_stage("rate: 2/s\n", stage));
  CHECK(stage.count == 3);
}

TEST_CASE("a table of fields refuses the rest, a mistyped key before the missing one", "[config]") {
  CHECK(error("- a") == "a.yaml:1:1: the document must be a mapping, not a list");
  CHECK(error("rat: 1/s\n") == "a.yaml:1:1: unknown key \"rat\" (did you mean \"rate\"?)");
  CHECK(error("count: 1\n") == "a.yaml:1:1: \"rate\" is missing");
  CHECK(error("count: 0\nrate: [1]\n") == "a.yaml:1:8: \"count\" must be 1 to 9, not 0");
  CHECK(error("rate: [1]\ncount: 0\n") == "a.yaml:1:7: \"rate\" must be text, not a list");
}
