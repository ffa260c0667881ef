// What a run tells while its load goes on: a block of lines on a terminal, one plain line in a
// pipe. Reads the snapshot alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/stats/snapshot.hpp"
#include "reports/terminal.hpp"

namespace handfast::app {

/// A part of the load's schedule.
struct StageMark {
  Nanos end{};       ///< since the start of the load
  std::string rate;  ///< "50/s..200/s"
};

/// What is known of the load before it begins.
struct LivePlan {
  Nanos length{};
  std::vector<StageMark> stages;  ///< of the longest schedule; empty: it has none
};

/// The block: progress with stage and time left, rates, connections, percentiles of the last
/// seconds, errors by cause, generator and broker. Each line fits the style's width.
std::vector<std::string> live_block(const stats::Snapshot& snapshot, const LivePlan& plan,
                                    const reports::TerminalStyle& style);

/// "load 5 s of 9 s: 1,023 of 1,100 connected, 297/s, handshake p50 2.1 ms p99 5.6 ms, 3 in flight,
/// 0 errors".
std::string live_line(const stats::Snapshot& snapshot, const LivePlan& plan);

/// In a pipe: every second at first, as somebody may be looking, then every ten seconds.
bool due_in_pipe(double elapsed_s, double told_s);

}  // namespace handfast::app
