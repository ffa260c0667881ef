#include "harness/app/run_progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/units.hpp"
#include "reports/summary.hpp"

namespace handfast::app {

void Progress::on_check(std::size_t index, std::size_t total, const reports::CheckResult& result) {
  const bool noteworthy =
      result.verdict != reports::Verdict::pass && result.verdict != reports::Verdict::info;
  if (noteworthy) {
    line(fmt::format("check {}/{} {}: {}: {}", index, total, to_string(result.verdict), result.id,
                     result.reason));
  } else if (status_.terminal() || index == total) {
    status_.refresh(
        fmt::format("check {}/{} {}: {}", index, total, to_string(result.verdict), result.id));
  }
  if (index == total) finish();
}

void Progress::on_load(const stats::Snapshot& snapshot, Nanos planned) {
  status_.refresh(load_line(snapshot, planned));
}

scenario::Observer Progress::observer() {
  return {
      .step = [this](std::string_view text) { line(text); },
      .check = [this](std::size_t index, std::size_t total,
                      const reports::CheckResult& result) { on_check(index, total, result); },
      .load = [this](const stats::Snapshot& snapshot, Nanos length) { on_load(snapshot, length); }};
}

std::string load_line(const stats::Snapshot& snapshot, Nanos planned) {
  std::uint64_t planned_starts = 0;
  std::uint64_t connected = 0;
  std::uint64_t failed = 0;
  for (const auto& fleet : snapshot.fleets) {
    planned_starts += fleet.planned;
    connected += fleet.succeeded;
    failed += fleet.failed;
  }
  std::uint64_t rate = 0;
  std::uint64_t in_flight = 0;
  Nanos p50{};
  Nanos p99{};
  if (!snapshot.ticks.empty()) {
    const auto& last = snapshot.ticks.back().all;
    rate = last.succeeded;
    in_flight = last.in_flight;
    if (const auto tls = last.latency.find(stats::Phase::tls); tls != last.latency.end()) {
      p50 = tls->second.p50;
      p99 = tls->second.p99;
    }
  }
  const double schedule_s = seconds(planned);
  const auto where =
      snapshot.elapsed_s <= schedule_s + 0.5
          ? fmt::format("load {:.0f} s of {:.0f} s", snapshot.elapsed_s, schedule_s)
          : fmt::format("schedule done, last answers {:.0f} s", snapshot.elapsed_s - schedule_s);
  const auto latency = p50 == Nanos{} ? std::string{}
                                      : fmt::format(", handshake p50 {} p99 {}",
                                                    format_duration(p50), format_duration(p99));
  return fmt::format("{}: {} of {} connected, {}/s{}, {} in flight, {} errors", where,
                     reports::grouped(connected), reports::grouped(planned_starts), rate, latency,
                     in_flight, reports::grouped(failed));
}

}  // namespace handfast::app
