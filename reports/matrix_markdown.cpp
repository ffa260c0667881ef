#include "reports/matrix_markdown.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "reports/detail/markdown_text.hpp"
#include "reports/detail/matrix_cell.hpp"
#include "reports/evidence.hpp"

namespace handfast::reports {

namespace {

using detail::markdown_text;

std::string table_row(const std::vector<std::string>& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

std::string table_rule(std::size_t columns) {
  return table_row(std::vector<std::string>(columns, "---"));
}

std::string head_of(const Matrix& matrix) {
  const auto head = headline(matrix);
  std::vector<std::string> reasons;
  for (const auto& reason : head.reasons) reasons.push_back(markdown_text(reason));
  auto out = fmt::format("# Conformance\n\n**{}**{}{}\n\n", to_string(head.outcome),
                         reasons.empty() ? "" : ": ", join(reasons, "; "));
  out += fmt::format("handfast {}, {}, {}\n\n", markdown_text(matrix.handfast_version),
                     markdown_text(matrix.openssl_version), markdown_text(matrix.started_at));
  return out + fmt::format("Made by {}\n\n", markdown_text(matrix.command_line));
}

std::string counts_of(const Matrix& matrix) {
  std::vector<std::string> cells{"broker"};
  for (const auto verdict : verdicts) cells.emplace_back(to_string(verdict));
  cells.emplace_back("of them known");
  cells.emplace_back("skipped for");
  auto out = table_row(cells) + table_rule(cells.size());
  for (const auto& column : matrix.columns) {
    const auto counts = count_column(column);
    cells = {markdown_text(title_of(column))};
    for (const auto verdict : verdicts) {
      cells.push_back(std::to_string(counts.verdicts.of(verdict)));
    }
    cells.push_back(std::to_string(counts.known_fails + counts.known_warns));
    std::vector<std::string> skips;
    for (const auto& [token, count] : counts.skips) {
      skips.push_back(fmt::format("{} {}", count, markdown_text(token)));
    }
    cells.push_back(skips.empty() ? "-" : join(skips, ", "));
    out += table_row(cells);
  }
  return out + "\n";
}

std::string group_of(const Matrix& matrix, const MatrixGroup& group) {
  std::vector<std::string> cells{"check", "level"};
  for (const auto& column : matrix.columns) cells.push_back(markdown_text(title_of(column)));
  auto out = fmt::format("## {}\n\n", markdown_text(group.name)) + table_row(cells) +
             table_rule(cells.size());
  for (const auto& row : group.rows) {
    cells = {markdown_text(row.spec->id), markdown_text(row.spec->level)};
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
      const auto word = detail::cell_word(matrix.columns[i], row.cells[i]);
      const bool loud = row.cells[i] != nullptr && is_open(matrix.columns[i], *row.cells[i]);
      cells.push_back(loud ? "**" + word + "**" : word);
    }
    out += table_row(cells);
  }
  return out + "\n";
}

std::string finding_of(const MatrixColumn& column, const CheckResult& check) {
  auto out = fmt::format("- **{}** {} ({}): {}\n", detail::cell_word(column, &check),
                         markdown_text(check.id), markdown_text(check.level),
                         markdown_text(detail::reason_of(column, check)));
  if (check.verdict == Verdict::info) return out;
  for (const auto& line : evidence_lines(check)) {
    out += fmt::format("  - {}: {}\n", line.label, markdown_text(line.text));
  }
  return out;
}

std::string findings_of(const MatrixColumn& column) {
  std::string out;
  if (column.problem)
    out += fmt::format("- not checked: {}\n", markdown_text(column.problem->text()));
  for (const auto& entry : column.stale) {
    out += fmt::format("- **stale** {}: {} is listed as {}, it is {} now\n",
                       markdown_text(entry.where), markdown_text(entry.id), to_string(entry.listed),
                       to_string(entry.now));
  }
  for (const auto& check : column.checks) {
    if (check.verdict != Verdict::pass && check.verdict != Verdict::skip) {
      out += finding_of(column, check);
    }
  }
  return out;
}

}  // namespace

std::string matrix_markdown(const Matrix& matrix) {
  auto out = head_of(matrix) + counts_of(matrix);
  for (const auto& group : groups_of(matrix)) out += group_of(matrix, group);
  for (const auto& column : matrix.columns) {
    const auto findings = findings_of(column);
    if (findings.empty()) continue;
    out +=
        fmt::format("## What {} did otherwise\n\n{}\n", markdown_text(title_of(column)), findings);
  }
  // One newline ends the file.
  return out.substr(0, out.find_last_not_of('\n') + 1) + "\n";
}

}  // namespace handfast::reports
