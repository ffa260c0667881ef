// Our results obey the published schema, judged by an independent validator.
#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "reports/comparison_reports.hpp"
#include "reports/json.hpp"
#include "reports/matrix_json.hpp"
#include "reports/merge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_matrix.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/sample_timeline.hpp"

using namespace handfast;
using nlohmann::json;

namespace {

/// The first complaint of the validator; empty when `document` conforms.
std::string complaint(const json& document, const char* published = HANDFAST_RESULT_SCHEMA) {
  std::ifstream in(published);
  REQUIRE(in);
  const auto text = json::parse(in);
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results))
    return {};
  valijson::ValidationResults::Error error;
  return results.popError(error) ? error.description : "refused without a reason";
}

json as_json(const reports::Result& result) { return json::parse(reports::to_json_text(result)); }

}  // namespace

TEST_CASE("results conform to the published schema", "[reports]") {
  CHECK(complaint(as_json(tests::sample_result())) == "");
  CHECK(complaint(as_json(tests::passing_result())) == "");
  CHECK(complaint(as_json(tests::checks_only_result())) == "");
  CHECK(complaint(as_json(tests::load_only_result())) == "");
  CHECK(complaint(as_json(tests::hostile_result())) == "");
  CHECK(complaint(as_json({})) == "");
  auto datagrams = tests::load_only_result();
  datagrams.load.fleets[0].datagrams = stats::DatagramStats{.oddities = {{"coap:too_short", 1}}};
  datagrams.load.fleets[0].latency[stats::Phase::cookie] = {};
  CHECK(complaint(as_json(datagrams)) == "");
  auto part = tests::passing_result();
  part.shard = reports::ShardInfo{.index = 1,
                                  .count = 3,
                                  .fingerprint = "00112233445566aa",
                                  .load_started_at = "2026-11-24T15:04:05.000Z",
                                  .thresholds = {"devices.errors == 0"},
                                  .clock = {.boot_id = "b", .most_offset_s = 0.002}};
  CHECK(complaint(as_json(part)) == "");
  part.shard->clock.most_offset_s.reset();
  CHECK(complaint(as_json(part)) == "");
  part.timeline = tests::sample_timeline();
  CHECK(complaint(as_json(part)) == "");
  auto wrong = as_json(part);
  wrong["timeline"][0]["outcome"] = "missed";
  CHECK(complaint(wrong) != "");
  const auto whole = reports::merge({{"a.json", part}});
  REQUIRE(whole);
  CHECK(complaint(as_json(whole->result)) == "");
}

TEST_CASE("the published schema refuses what is no result", "[reports]") {
  const auto good = as_json(tests::sample_result());
  const auto refused = [&good](const char* place, const json& value) {
    auto bad = good;
    bad[json::json_pointer(place)] = value;
    return !complaint(bad).empty();
  };
  CHECK(refused("/format", 2));
  CHECK(refused("/unknown", 1));
  CHECK(refused("/checks/0/verdict", "passed"));
  CHECK(refused("/checks/0/unknown", "x"));
  CHECK(refused("/checks/0/observations/0/facts/0", json::array({"only one"})));
  CHECK(refused("/load/fleets/0/planned", -1));
  CHECK(refused("/load/fleets/0/latency/quic", json::object()));
  CHECK(refused("/load/fleets/0/negotiated/version/TLS 1.3", "many"));
  CHECK(refused("/load/series/at_s/0", "1 s"));
  CHECK(refused("/load/workers/0/lag/hdr", "not base64!"));
  CHECK(refused("/broker/died", 9));
  CHECK(refused("/thresholds/0/passed", "yes"));
  CHECK(refused("/seed", 15));
}

TEST_CASE("the published schema demands every member", "[reports]") {
  const auto good = as_json(tests::sample_result());
  for (const auto& [key, value] : good.items()) {
    auto bad = good;
    bad.erase(key);
    INFO(key);
    CHECK(complaint(bad) != "");
  }
}

TEST_CASE("conformance matrices conform to their published schema", "[reports]") {
  const auto complaint_of = [](const json& tree) {
    return complaint(tree, HANDFAST_MATRIX_SCHEMA);
  };
  const auto tree_of = [](const reports::Matrix& matrix) {
    return json::parse(reports::matrix_json_text(matrix));
  };
  for (const auto& matrix : {tests::sample_matrix(), tests::wide_matrix(), tests::passing_matrix(),
                             tests::hostile_matrix(), reports::Matrix{}}) {
    CHECK(complaint_of(tree_of(matrix)) == "");
  }
  const auto good = tree_of(tests::sample_matrix());
  const auto refused = [&](const char* place, const json& value) {
    auto bad = good;
    bad[json::json_pointer(place)] = value;
    return !complaint_of(bad).empty();
  };
  CHECK(refused("/format", 2));
  CHECK(refused("/unknown", 1));
  CHECK(refused("/brokers/0/checks/0/verdict", "passed"));
  CHECK(refused("/brokers/0/known/0/verdict", "pass"));
  CHECK(refused("/brokers/0/problem", "gone"));
}

TEST_CASE("comparisons conform to their published schema", "[reports]") {
  const auto complaint_of = [](const json& tree) {
    return complaint(tree, HANDFAST_COMPARISON_SCHEMA);
  };
  const auto side = [](const char* name, std::size_t runs) {
    std::vector<reports::ComparedRun> out;
    for (std::size_t i = 0; i < runs; ++i) {
      out.push_back({.file = name + std::to_string(i), .result = tests::sample_result()});
      out.back().result.broker.cpu_seconds += 0.1 * static_cast<double>(i);
    }
    return out;
  };
  auto fresh = side("b", 3);
  for (auto& run : fresh) run.result.checks[0].verdict = reports::Verdict::error;
  const auto compared = reports::compare(side("a", 3), fresh, {.accept_invalid = true});
  REQUIRE(compared);
  const auto good = json::parse(reports::comparison_json_text(*compared));
  CHECK(complaint_of(good) == "");
  CHECK(good.at("metrics").size() > 5);
  CHECK(good.at("checks").size() == 1);
  const auto single = reports::compare(side("a", 1), side("b", 1), {});
  REQUIRE(single);
  CHECK(complaint_of(json::parse(reports::comparison_json_text(*single))) == "");
  const auto refused = [&](const char* place, const json& value) {
    auto bad = good;
    bad[json::json_pointer(place)] = value;
    return !complaint_of(bad).empty();
  };
  CHECK(refused("/format", 2));
  CHECK(refused("/unknown", 1));
  CHECK(refused("/metrics/0/verdict", "no difference"));
  CHECK(refused("/metrics/0/interval", json::array({1})));
  CHECK(refused("/checks/0/excused", "no"));
}
