// The conformance matrix as a value: checks x brokers, with the deviations that a baseline knows.
// What matrix.json holds and every report of `handfast check` is rendered from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/problem.hpp"
#include "reports/result.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

/// An entry of the baseline that the run confirmed: the row came out as listed.
struct KnownDeviation {
  std::string id;
  Verdict verdict = Verdict::fail;  ///< fail or warn
  std::string reason;               ///< as the baseline tells it

  bool operator==(const KnownDeviation&) const = default;
};

/// An entry of the baseline that is no longer true: the row came out better or otherwise.
struct StaleEntry {
  std::string id;
  Verdict listed = Verdict::fail;
  Verdict now = Verdict::pass;
  std::string where;  ///< "baseline.yaml:7:9"

  bool operator==(const StaleEntry&) const = default;
};

/// One broker and what it did.
struct MatrixColumn {
  BrokerInfo broker;
  double duration_s = 0;
  std::vector<CheckResult> checks;  ///< in the order of the catalogue
  std::vector<KnownDeviation> known;
  std::vector<StaleEntry> stale;
  bool interrupted = false;  ///< rows are missing
  /// Why the broker could not be checked, or not to the end.
  std::optional<Problem> problem;

  bool operator==(const MatrixColumn&) const = default;
};

struct Matrix {
  std::string handfast_version, openssl_version, command_line;
  std::string started_at;  ///< RFC 3339
  double duration_s = 0;
  Machine machine;
  std::string baseline_file;  ///< empty: none
  std::vector<MatrixColumn> columns;

  bool operator==(const Matrix&) const = default;
};

/// "mosquitto 2.0.11".
std::string title_of(const MatrixColumn& column);

/// nullptr when the baseline does not list that row, or lists it otherwise.
const KnownDeviation* find_known(const MatrixColumn& column, std::string_view id);

/// A fail or warn that no baseline excuses, and every error and inconclusive row, is "open".
bool is_open(const MatrixColumn& column, const CheckResult& check);

/// One row over all brokers. Valid as long as the matrix.
struct MatrixRow {
  const CheckResult* spec = nullptr;  ///< the first one that is there: id, group, title, reference
  std::vector<const CheckResult*> cells;  ///< one for each column; nullptr where it did not run
};
struct MatrixGroup {
  std::string name;
  std::vector<MatrixRow> rows;
};
/// All rows, by group; groups and rows in the order in which they first appear.
std::vector<MatrixGroup> groups_of(const Matrix& matrix);

/// What a column comes to in numbers.
struct ColumnCounts {
  VerdictCounts verdicts;
  std::uint64_t known_fails = 0;  ///< among the fails
  std::uint64_t known_warns = 0;  ///< among the warns
  /// Rows that did not run by the token of their skip, the most frequent first: a broker cannot
  /// look good by declaring nothing.
  std::vector<std::pair<std::string, std::uint64_t>> skips;

  std::uint64_t open_fails() const { return verdicts.of(Verdict::fail) - known_fails; }
};
ColumnCounts count_column(const MatrixColumn& column);

/// The exit code that the contents call for: 130 interrupted, 4 a row in error, 3 a broker that is
/// not available, 2 usage, 5 inconclusive rows, 1 a fail that the baseline does not know or a stale
/// entry, 0 (design.md section 2).
int exit_code_for(const Matrix& matrix);

/// The run in one word with its reasons, the weightiest first.
Headline headline(const Matrix& matrix);

}  // namespace handfast::reports
