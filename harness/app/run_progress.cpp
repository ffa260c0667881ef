#include "harness/app/run_progress.hpp"

#include <fmt/format.h>

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
  // A step of a search has a length of its own.
  LivePlan plan = planned == plan_.length ? plan_ : LivePlan{.length = planned, .stages = {}};
  if (status_.terminal()) {
    status_.refresh(live_block(snapshot, plan, reports::detect_style(status_.fd())));
    return;
  }
  if (snapshot.elapsed_s < told_s_) told_s_ = 0;  // another load
  if (!due_in_pipe(snapshot.elapsed_s, told_s_)) return;
  told_s_ = snapshot.elapsed_s;
  status_.line(live_line(snapshot, plan));
}

scenario::Observer Progress::observer() {
  return {
      .step = [this](std::string_view text) { line(text); },
      .check = [this](std::size_t index, std::size_t total,
                      const reports::CheckResult& result) { on_check(index, total, result); },
      .load = [this](const stats::Snapshot& snapshot, Nanos length) { on_load(snapshot, length); }};
}

}  // namespace handfast::app
