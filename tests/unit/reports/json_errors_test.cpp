#include <string>

#include "reports/json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;

namespace {

std::string complaint_about(const std::string& text) {
  const auto result = reports::parse_json(text, "result.json");
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ProblemKind::usage);
  return result.error().text();
}

/// The sample's JSON with the first `from` replaced by `to`.
std::string changed(const std::string& from, const std::string& to) {
  auto text = reports::to_json_text(tests::sample_result());
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("broken JSON is refused with line and column", "[reports]") {
  CHECK(complaint_about("{\n  \"format\": 1,\n  \"exit\"; 0\n}") ==
        "result.json:3:9: not valid JSON (a result file is written by handfast run or check; this "
        "one is cut off or "
        "not one)");
  CHECK(complaint_about("").starts_with("result.json:1:1: not valid JSON"));
  CHECK(complaint_about("{\"format\": 1").starts_with("result.json:1:13: not valid JSON"));
}

TEST_CASE("another format version is refused by its number", "[reports]") {
  CHECK(complaint_about(changed("\"format\": 1", "\"format\": 2")) ==
        "result.json: result format 2 is not known, this program reads format 1 (use the version "
        "of handfast that "
        "wrote it, or a later one)");
  CHECK(complaint_about("{\"format\": -1}")
            .starts_with("result.json: result format -1 is not known"));
}

TEST_CASE("JSON that is no result is refused", "[reports]") {
  const std::string words =
      "result.json: not a handfast result: \"format\" is missing (name a result.json that handfast "
      "run or check wrote)";
  CHECK(complaint_about("{}") == words);
  CHECK(complaint_about("[1]") == words);
  CHECK(complaint_about("null") == words);
  CHECK(complaint_about("{\"format\": \"1\"}") == words);
}

TEST_CASE("a missing or wrong member is refused with its place", "[reports]") {
  CHECK(complaint_about("{\"format\": 1}") == "result.json at /: member \"exit_code\" is missing");
  CHECK(complaint_about(changed("\"verdict\": \"pass\"", "\"verdict\": \"passed\"")) ==
        "result.json at /checks/0/verdict: unknown verdict \"passed\", one of: pass, fail, warn, "
        "info, skip, "
        "inconclusive, error");
  CHECK(complaint_about(changed("\"planned\": 2100", "\"planned\": -1")) ==
        "result.json at /load/fleets/0/planned: expected a count (0 or a positive integer), found "
        "number");
  CHECK(complaint_about(changed("\"valid\": true", "\"valid\": 1")) ==
        "result.json at /valid: expected true or false, found number");
  CHECK(complaint_about(changed("\"summary\": \"Every", "\"summary\": 3, \"x\": \"Every")) ==
        "result.json at /scenario/summary: expected a string, found number");
  CHECK(complaint_about(changed("\"cores\": 2", "\"cores\": 4294967296")) ==
        "result.json at /machine/cores: 4294967296 is too large");
  CHECK(
      complaint_about(changed("\"seed\": \"", "\"seed\": \"-")) ==
      "result.json at /seed: expected a whole number in a string, found \"-18446744073709551557\"");
  CHECK(complaint_about(changed("\"pki\": [", "\"pki\": {}, \"x\": [")) ==
        "result.json at /pki: expected an array, found object");
  CHECK(complaint_about(changed("\"machine\": {", "\"machine\": [], \"x\": {")) ==
        "result.json at /machine: expected an object, found array");
}

TEST_CASE("histograms that contradict themselves are refused", "[reports]") {
  CHECK(complaint_about(changed("\"hdr\": \"", "\"hdr\": \"!"))
            .starts_with("result.json at /load/fleets/0/latency/"));
  CHECK(
      complaint_about(changed("\"count\": 2100", "\"count\": 2101")) ==
      "result.json at /load/fleets/0/latency/tcp/response: count, min_s and max_s do not fit hdr");
  CHECK(
      complaint_about(changed("\"min_s\": 0.", "\"min_s\": 9.")) ==
      "result.json at /load/fleets/0/latency/tls/response: count, min_s and max_s do not fit hdr");
  CHECK(complaint_about(changed("\"max_s\": 0.", "\"max_s\": -0.")).find("is no duration") !=
        std::string::npos);
  CHECK(complaint_about(changed("\"tls\": {", "\"quic\": {")) ==
        "result.json at /load/fleets/0/latency/quic: unknown phase");
}

TEST_CASE("a result that is cut off anywhere is refused, never misread", "[reports]") {
  const auto text = reports::to_json_text(tests::checks_only_result());
  for (std::size_t size = 0; size + 2 < text.size(); size += 101) {
    CHECK_FALSE(reports::parse_json(text.substr(0, size), "result.json"));
  }
}

TEST_CASE("a result file that is not there is an environment problem", "[reports]") {
  const auto missing = reports::load_json("no/such/result.json");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ProblemKind::environment);
  CHECK(missing.error().text() ==
        "no/such/result.json: cannot read the result file (name a result.json that handfast run or "
        "check wrote)");
  CHECK(reports::load_json(".").error().kind == ProblemKind::environment);
}
