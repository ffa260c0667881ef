// What holds for all rows of group C.
#include "harness/check/tls_protocol/rows.hpp"

#include <set>

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

TEST_CASE("rows of the TLS protocol are scripts with all that a reader needs", "[check]") {
  std::set<std::string> ids;
  for (const auto& spec : tls_protocol_specs()) {
    INFO(spec.id);
    CHECK(ids.insert(spec.id).second);
    CHECK(spec.id.starts_with("tls"));
    CHECK(spec.group == "tls-protocol");
    CHECK_FALSE(spec.title.empty());
    CHECK_FALSE(spec.reference.empty());
    CHECK_FALSE(spec.expected.empty());
    CHECK_FALSE(spec.needs.empty());
    const auto* plan = std::get_if<ScriptPlan>(&spec.plan);
    REQUIRE(plan != nullptr);
    CHECK(plan->drive);
    CHECK(plan->judge);
  }
}

TEST_CASE("evidence of nothing is never a pass", "[check]") {
  for (const auto& spec : tls_protocol_specs()) {
    INFO(spec.id);
    const auto judged = std::get<ScriptPlan>(spec.plan).judge(spec.level, {});
    CHECK(judged.verdict == reports::Verdict::error);
  }
}

TEST_CASE("our own trouble is an error, and a token is a skip", "[check]") {
  ScriptEvidence broken;
  broken.problem = "libcrypto fails";
  ScriptEvidence token;
  token.skip = "not-for-this-broker";
  for (const auto& spec : tls_protocol_specs()) {
    INFO(spec.id);
    const auto& judge = std::get<ScriptPlan>(spec.plan).judge;
    CHECK(judge(spec.level, broken).verdict == reports::Verdict::error);
    CHECK(judge(spec.level, token).verdict == reports::Verdict::skip);
    CHECK(judge(spec.level, token).reason == "not-for-this-broker");
  }
}

}  // namespace
}  // namespace handfast::check
