#include "harness/app/doctor/present.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/doctor/healthy.hpp"

using namespace handfast::app;
using namespace handfast::app::test;

TEST_CASE("the text has state, area, finding and fix, and ends with what follows", "[doctor]") {
  const std::vector<Diagnosis> findings{
      {.area = "ports", .what = "plenty"},
      {.area = "descriptors", .state = State::bad, .what = "256 open files", .fix = "raise it"},
      {.area = "clock", .state = State::note, .what = "who knows", .fix = "ask"}};
  CHECK(as_text(findings) ==
        "fine  ports         plenty\n"
        "bad   descriptors   256 open files\n"
        "                    fix: raise it\n"
        "note  clock         who knows\n"
        "                    fix: ask\n"
        "1 thing stands in the way, 1 note\n");
  CHECK_FALSE(in_order(findings));
}

TEST_CASE("notes alone stand in nobody's way", "[doctor]") {
  const std::vector<Diagnosis> findings{
      {.area = "clock", .state = State::note, .what = "who knows", .fix = "ask"}};
  CHECK(in_order(findings));
  CHECK_THAT(as_text(findings), Catch::Contains("in order, 1 note\n"));
}

TEST_CASE("the JSON form holds the same, with a fix only where one is needed", "[doctor]") {
  auto facts = healthy();
  facts.limits.descriptors_hard = 256;
  const auto findings = judge(facts);
  const auto json = nlohmann::json::parse(as_json(findings));
  CHECK(json["handfast-doctor"] == 1);
  CHECK(json["in_order"] == false);
  REQUIRE(json["findings"].size() == findings.size());
  CHECK(json["findings"][0]["area"] == "descriptors");
  CHECK(json["findings"][0]["state"] == "bad");
  CHECK(json["findings"][0]["fix"] == findings[0].fix);
  CHECK_FALSE(json["findings"][1].contains("fix"));
}
