#include "harness/app/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "reports/detail/utf8.hpp"
#include "reports/summary.hpp"

namespace handfast::app {

namespace {

using reports::TerminalStyle;
using stats::Phase;
using stats::Tick;

constexpr std::size_t window = 5;  // ticks that percentiles are told of
constexpr std::size_t label_width = 8;
constexpr std::size_t bar_width = 20;
constexpr double drain_after_s = 0.5;  // ticks end a little after the second that they stand for

constexpr std::string_view dim = "\x1b[2m";
constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[1;33m";

/// A line of the block: its label may be coloured, its text is cut to the width.
std::string line_of(std::string_view label, std::string_view text, const TerminalStyle& style,
                    std::string_view colour = dim) {
  const auto width = std::max<std::size_t>(style.width, 20) - 1;
  const auto cut = reports::detail::fit_width(text, width - label_width);
  const auto head = fmt::format("{:<{}}", label, label_width);
  return style.colour ? fmt::format("{}{}\x1b[0m{}", colour, head, cut) : head + cut;
}

bool draining(const stats::Snapshot& snapshot, const LivePlan& plan) {
  return snapshot.elapsed_s > seconds(plan.length) + drain_after_s;
}

std::string bar(double share, const TerminalStyle& style) {
  const auto full = static_cast<std::size_t>(
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(bar_width)));
  std::string out;
  for (std::size_t i = 0; i < bar_width; ++i) {
    if (style.utf8) {
      out += i < full ? "█" : "░";
    } else {
      out += i < full ? '#' : '.';
    }
  }
  return out;
}

/// "stage 2 of 3, 200/s"; empty where there is one only.
std::string stage_text(double elapsed_s, const LivePlan& plan) {
  if (plan.stages.size() < 2) return {};
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    if (elapsed_s > seconds(plan.stages[i].end)) continue;
    return fmt::format(", stage {} of {}: {}", i + 1, plan.stages.size(), plan.stages[i].rate);
  }
  return {};
}

std::string progress_text(const stats::Snapshot& snapshot, const LivePlan& plan,
                          const TerminalStyle& style) {
  const double length_s = seconds(plan.length);
  if (draining(snapshot, plan)) {
    return fmt::format("{} schedule done, last answers {:.0f} s", bar(1, style),
                       snapshot.elapsed_s - length_s);
  }
  const double share = length_s > 0 ? std::min(snapshot.elapsed_s / length_s, 1.0) : 1;
  return fmt::format("{} {:.0f} %, {:.0f} s of {:.0f} s, {:.0f} s left{}", bar(share, style),
                     share * 100, snapshot.elapsed_s, length_s,
                     std::max(0.0, length_s - snapshot.elapsed_s),
                     stage_text(snapshot.elapsed_s, plan));
}

struct Totals {
  std::uint64_t planned = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t dropped = 0;
};

Totals totals_of(const stats::Snapshot& snapshot) {
  Totals sum;
  for (const auto& fleet : snapshot.fleets) {
    sum.planned += fleet.planned;
    sum.succeeded += fleet.succeeded;
    sum.failed += fleet.failed;
    sum.dropped += fleet.dropped;
  }
  return sum;
}

std::string rate_text(const stats::Snapshot& snapshot, const Totals& sum) {
  const auto& ticks = snapshot.ticks;
  const double length_s = stats::tick_seconds(ticks, ticks.size() - 1);
  const auto rate = [&](std::uint64_t count) {
    return reports::short_number(length_s > 0 ? static_cast<double>(count) / length_s : 0);
  };
  const auto& last = ticks.back().all;
  auto text =
      fmt::format("offered {}/s, achieved {}/s; {} of {} ended well", rate(last.planned),
                  rate(last.ready), reports::grouped(sum.succeeded), reports::grouped(sum.planned));
  if (sum.dropped > 0) text += fmt::format(", {} dropped", reports::grouped(sum.dropped));
  if (last.published > 0) text += fmt::format("; {}/s messages", rate(last.published));
  return text;
}

/// The percentiles of the last ticks, each of its slowest one.
stats::Percentiles lately(const std::vector<Tick>& ticks, Phase phase) {
  stats::Percentiles sum;
  const auto from = ticks.size() > window ? ticks.size() - window : 0;
  for (std::size_t i = from; i < ticks.size(); ++i) {
    const auto found = ticks[i].all.latency.find(phase);
    if (found != ticks[i].all.latency.end()) sum = stats::slower(sum, found->second);
  }
  return sum;
}

std::string latency_text(const stats::Percentiles& seen) {
  return fmt::format("p50 {}, p90 {}, p99 {}, max {} at most in the last seconds",
                     format_duration(seen.p50), format_duration(seen.p90),
                     format_duration(seen.p99), format_duration(seen.max));
}

std::string errors_text(const stats::Snapshot& snapshot, const Totals& sum) {
  if (sum.failed == 0) return "none";
  std::vector<std::string> causes;
  for (const auto& line : reports::top_failures(snapshot, 3)) {
    causes.push_back(fmt::format("{} {}", reports::grouped(line.count), printable(line.text)));
  }
  return fmt::format("{}: {}", reports::grouped(sum.failed), join(causes, ", "));
}

std::string health_text(const stats::Snapshot& snapshot) {
  const Tick& last = snapshot.ticks.back();
  std::uint64_t late = 0;
  for (const auto& worker : snapshot.workers) late += worker.late_starts;
  auto text = fmt::format("{:.2f} of {} cores, lag p99 {}, {} late starts", last.generator_cpu,
                          snapshot.workers.size(), format_duration(last.generator_lag_p99),
                          reports::grouped(late));
  if (last.broker_rss_bytes > 0) {
    text += fmt::format("; broker {:.2f} cores, {}", last.broker_cpu,
                        format_size(last.broker_rss_bytes));
  }
  return text;
}

/// The generator is about to become the bottleneck.
bool strained(const stats::Snapshot& snapshot) {
  return snapshot.ticks.back().generator_cpu > 0.85 * static_cast<double>(snapshot.workers.size());
}

}  // namespace

std::vector<std::string> live_block(const stats::Snapshot& snapshot, const LivePlan& plan,
                                    const TerminalStyle& style) {
  std::vector<std::string> lines{line_of("load", progress_text(snapshot, plan, style), style)};
  if (snapshot.ticks.empty()) return lines;
  const auto sum = totals_of(snapshot);
  const auto& last = snapshot.ticks.back().all;
  lines.push_back(line_of("rate", rate_text(snapshot, sum), style));
  lines.push_back(
      line_of("open",
              fmt::format("{} in flight, {} of them connected", reports::grouped(last.in_flight),
                          reports::grouped(last.connected)),
              style));
  for (const auto& [phase, label] : {std::pair{Phase::ready, "ready"}, std::pair{Phase::tls, "tls"},
                                     std::pair{Phase::delivery, "deliver"}}) {
    const auto seen = lately(snapshot.ticks, phase);
    if (seen.count > 0) lines.push_back(line_of(label, latency_text(seen), style));
  }
  lines.push_back(line_of("errors", errors_text(snapshot, sum), style, sum.failed > 0 ? red : dim));
  lines.push_back(
      line_of("load by", health_text(snapshot), style, strained(snapshot) ? yellow : dim));
  return lines;
}

std::string live_line(const stats::Snapshot& snapshot, const LivePlan& plan) {
  const auto sum = totals_of(snapshot);
  const double length_s = seconds(plan.length);
  auto text =
      draining(snapshot, plan)
          ? fmt::format("schedule done, last answers {:.0f} s", snapshot.elapsed_s - length_s)
          : fmt::format("load {:.0f} s of {:.0f} s{}", snapshot.elapsed_s, length_s,
                        stage_text(snapshot.elapsed_s, plan));
  text += fmt::format(": {} of {} connected", reports::grouped(sum.succeeded),
                      reports::grouped(sum.planned));
  if (!snapshot.ticks.empty()) {
    const auto& last = snapshot.ticks.back().all;
    text += fmt::format(", {}/s", last.ready);
    if (const auto tls = last.latency.find(Phase::tls); tls != last.latency.end()) {
      text += fmt::format(", handshake p50 {} p99 {}", format_duration(tls->second.p50),
                          format_duration(tls->second.p99));
    }
    text += fmt::format(", {} in flight", last.in_flight);
  }
  text += fmt::format(", {} errors", reports::grouped(sum.failed));
  const auto top = reports::top_failures(snapshot, 1);
  if (!top.empty()) text += fmt::format(", most: {}", printable(top.front().text));
  return text;
}

bool due_in_pipe(double elapsed_s, double told_s) {
  constexpr double first_s = 5.5;
  constexpr double every_s = 9.5;
  return elapsed_s < first_s || elapsed_s - told_s >= every_s;
}

}  // namespace handfast::app
