// What the catalogue is worth: each row that is to notice a switch of the faulty broker notices it.
#include <algorithm>

#include "harness/check/check.hpp"
#include "harness/check/fixture_material.hpp"
#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using check::CheckSpec;
using reports::Verdict;

/// Of `rows`, those that this build can play and that do not wait for a broker's deadlines.
std::vector<std::string> playable(std::span<const std::string_view> rows) {
  std::vector<std::string> ids;
  for (const auto& spec : check::catalogue()) {
    if (spec.slow || std::ranges::find(rows, spec.id) == rows.end()) continue;
    // A row that looks back at the rejections of its group needs one.
    if (std::holds_alternative<check::HealthPlan>(spec.plan))
      ids.emplace_back("client-cert-expired");
    ids.push_back(spec.id);
  }
  return ids;
}

std::vector<reports::CheckResult> play(const std::vector<std::string>& ids,
                                       const Defects& defects) {
  const TempDirectory directory;
  check::Selection selection;
  selection.ids = ids;
  check::Context context;
  const check::FixtureFiles files{.directory = directory / "fixtures", .key_owner = {}};
  REQUIRE(check::add_fixtures(context.materials, *check::select(selection), files));
  auto broker =
      FaultyBroker::start(check::listeners_for(selection, context.materials).value(), defects);
  REQUIRE(broker);
  context.listeners = (*broker)->listeners();
  context.capabilities = FaultyBroker::capabilities();
  context.reload = [&broker]() -> Result<void> {
    (*broker)->reload();
    return {};
  };
  return check::run_checks(selection, context).value();
}

TEST_CASE("Every row that is to notice a switch notices it", "[faulty_broker]") {
  std::size_t noticed = 0;
  for (const auto& entry : defect_switches()) {
    const auto ids = playable(entry.rows);
    if (ids.empty() || entry.recorded_only) continue;
    for (const auto& result : play(ids, with_defect(entry.name))) {
      if (std::ranges::find(entry.rows, result.id) == entry.rows.end()) continue;
      INFO(entry.name << " and " << result.id << ": " << to_string(result.verdict) << ", "
                      << result.observed << " / " << result.reason);
      const bool caught = result.verdict != Verdict::pass && result.verdict != Verdict::info &&
                          result.verdict != Verdict::skip;
      CHECK(caught);
      noticed += caught ? 1U : 0U;
    }
  }
  CHECK(noticed > 0);
}

TEST_CASE("No row of the table finds fault with the conforming broker", "[faulty_broker]") {
  std::vector<std::string> ids;
  for (const auto& entry : defect_switches()) {
    for (auto& id : playable(entry.rows)) {
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
  }
  for (const auto& result : play(ids, {})) {
    INFO(result.id << ": " << result.observed << " / " << result.reason);
    CHECK((result.verdict == Verdict::pass || result.verdict == Verdict::info));
  }
}

}  // namespace
}  // namespace handfast::test
