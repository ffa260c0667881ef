#include "reports/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "reports/detail/markdown_text.hpp"
#include "reports/distributions.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

using detail::markdown_text;

constexpr std::size_t failures_shown = 10;
constexpr std::size_t checks_shown = 50;

class Table {
 public:
  explicit Table(const std::vector<std::string>& heads) {
    row(heads);
    row(std::vector<std::string>(heads.size(), "---"));
  }
  void row(const std::vector<std::string>& cells) { text_ += "| " + join(cells, " | ") + " |\n"; }
  std::string take() { return std::move(text_) + "\n"; }

 private:
  std::string text_;
};

std::string head_of(const Result& result) {
  const auto head = headline(result);
  std::vector<std::string> reasons;
  for (const auto& reason : head.reasons) reasons.push_back(markdown_text(reason));
  auto out = fmt::format("# {}\n\n**{}**{}{}\n\n", markdown_text(result.scenario_name),
                         to_string(head.outcome), reasons.empty() ? "" : ": ", join(reasons, "; "));
  if (!result.scenario_summary.empty()) out += markdown_text(result.scenario_summary) + "\n\n";
  return out + fmt::format("{}, handfast {}, {}, {:.1f} s\n\n",
                           markdown_text(result.broker.driver + " " + result.broker.version),
                           markdown_text(result.handfast_version), markdown_text(result.started_at),
                           result.duration_s);
}

std::string thresholds_of(const Result& result) {
  if (result.thresholds.empty()) return {};
  Table table({"threshold", "observed", ""});
  for (const auto& threshold : result.thresholds) {
    table.row({markdown_text(threshold.expression), markdown_text(threshold.observed),
               threshold.passed ? "kept" : "**missed**"});
  }
  return "## Thresholds\n\n" + table.take();
}

std::string fleets_of(const Result& result) {
  if (result.load.fleets.empty()) return {};
  Table table({"fleet", "listener", "ok", "failed", "dropped", "offered/s", "achieved/s"});
  for (const auto& fleet : result.load.fleets) {
    const auto rates = rates_of(fleet);
    table.row({markdown_text(fleet.name), markdown_text(fleet.listener), grouped(fleet.succeeded),
               grouped(fleet.failed), grouped(fleet.dropped), short_number(rates.offered_per_s),
               short_number(rates.achieved_per_s)});
  }
  return "## Fleets\n\n" + table.take();
}

std::string timeline_of(const Result& result) {
  if (result.timeline.empty()) return {};
  Table table({"when", "event", "outcome"});
  for (const auto& event : result.timeline) {
    table.row({markdown_text(time_text(event)), markdown_text(event.what),
               markdown_text(outcome_text(event))});
  }
  return "## Timeline\n\n" + table.take();
}

std::string latencies_of(const Result& result) {
  stats::Histogram lag;
  const auto all = distributions_of(result, lag);
  if (all.empty()) return {};
  Table table({"latency", "samples", "p50", "p90", "p99", "p99.9", "max"});
  for (const auto& [name, histogram] : all) {
    std::vector<std::string> cells{markdown_text(name), grouped(histogram->count())};
    for (const double share : {0.5, 0.9, 0.99, 0.999}) {
      cells.push_back(format_duration(std::min(histogram->quantile(share), histogram->max())));
    }
    cells.push_back(format_duration(histogram->max()));
    table.row(cells);
  }
  return "## Latencies\n\n" + table.take();
}

std::string failures_of(const Result& result) {
  const auto failures = top_failures(result.load, failures_shown);
  if (failures.empty()) return {};
  Table table({"fleet", "count", "phase", "cause"});
  for (const auto& failure : failures) {
    table.row({markdown_text(failure.fleet), grouped(failure.count), markdown_text(failure.phase),
               markdown_text(failure.text)});
  }
  return "## Failures\n\n" + table.take();
}

bool quiet(Verdict verdict) {
  return verdict == Verdict::pass || verdict == Verdict::info || verdict == Verdict::skip;
}

std::string checks_of(const Result& result) {
  if (result.checks.empty()) return {};
  auto out = fmt::format("## Checks\n\n{}\n\n", count_verdicts(result.checks).text());
  std::size_t shown = 0;
  std::size_t loud = 0;
  for (const auto& check : result.checks) {
    if (quiet(check.verdict) || ++loud > checks_shown) continue;
    ++shown;
    out += fmt::format("- **{}** {} ({}): {}\n", to_string(check.verdict), markdown_text(check.id),
                       markdown_text(check.level),
                       markdown_text(check.reason.empty() ? check.title : check.reason));
  }
  if (loud > shown) out += fmt::format("- and {} more\n", loud - shown);
  return loud > 0 ? out + "\n" : out;
}

std::string health_of(const Result& result) {
  std::vector<std::string> lines;
  if (!result.load.workers.empty()) {
    const auto health = generator_health(result.load);
    lines.push_back(fmt::format("generator: {:.2f} of {} busy, loop lag p99 {}, {} late",
                                health.cores_used, counted(health.workers, "worker", "workers"),
                                format_duration(health.lag.quantile(0.99)),
                                counted(health.late_starts, "start", "starts")));
  }
  if (result.broker.watched) {
    lines.push_back(fmt::format("broker: {:.1f} CPU s, {} memory at most",
                                result.broker.cpu_seconds,
                                format_size(result.broker.rss_max_bytes)));
  }
  for (const auto& sentence : result.broker_limits) {
    lines.push_back("limit: " + markdown_text(sentence));
  }
  std::string out;
  for (const auto& line : lines) out += "- " + line + "\n";
  return out.empty() ? out : "## Health\n\n" + out + "\n";
}

std::string again_of(const Result& result) {
  if (result.command_line.empty()) return {};
  return fmt::format("Again: {}, seed {}\n", markdown_text(result.command_line), result.seed);
}

}  // namespace

std::string result_markdown(const Result& result) {
  const auto out = head_of(result) + thresholds_of(result) + checks_of(result) + fleets_of(result) +
                   timeline_of(result) + latencies_of(result) + failures_of(result) +
                   health_of(result) + again_of(result);
  // One newline ends the file.
  return out.substr(0, out.find_last_not_of('\n') + 1) + "\n";
}

}  // namespace handfast::reports
