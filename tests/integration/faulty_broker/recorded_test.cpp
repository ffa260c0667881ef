// May rows record what a broker does: each is seen recording two outcomes.
#include "tests/integration/faulty_broker/recorded.hpp"

#include <algorithm>
#include <map>

#include "tests/integration/faulty_broker/play_rows.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using RowsByDefect = std::map<std::string_view, std::vector<std::string_view>>;

/// Under the empty name all rows: the conforming broker plays them at once.
RowsByDefect rows_by_defect() {
  RowsByDefect out;
  for (const auto& entry : recorded_rows()) {
    out[""].push_back(entry.row);
    out[entry.defect].push_back(entry.row);
  }
  return out;
}

TEST_CASE("Every may row records both outcomes", "[faulty_broker]") {
  for (const auto& [defect, rows] : rows_by_defect()) {
    const bool conforming = defect.empty();
    const auto results = play(playable(rows), conforming ? Defects{} : with_defect(defect));
    CHECK(results.size() == rows.size());
    for (const auto& result : results) {
      const auto entry = std::ranges::find(recorded_rows(), result.id, &Recorded::row);
      REQUIRE(entry != recorded_rows().end());
      INFO(defect << " and " << result.id << ": " << result.observed << " / " << result.reason);
      CHECK(result.verdict == reports::Verdict::info);
      const auto text = result.observed + " / " + result.reason;
      // A text that is part of the other one says less: only the longer one must then be missing.
      const bool says_first = text.find(entry->conforming) != std::string::npos;
      const bool says_other = text.find(entry->other) != std::string::npos;
      const bool nested = entry->conforming.find(entry->other) != std::string_view::npos;
      CHECK(says_first == conforming);
      CHECK(says_other == (!conforming || nested));
    }
  }
}

}  // namespace
}  // namespace handfast::test
