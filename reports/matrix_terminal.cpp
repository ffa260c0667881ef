#include "reports/matrix_terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.hpp"
#include "reports/baseline.hpp"
#include "reports/detail/matrix_cell.hpp"
#include "reports/detail/page.hpp"
#include "reports/detail/utf8.hpp"
#include "reports/evidence.hpp"

namespace handfast::reports {

namespace {

using detail::Colour;
using detail::Page;
using detail::Table;

constexpr std::size_t terminal_text_limit = 400;

Colour colour_of_cell(const MatrixColumn& column, const CheckResult& check) {
  if (!is_open(column, check)) return Colour::dim;
  return check.verdict == Verdict::warn ? Colour::yellow : Colour::red;
}

/// "12 no-listener, 3 no-two-tier-pki".
std::string skips_text(const ColumnCounts& counts) {
  std::vector<std::string> parts;
  for (const auto& [token, count] : counts.skips) {
    parts.push_back(fmt::format("{} {}", count, printable(token)));
  }
  return join(parts, ", ");
}

std::string counts_text(const ColumnCounts& counts) {
  auto text = counts.verdicts.text();
  const auto known = counts.known_fails + counts.known_warns;
  if (known > 0) text += fmt::format(" ({} of them known)", known);
  return text;
}

void add_brokers(Page& page, const Matrix& matrix) {
  const bool one = matrix.columns.size() == 1;
  for (const auto& column : matrix.columns) {
    const auto counts = count_column(column);
    const auto told = column.checks.empty() && column.problem
                          ? "not checked: " + printable(column.problem->text(), terminal_text_limit)
                          : counts_text(counts);
    if (one) {
      page.labelled("Broker", fmt::format("{} ({}, {:.1f} s)", printable(title_of(column)),
                                          printable(matrix.started_at), column.duration_s));
      page.labelled("Checks", told);
    } else {
      page.labelled(
          &column == &matrix.columns.front() ? "Brokers" : "",
          fmt::format("{}: {} ({:.1f} s)", printable(title_of(column)), told, column.duration_s));
    }
    if (!counts.skips.empty()) {
      page.labelled(one ? "Skipped" : "", (one ? "" : "  skipped: ") + skips_text(counts));
    }
  }
}

void add_stale(Page& page, const Matrix& matrix) {
  for (const auto& column : matrix.columns) {
    for (const auto& entry : column.stale) {
      page.text("  STALE         ",
                fmt::format("{}: {} is listed as {} for {}, it is {} now: remove the entry",
                            printable(entry.where), printable(entry.id), to_string(entry.listed),
                            printable(title_of(column)), to_string(entry.now)),
                Colour::red, 7);
    }
  }
}

void add_baseline(Page& page, const Matrix& matrix) {
  if (matrix.baseline_file.empty()) return;
  std::size_t known = 0;
  std::size_t stale = 0;
  std::size_t bare = 0;
  for (const auto& column : matrix.columns) {
    known += column.known.size();
    stale += column.stale.size();
    bare += static_cast<std::size_t>(
        std::ranges::count(column.known, unexplained, &KnownDeviation::reason));
  }
  auto text = fmt::format("{}: {}", printable(matrix.baseline_file),
                          counted(known, "known deviation", "known deviations"));
  if (bare > 0) text += fmt::format(", {} of them unexplained: give each a reason", bare);
  if (stale > 0) text += fmt::format(", {}", counted(stale, "stale entry", "stale entries"));
  page.labelled("Baseline", text);
  add_stale(page, matrix);
}

/// The ids of skipped rows behind their token: hundreds of equal lines say less.
void add_skipped(Page& page, const MatrixGroup& group) {
  std::map<std::string, std::vector<std::string>> by_token;
  for (const auto& row : group.rows) {
    const auto* cell = row.cells.front();
    if (cell->verdict == Verdict::skip) by_token[cell->reason].push_back(printable(cell->id));
  }
  for (const auto& [token, ids] : by_token) {
    page.text(fmt::format("  {:<12}  ", "skip"),
              fmt::format("{} ({}): {}", printable(token), ids.size(), join(ids, ", ")),
              Colour::dim, 6);
  }
}

void add_only_column(Page& page, const MatrixColumn& column, const std::vector<MatrixGroup>& groups,
                     bool verbose) {
  for (const auto& group : groups) {
    const auto passed = std::ranges::count_if(group.rows, detail::passed_everywhere);
    page.blank();
    const auto name = printable(group.name);
    page.line(fmt::format("{}  {} of {} passed", name, passed, group.rows.size()), Colour::bold,
              name.size());
    for (const auto& row : group.rows) {
      const auto& check = *row.cells.front();
      if (check.verdict == Verdict::skip) continue;
      const auto word = detail::cell_word(column, &check);
      const auto head = fmt::format("  {:<12}  {:<6}  ", word, printable(check.level));
      if (check.verdict == Verdict::pass) {
        if (verbose) page.text(head, printable(check.id));
        continue;
      }
      page.text(head,
                fmt::format("{}: {}", printable(check.id),
                            printable(detail::reason_of(column, check), terminal_text_limit)),
                colour_of_cell(column, check), word.size() + 2);
    }
    add_skipped(page, group);
  }
}

Table matrix_table(const Matrix& matrix, const MatrixGroup& group, bool verbose, const Page& page,
                   bool words) {
  Table table(std::vector(matrix.columns.size() + 1, Table::Align::left));
  const auto passed =
      static_cast<std::uint64_t>(std::ranges::count_if(group.rows, detail::passed_everywhere));
  std::vector<std::string> cells{fmt::format("{} ({} of {} passed everywhere)",
                                             printable(group.name), passed, group.rows.size())};
  for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
    cells.push_back(words ? printable(matrix.columns[i].broker.driver) : std::to_string(i + 1));
  }
  table.row(cells);
  for (const auto& row : group.rows) {
    if (!verbose && detail::passed_everywhere(row)) continue;
    cells = {"  " + printable(row.spec->id)};
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
      const auto& column = matrix.columns[i];
      cells.push_back(words ? detail::cell_word(column, row.cells[i])
                            : std::string(detail::cell_sign(column, row.cells[i], page.utf8())));
    }
    table.row(cells);
  }
  return table;
}

void add_columns(Page& page, const Matrix& matrix, const std::vector<MatrixGroup>& groups,
                 bool verbose) {
  const bool words = std::ranges::all_of(groups, [&](const MatrixGroup& group) {
    const auto lines = matrix_table(matrix, group, verbose, page, true).lines();
    return std::ranges::all_of(lines, [&](const std::string& line) {
      return detail::display_width(line) <= page.width();
    });
  });
  if (!words) {
    page.blank();
    for (std::size_t i = 0; i < matrix.columns.size(); ++i) {
      page.line(fmt::format("{} = {}", i + 1, printable(title_of(matrix.columns[i]))));
    }
    page.text("", detail::sign_legend(page.utf8()));
  }
  for (const auto& group : groups) {
    page.blank();
    page.table(matrix_table(matrix, group, verbose, page, words));
  }
}

void add_evidence(Page& page, const MatrixColumn& column, const CheckResult& check, bool one) {
  page.blank();
  const auto word = detail::cell_word(column, &check);
  const auto on = one ? std::string() : " on " + printable(title_of(column));
  page.line(fmt::format("{} {}{}", word, printable(check.id), on), colour_of_cell(column, check),
            word.size());
  for (const auto& line : evidence_lines(check)) {
    page.text(fmt::format("  {:<14}  ", line.label), printable(line.text, terminal_text_limit));
  }
}

}  // namespace

std::string matrix_terminal(const Matrix& matrix, const MatrixView& view) {
  Page page(view.style);
  page.headline(headline(matrix));
  add_brokers(page, matrix);
  add_baseline(page, matrix);
  const auto groups = groups_of(matrix);
  const bool one = matrix.columns.size() == 1;
  if (one) {
    add_only_column(page, matrix.columns.front(), groups, view.verbose);
  } else {
    add_columns(page, matrix, groups, view.verbose);
  }
  for (const auto& column : matrix.columns) {
    for (const auto& check : column.checks) {
      if (is_open(column, check)) add_evidence(page, column, check, one);
    }
  }
  page.blank();
  for (const auto& file : view.files) {
    page.labelled(&file == &view.files.front() ? "Files" : "",
                  printable(file, terminal_text_limit));
  }
  page.labelled("Again", printable(matrix.command_line, terminal_text_limit));
  return page.take();
}

}  // namespace handfast::reports
