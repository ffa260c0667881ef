#include "reports/comparison_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.hpp"
#include "reports/detail/markdown_text.hpp"
#include "reports/detail/page.hpp"
#include "reports/detail/table.hpp"

namespace handfast::reports {

namespace {

using detail::Colour;
using detail::Page;
using detail::Table;
using enum detail::Table::Align;

constexpr double most_factor = 100;

std::string interval_text(const MetricChange& row) {
  if (!row.interval) return "-";
  return fmt::format("{} to {}", change_text(row, row.interval->low),
                     change_text(row, row.interval->high));
}

std::string side_text(const MetricChange& row, const std::vector<double>& values, double mean) {
  return values.empty() ? "-" : format_metric(row.metric.unit, mean);
}

std::string moved(const MetricChange& row) {
  return row.base.empty() || row.fresh.empty() ? "-" : change_text(row, row.change);
}

/// The worse ones first, then better, then the rest; each in their order.
std::vector<const MetricChange*> by_verdict(const Comparison& comparison) {
  std::vector<const MetricChange*> out;
  for (const auto verdict : {ChangeVerdict::worse, ChangeVerdict::better,
                             ChangeVerdict::no_difference_shown, ChangeVerdict::not_judged}) {
    for (const auto& row : comparison.metrics) {
      if (row.verdict == verdict) out.push_back(&row);
    }
  }
  return out;
}

std::string check_word(const CheckChange& change) {
  if (change.excused) return "known";
  return change.verdict == ChangeVerdict::not_judged ? "changed"
                                                     : std::string(to_string(change.verdict));
}

std::string runs_text(const Comparison& comparison) {
  const auto side = [](const std::vector<std::string>& files, const std::string& broker) {
    return fmt::format("{} ({})", counted(files.size(), "file", "files"), broker);
  };
  return fmt::format("base {}, new {}", side(comparison.base_files, comparison.base_broker),
                     side(comparison.fresh_files, comparison.fresh_broker));
}

std::string method_text(const Comparison& comparison) {
  return fmt::format(
      "bootstrap over runs, {} judged together at {:.3g} % (Holm); a change counts when it is "
      "shown "
      "to exceed its tolerance",
      counted(comparison.judged, "metric", "metrics"), comparison.alpha * 100);
}

Colour colour_of(ChangeVerdict verdict) {
  switch (verdict) {
    case ChangeVerdict::worse:
      return Colour::red;
    case ChangeVerdict::better:
      return Colour::green;
    case ChangeVerdict::no_difference_shown:
    case ChangeVerdict::not_judged:
      return Colour::none;
  }
  return Colour::none;
}

void add_metrics(Page& page, const Comparison& comparison) {
  if (comparison.metrics.empty()) return;
  page.blank();
  // The verdict first: a narrow terminal cuts what comes last.
  Table table({left, left, right, right, right, right, right, left});
  table.row({"Metric", "verdict", "change", "base", "new", "interval", "tolerance", ""});
  const auto rows = by_verdict(comparison);
  for (const auto* row : rows) {
    table.row({"  " + printable(row->metric.name), std::string(to_string(row->verdict)),
               moved(*row), side_text(*row, row->base, row->base_mean),
               side_text(*row, row->fresh, row->fresh_mean), interval_text(*row),
               change_text(*row, row->tolerance).substr(1), row->note});
  }
  const auto lines = table.lines();
  page.line(lines.front(), Colour::bold);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    page.line(lines[i + 1], colour_of(rows[i]->verdict));
  }
}

void add_checks(Page& page, const Comparison& comparison) {
  if (comparison.checks.empty() && comparison.same_checks == 0) return;
  page.blank();
  page.labelled("Checks", fmt::format("{} with another verdict, {} with the same",
                                      counted(comparison.checks.size(), "row", "rows"),
                                      grouped(comparison.same_checks)));
  for (const auto& change : comparison.checks) {
    const auto word = check_word(change);
    page.text(fmt::format("  {:<9}  ", word),
              fmt::format("{} ({}): {} before, {} now{}{}", printable(change.id),
                          printable(change.level), change.base, change.fresh,
                          change.reason.empty() ? "" : ": ", printable(change.reason)),
              change.excused ? Colour::dim : colour_of(change.verdict), word.size() + 2);
  }
}

std::string markdown_metrics(const Comparison& comparison) {
  if (comparison.metrics.empty()) return {};
  std::string out =
      "| metric | verdict | change | base | new | interval | tolerance | |\n"
      "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n";
  for (const auto* row : by_verdict(comparison)) {
    const auto loud =
        row->verdict == ChangeVerdict::worse || row->verdict == ChangeVerdict::better ? "**" : "";
    out += fmt::format("| {} | {}{}{} | {} | {} | {} | {} | {} | {} |\n",
                       detail::markdown_text(row->metric.name), loud, to_string(row->verdict), loud,
                       moved(*row), side_text(*row, row->base, row->base_mean),
                       side_text(*row, row->fresh, row->fresh_mean), interval_text(*row),
                       change_text(*row, row->tolerance).substr(1), row->note);
  }
  return out + "\n" + method_text(comparison) + "\n\n";
}

std::string markdown_checks(const Comparison& comparison) {
  if (comparison.checks.empty() && comparison.same_checks == 0) return {};
  auto out = fmt::format("{} with another verdict, {} with the same\n\n",
                         counted(comparison.checks.size(), "check", "checks"),
                         grouped(comparison.same_checks));
  if (comparison.checks.empty()) return out;
  out += "| check | level | base | new | | reason |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& change : comparison.checks) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", detail::markdown_text(change.id),
                       detail::markdown_text(change.level), change.base, change.fresh,
                       check_word(change), detail::markdown_text(change.reason));
  }
  return out + "\n";
}

}  // namespace

std::string change_text(const MetricChange& row, double change) {
  if (!row.relative) {
    if (row.metric.unit == MetricUnit::share) return fmt::format("{:+.2f} points", change * 100);
    const auto size = format_metric(row.metric.unit, std::abs(change));
    return (change < 0 ? "-" : "+") + size;
  }
  // An interval of few runs may reach from almost nothing to anything: its digits mean nothing.
  if (change > most_factor) return fmt::format("+over {:.0f} %", most_factor * 100);
  return fmt::format("{:+.1f} %", change * 100);
}

Headline headline(const Comparison& comparison) {
  Headline head;
  if (!comparison.not_valid.empty()) {
    head.outcome = Outcome::not_valid;
    head.reasons = comparison.not_valid;
    return head;
  }
  std::uint64_t checks = 0;
  for (const auto& change : comparison.checks) {
    if (change.verdict == ChangeVerdict::worse && !change.excused) ++checks;
  }
  if (checks > 0) head.reasons.push_back(counted(checks, "check is worse", "checks are worse"));
  std::uint64_t better = 0;
  for (const auto& row : comparison.metrics) {
    if (row.verdict == ChangeVerdict::better) ++better;
    if (row.verdict != ChangeVerdict::worse) continue;
    head.reasons.push_back(
        fmt::format("{} is worse by {}", row.metric.name, change_text(row, row.change)));
  }
  if (!head.reasons.empty()) {
    head.outcome = Outcome::failed;
    return head;
  }
  if (better > 0) head.reasons.push_back(counted(better, "metric is better", "metrics are better"));
  if (comparison.judged > 0) {
    head.reasons.emplace_back("no regression shown");
  } else if (comparison.metrics.empty()) {
    head.reasons.emplace_back("no check is worse");
  } else {
    head.reasons.emplace_back("nothing was judged");
  }
  return head;
}

std::string comparison_terminal(const Comparison& comparison, const TerminalStyle& style) {
  Page page(style);
  page.headline(headline(comparison));
  page.labelled("Compared", printable(runs_text(comparison), 400));
  if (comparison.judged > 0) page.labelled("Method", method_text(comparison));
  for (const auto& difference : comparison.differences) {
    page.labelled("Differs", difference.text);
  }
  for (const auto& note : comparison.notes) page.labelled("Note", note);
  add_metrics(page, comparison);
  add_checks(page, comparison);
  return page.take();
}

std::string comparison_markdown(const Comparison& comparison) {
  const auto head = headline(comparison);
  std::vector<std::string> reasons;
  for (const auto& reason : head.reasons) reasons.push_back(detail::markdown_text(reason));
  auto out = fmt::format("# Comparison\n\n**{}**{}{}\n\n{}\n\n", to_string(head.outcome),
                         reasons.empty() ? "" : ": ", join(reasons, "; "),
                         detail::markdown_text(runs_text(comparison)));
  std::string notes;
  for (const auto& difference : comparison.differences) {
    notes += fmt::format("- differs: {}\n", detail::markdown_text(difference.text));
  }
  for (const auto& note : comparison.notes)
    notes += fmt::format("- {}\n", detail::markdown_text(note));
  if (!notes.empty()) out += notes + "\n";
  out += markdown_metrics(comparison) + markdown_checks(comparison);
  return out.substr(0, out.find_last_not_of('\n') + 1) + "\n";
}

}  // namespace handfast::reports
