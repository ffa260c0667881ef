#include "reports/matrix_junit.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "reports/detail/junit_document.hpp"

namespace handfast::reports {

namespace {

using Case = detail::JunitCase;
using Suite = detail::JunitSuite;

/// Names of two brokers' testcases must differ: servers merge cases of equal class and name.
std::string class_of(const MatrixColumn& column, const std::string& group) {
  return fmt::format("handfast.{}.{}", column.broker.driver, group);
}

Case row_case(const MatrixColumn& column, const CheckResult& check) {
  Case out{class_of(column, check.group),  check.id, check.duration_s,
           detail::kind_of(check.verdict), {},       {}};
  out.message = check.verdict == Verdict::skip
                    ? check.reason
                    : fmt::format("{}: {}", to_string(check.verdict),
                                  check.reason.empty() ? check.title : check.reason);
  if (check.verdict != Verdict::pass && check.verdict != Verdict::skip) {
    out.text = detail::evidence_text(check);
  }
  const auto* known = find_known(column, check.id);
  if (known != nullptr) {
    out.kind = Case::Kind::skipped;
    out.message = fmt::format("known {}: {}", to_string(known->verdict), known->reason);
  }
  return out;
}

Case stale_case(const MatrixColumn& column, const StaleEntry& entry) {
  Case out{class_of(column, "baseline"), entry.id, 0, Case::Kind::failure, {}, {}};
  out.message = fmt::format("{}: listed as {}, it is {} now: remove the entry", entry.where,
                            to_string(entry.listed), to_string(entry.now));
  return out;
}

/// Whether the column tells all that it should.
Case whole_case(const MatrixColumn& column) {
  Case out{
      class_of(column, "run"), "the broker was checked to the end", 0, Case::Kind::pass, {}, {}};
  if (column.problem) {
    out.kind = Case::Kind::error;
    out.message = column.problem->text();
  } else if (column.interrupted) {
    out.kind = Case::Kind::error;
    out.message =
        fmt::format("interrupted after {}", counted(column.checks.size(), "check", "checks"));
  } else if (column.broker.died) {
    out.kind = Case::Kind::failure;
    out.message = "the broker ended by itself: " + *column.broker.died;
  }
  return out;
}

Suite suite_of(const MatrixColumn& column) {
  Suite suite{.name = title_of(column),
              .properties = {{"broker", column.broker.driver}, {"version", column.broker.version}}};
  for (const auto& check : column.checks) suite.cases.push_back(row_case(column, check));
  for (const auto& entry : column.stale) suite.cases.push_back(stale_case(column, entry));
  suite.cases.push_back(whole_case(column));
  return suite;
}

}  // namespace

std::string matrix_junit_xml(const Matrix& matrix) {
  detail::JunitDocument document{.started_at = matrix.started_at,
                                 .host = matrix.machine.host,
                                 .duration_s = matrix.duration_s,
                                 .suites = {}};
  for (const auto& column : matrix.columns) document.suites.push_back(suite_of(column));
  return detail::to_xml(document);
}

}  // namespace handfast::reports
