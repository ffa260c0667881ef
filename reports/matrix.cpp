#include "reports/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.hpp"

namespace handfast::reports {

namespace {

bool any_column(const Matrix& matrix, const auto& holds) {
  return std::ranges::any_of(matrix.columns, holds);
}

bool has_row(const Matrix& matrix, Verdict verdict) {
  return any_column(matrix, [verdict](const MatrixColumn& column) {
    return std::ranges::find(column.checks, verdict, &CheckResult::verdict) != column.checks.end();
  });
}

bool has_problem_of(const Matrix& matrix, ProblemKind kind) {
  return any_column(matrix, [kind](const MatrixColumn& column) {
    return column.problem && column.problem->kind == kind;
  });
}

bool has_finding_of(const Matrix& matrix) {
  return has_problem_of(matrix, ProblemKind::failed) ||
         any_column(matrix, [](const MatrixColumn& column) {
           return column.broker.died || !column.stale.empty() ||
                  count_column(column).open_fails() > 0;
         });
}

MatrixGroup& group_named(std::vector<MatrixGroup>& groups, const std::string& name) {
  const auto found = std::ranges::find(groups, name, &MatrixGroup::name);
  if (found != groups.end()) return *found;
  return groups.emplace_back(MatrixGroup{.name = name, .rows = {}});
}

/// "mosquitto 2.0.11: 2 failed", for the columns of which `count` is not 0.
void add_counts(std::vector<std::string>& reasons, const Matrix& matrix, const auto& sentence) {
  for (const auto& column : matrix.columns) {
    auto text = sentence(column);
    if (text.empty()) continue;
    reasons.push_back(fmt::format("{}: {}", title_of(column), text));
  }
}

Outcome outcome_of(int code) {
  if (code == 130) return Outcome::interrupted;
  if (code == 4 || code == 3 || code == 2) return Outcome::error;
  if (code == 5) return Outcome::not_valid;
  return code == 0 ? Outcome::passed : Outcome::failed;
}

std::string rows_of(const MatrixColumn& column, Verdict verdict, std::string_view word) {
  const auto count = count_column(column).verdicts.of(verdict);
  return count == 0 ? std::string() : fmt::format("{} {}", counted(count, "check", "checks"), word);
}

std::string open_fails_of(const MatrixColumn& column) {
  const auto counts = count_column(column);
  if (counts.open_fails() == 0) return {};
  return fmt::format(
      "{} failed{}", counted(counts.open_fails(), "check", "checks"),
      counts.known_fails > 0
          ? fmt::format(" that the baseline does not know, {} known", counts.known_fails)
          : "");
}

std::string passed_of(const MatrixColumn& column) {
  const auto counts = count_column(column);
  auto text = counts.verdicts.text();
  if (counts.known_fails > 0) text += " (the baseline knows every fail)";
  return text;
}

}  // namespace

std::string title_of(const MatrixColumn& column) {
  return column.broker.version.empty() ? column.broker.driver
                                       : column.broker.driver + " " + column.broker.version;
}

const KnownDeviation* find_known(const MatrixColumn& column, std::string_view id) {
  const auto found = std::ranges::find(column.known, id, &KnownDeviation::id);
  return found == column.known.end() ? nullptr : &*found;
}

bool is_open(const MatrixColumn& column, const CheckResult& check) {
  switch (check.verdict) {
    case Verdict::fail:
    case Verdict::warn:
      return find_known(column, check.id) == nullptr;
    case Verdict::inconclusive:
    case Verdict::error:
      return true;
    case Verdict::pass:
    case Verdict::info:
    case Verdict::skip:
      return false;
  }
  return true;
}

std::vector<MatrixGroup> groups_of(const Matrix& matrix) {
  std::vector<MatrixGroup> groups;
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
    for (const auto& check : matrix.columns[i].checks) {
      auto& rows = group_named(groups, check.group).rows;
      auto row = std::ranges::find_if(
          rows, [&](const MatrixRow& one) { return one.spec->id == check.id; });
      if (row == rows.end()) {
        rows.push_back({.spec = &check, .cells = {}});
        row = std::prev(rows.end());
        row->cells.resize(matrix.columns.size(), nullptr);
      }
      row->cells[i] = &check;
    }
  }
  return groups;
}

ColumnCounts count_column(const MatrixColumn& column) {
  ColumnCounts counts;
  counts.verdicts = count_verdicts(column.checks);
  std::map<std::string, std::uint64_t> skips;
  for (const auto& check : column.checks) {
    if (check.verdict == Verdict::skip) ++skips[check.reason];
    if (find_known(column, check.id) == nullptr) continue;
    if (check.verdict == Verdict::fail) ++counts.known_fails;
    if (check.verdict == Verdict::warn) ++counts.known_warns;
  }
  counts.skips.assign(skips.begin(), skips.end());
  std::ranges::sort(counts.skips, {}, [](const auto& skip) {
    return std::pair(-static_cast<std::int64_t>(skip.second), skip.first);
  });
  return counts;
}

int exit_code_for(const Matrix& matrix) {
  if (any_column(matrix, [](const MatrixColumn& column) { return column.interrupted; })) return 130;
  if (has_row(matrix, Verdict::error) || has_problem_of(matrix, ProblemKind::internal)) return 4;
  if (has_problem_of(matrix, ProblemKind::environment)) return 3;
  if (has_problem_of(matrix, ProblemKind::usage)) return 2;
  if (has_row(matrix, Verdict::inconclusive)) return 5;
  return has_finding_of(matrix) ? 1 : 0;
}

Headline headline(const Matrix& matrix) {
  Headline out;
  out.outcome = outcome_of(exit_code_for(matrix));
  auto& why = out.reasons;
  add_counts(why, matrix, [](const MatrixColumn& column) {
    return column.interrupted ? fmt::format("interrupted after {}",
                                            counted(column.checks.size(), "check", "checks"))
                              : std::string();
  });
  add_counts(why, matrix, [](const MatrixColumn& column) {
    return rows_of(column, Verdict::error, "in error, which is our own fault");
  });
  add_counts(why, matrix, [](const MatrixColumn& column) {
    return column.problem ? column.problem->text() : std::string();
  });
  add_counts(why, matrix, [](const MatrixColumn& column) {
    return rows_of(column, Verdict::inconclusive, "inconclusive");
  });
  add_counts(why, matrix, open_fails_of);
  add_counts(why, matrix, [](const MatrixColumn& column) {
    return column.broker.died ? "the broker ended by itself: " + *column.broker.died
                              : std::string();
  });
  add_counts(why, matrix, [](const MatrixColumn& column) {
    const auto count = column.stale.size();
    return count == 0 ? std::string()
                      : fmt::format("{} no longer true", counted(count, "entry of the baseline is",
                                                                 "entries of the baseline are"));
  });
  if (out.outcome == Outcome::passed) add_counts(why, matrix, passed_of);
  return out;
}

}  // namespace handfast::reports
