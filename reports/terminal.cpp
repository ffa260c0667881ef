#include "reports/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "reports/clocks.hpp"
#include "reports/datagram_lines.hpp"
#include "reports/detail/message_tables.hpp"
#include "reports/detail/page.hpp"
#include "reports/detail/table.hpp"
#include "reports/lifecycle_lines.hpp"
#include "reports/summary.hpp"
#include "reports/tls_lines.hpp"

namespace handfast::reports {

namespace {

using detail::Colour;
using detail::Page;
using detail::Table;
using enum detail::Table::Align;

constexpr std::size_t failures_shown = 10;

void add_subject(Page& page, const Result& result) {
  page.labelled("Scenario", fmt::format("{} ({}, {:.1f} s)", printable(result.scenario_name),
                                        printable(result.started_at), result.duration_s));
  page.labelled("Broker", printable(result.broker.driver + " " + result.broker.version));
}

void add_shards(Page& page, const Result& result) {
  if (const auto& shard = result.shard) {
    page.labelled(
        "Shard",
        fmt::format("{} of {} (from 0); {} left to handfast merge", shard->index, shard->count,
                    counted(shard->thresholds.size(), "threshold", "thresholds")));
    page.labelled("Clock", describe_clock(shard->clock));
  }
  if (const auto& merged = result.merged) {
    page.labelled("Merged", fmt::format("{} of {}, {}", merged->parts.size(),
                                        counted(merged->count, "shard", "shards"),
                                        counted(result.load.workers.size(), "worker", "workers")));
    if (merged->parts.size() > 1) page.labelled("Clocks", printable(describe_clocks(*merged)));
  }
}

bool quiet(Verdict verdict) { return verdict == Verdict::pass || verdict == Verdict::info; }

void add_check(Page& page, const CheckResult& check) {
  const auto word = detail::shouted(check.verdict);
  const auto colour = check.verdict == Verdict::skip   ? Colour::dim
                      : check.verdict == Verdict::warn ? Colour::yellow
                                                       : Colour::red;
  const auto head = fmt::format("  {:<12}  ", word);
  const auto about = check.verdict == Verdict::skip ? check.reason : check.title;
  page.text(head, fmt::format("{}: {}", printable(check.id), printable(about)), colour,
            word.size() + 2);
  if (check.verdict == Verdict::skip) return;
  const std::string indent(head.size(), ' ');
  const auto plain = [&](std::string_view content) { page.text(indent, content, Colour::none, 0); };
  plain(fmt::format("expected {}, observed {}", printable(check.expected),
                    check.observed.empty() ? "nothing" : printable(check.observed)));
  if (!check.reason.empty()) plain(printable(check.reason));
}

void add_checks(Page& page, const Result& result) {
  if (result.checks.empty()) return;
  page.blank();
  page.labelled("Checks", count_verdicts(result.checks).text());
  Table table({left, left});
  const auto groups = group_checks(result);
  for (const auto& group : groups) {
    table.row(
        {"  " + printable(group.name),
         fmt::format("{} of {} passed", group.counts.of(Verdict::pass), group.counts.total())});
  }
  for (const auto& line : table.lines()) page.line(line);
  for (const auto& group : groups) {
    for (const auto* check : group.checks) {
      if (!quiet(check->verdict)) add_check(page, *check);
    }
  }
}

/// "devices (gateway)": a fleet with its role, when it has one.
std::string label_of(const Result& result, const std::string& name) {
  const auto plan = std::ranges::find(result.fleets, name, &FleetPlan::name);
  if (plan == result.fleets.end() || plan->role.empty()) return name;
  return fmt::format("{} ({})", name, plan->role);
}

void add_fleets(Page& page, const Result& result) {
  if (result.load.fleets.empty()) return;
  page.blank();
  Table table({left, left, right, right, right, right, right, right});
  table.row({"Fleets", "listener", "ok", "failed", "offered/s", "started/s", "achieved/s",
             "certificates"});
  for (const auto& fleet : result.load.fleets) {
    const auto rates = rates_of(fleet);
    table.row({"  " + printable(label_of(result, fleet.name)), printable(fleet.listener),
               grouped(fleet.succeeded), grouped(fleet.failed), short_number(rates.offered_per_s),
               short_number(rates.started_per_s), short_number(rates.achieved_per_s),
               grouped(fleet.distinct_certificates)});
  }
  page.table(table);
  for (const auto& fleet : result.load.fleets) {
    const auto& warm_up = fleet.warm_up;
    if (warm_up.planned > 0) {
      page.line(fmt::format(
          "  {}: warm-up left out of all figures ({}, {} of them failed)", printable(fleet.name),
          counted(warm_up.started, "connection", "connections"), grouped(warm_up.failed)));
    }
    for (const auto& line : lifecycle_lines(fleet)) page.line("  " + printable(line));
    for (const auto& line : datagram_lines(fleet))
      page.text("  ", printable(line), Colour::none, 0);
    for (const auto& line : tls_lines(result, fleet))
      page.text("  ", printable(line), Colour::none, 0);
    if (fleet.capped == 0) continue;
    page.line(fmt::format("  {}: {} waited for room below max_in_flight, the broker was slower",
                          printable(fleet.name), counted(fleet.capped, "start", "starts")));
  }
}

/// What one step of a search showed.
std::string step_text(const SearchStep& step) {
  if (step.held) return "held";
  return printable((step.generator_limited ? "generator: " : "") + step.why);
}

void add_searches(Page& page, const Result& result) {
  for (const auto& search : result.searches) {
    page.blank();
    Table table({left, right, right, right, right, left});
    table.row({"Search", "offered/s", "started/s", "achieved/s", "ready p99", ""});
    for (const auto& step : search.steps) {
      table.row({"  " + printable(search.fleet), short_number(step.offered_per_s),
                 short_number(step.started_per_s), short_number(step.achieved_per_s),
                 format_duration(step.ready_p99), step_text(step)});
    }
    page.table(table);
    page.labelled("Knee", printable(fmt::format("{}: {}", search.fleet, search.conclusion), 400));
  }
}

/// What happened to broker and PKI, beside which all other figures are read.
void add_timeline(Page& page, const Result& result) {
  if (result.timeline.empty()) return;
  page.blank();
  page.line("Timeline", Colour::bold);
  for (const auto& event : result.timeline) {
    const auto colour = event.outcome == EventOutcome::failed ? Colour::red
                        : event.outcome == EventOutcome::done ? Colour::none
                                                              : Colour::yellow;
    const auto head = fmt::format("  {}", printable(event.what));
    page.line(fmt::format("{}  {}", head, time_text(event)), colour, head.size());
    page.text("    ", printable(outcome_text(event), 400), Colour::none, 0);
  }
}

void add_messages(Page& page, const Result& result) {
  for (const auto& table : detail::message_tables(result.load)) {
    page.blank();
    page.table(table);
  }
}

std::vector<std::string> latency_cells(std::string label, const stats::Histogram& histogram) {
  std::vector<std::string> cells{std::move(label)};
  for (double share : {0.5, 0.9, 0.99, 0.999}) {
    cells.push_back(format_duration(std::min(histogram.quantile(share), histogram.max())));
  }
  cells.push_back(format_duration(histogram.max()));
  return cells;
}

/// Response times count from the intended start, as thresholds do; the handshake's service time
/// shows what the broker and we took for the TLS phase alone.
void add_latency(Page& page, const Result& result) {
  Table table({left, right, right, right, right, right});
  table.row({"Latency", "p50", "p90", "p99", "p99.9", "max"});
  bool any = false;
  for (const auto& fleet : result.load.fleets) {
    const auto row = [&](stats::Phase phase, std::string_view what, auto member) {
      const auto found = fleet.latency.find(phase);
      if (found == fleet.latency.end() || (found->second.*member).empty()) return;
      table.row(latency_cells(fmt::format("  {} {}", printable(fleet.name), what),
                              found->second.*member));
      any = true;
    };
    row(stats::Phase::tls, "handshake", &stats::PhaseLatency::response);
    row(stats::Phase::tls, "handshake, service time", &stats::PhaseLatency::service);
    row(stats::Phase::ready, "ready", &stats::PhaseLatency::response);
    for (const auto phase : {stats::Phase::puback, stats::Phase::pubcomp, stats::Phase::delivery}) {
      row(phase, to_string(phase), &stats::PhaseLatency::response);
    }
  }
  if (!any) return;
  page.blank();
  page.table(table);
}

void add_failures(Page& page, const Result& result) {
  const auto failures = top_failures(result.load, failures_shown);
  if (failures.empty()) return;
  page.blank();
  Table table({left, right, left, left});
  table.row({"Failures", "count", "phase", "cause"});
  for (const auto& failure : failures) {
    table.row({"  " + printable(failure.fleet), grouped(failure.count), printable(failure.phase),
               printable(failure.text)});
  }
  page.table(table);
}

void add_thresholds(Page& page, const Result& result) {
  if (result.thresholds.empty()) return;
  page.blank();
  page.line("Thresholds", Colour::bold);
  Table table({left, left, left});
  for (const auto& threshold : result.thresholds) {
    table.row({fmt::format("  {}", page.mark(threshold.passed)), printable(threshold.expression),
               printable(threshold.observed)});
  }
  const auto lines = table.lines();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    page.line(lines[i], result.thresholds[i].passed ? Colour::green : Colour::red,
              2 + page.mark(true).size());
  }
}

void add_health(Page& page, const Result& result) {
  const auto& load = result.load;
  const auto& broker = result.broker;
  if (load.workers.empty() && !broker.watched) return;
  page.blank();
  if (!load.workers.empty()) {
    const auto health = generator_health(load);
    page.labelled(
        "Generator",
        fmt::format("{:.2f} of {} busy, loop lag p99 {}, {} late, {} dropped", health.cores_used,
                    counted(health.workers, "worker", "workers"),
                    format_duration(health.lag.quantile(0.99)),
                    counted(health.late_starts, "start", "starts"), grouped(health.dropped)));
  }
  if (broker.watched) {
    const auto cores = load.elapsed_s > 0 ? broker.cpu_seconds / load.elapsed_s : 0;
    page.labelled("Watched",
                  fmt::format("broker used {:.2f} cores ({:.1f} CPU s), {} memory and {} at most",
                              cores, broker.cpu_seconds, format_size(broker.rss_max_bytes),
                              counted(broker.open_files_max, "open file", "open files")));
  }
}

void add_limits(Page& page, const Result& result) {
  for (const auto& sentence : result.broker_limits)
    page.labelled("Limit", printable(sentence, 400));
}

void add_files(Page& page, const Result& result, const std::vector<std::string>& files) {
  if (files.empty() && result.command_line.empty()) return;
  page.blank();
  for (std::size_t i = 0; i < files.size(); ++i)
    page.labelled(i == 0 ? "Files" : "", printable(files[i], 4096));
  if (!result.command_line.empty()) {
    page.labelled("Again",
                  fmt::format("{}  # seed {}", printable(result.command_line, 4096), result.seed));
  }
}

}  // namespace

std::string terminal_summary(const Result& result, const TerminalStyle& style,
                             const std::vector<std::string>& files) {
  Page page(style);
  page.headline(headline(result));
  add_subject(page, result);
  add_shards(page, result);
  add_checks(page, result);
  add_fleets(page, result);
  add_timeline(page, result);
  add_searches(page, result);
  add_messages(page, result);
  add_latency(page, result);
  add_failures(page, result);
  add_thresholds(page, result);
  add_health(page, result);
  add_limits(page, result);
  add_files(page, result, files);
  return page.take();
}

}  // namespace handfast::reports
