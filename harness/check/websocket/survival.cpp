#include "harness/check/websocket/survival.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/stats/resources.hpp"

namespace handfast::check::wss {

namespace {

using probe::Outcome;
using reports::Verdict;

const std::string control_before = "control before the stimulus";
const std::string control_after = "control behind the stimulus";

constexpr std::uint64_t tolerated_growth = std::uint64_t{64} << 20U;

/// Service that comes back within some tries was not lost for good.
Step recovered(Bench& bench) {
  constexpr int tries = 3;
  auto seen = control(bench, control_after);
  for (int i = 1; i < tries && seen.outcome != Outcome::accept; ++i) {
    seen = control(bench, control_after);
  }
  return seen;
}

}  // namespace

CheckSpec wss_spec(const std::string& id, Survival row) {
  ScriptPlan plan;
  plan.twin = false;
  plan.tries = 1;  // memory that has grown once may not grow again
  plan.drive = [row](Bench& bench) { return drive_survival(row, bench); };
  plan.judge = [row = std::move(row)](Level level, const ScriptEvidence& evidence) {
    return judge_survival(row, level, evidence);
  };
  return wss_spec(id, std::move(plan));
}

ScriptEvidence drive_survival(const Survival& row, Bench& bench) {
  ScriptEvidence evidence;
  evidence.steps.push_back(control(bench, control_before));
  evidence.steps.push_back(
      with_conversation(bench, evidence, row.what, {},
                        [&](Conversation& talk, Step& step) { row.play(talk, step, bench); }));
  evidence.steps.push_back(recovered(bench));
  return evidence;
}

Judgement judge_survival(const Survival& row, Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  const auto* before = find_step(evidence, control_before);
  if (before == nullptr || before->outcome != Outcome::accept) {
    return {.verdict = Verdict::inconclusive,
            .observed = before == nullptr ? std::string() : web_sentence(*before),
            .reason = "the control connection was not accepted before the stimulus"};
  }
  const auto stimulus =
      judge_single(evidence, row.what, [&](const Step& step) { return row.judge(level, step); });
  const auto after = judge_single(evidence, control_after, [](const Step& step) {
    // Lasting loss of service fails at any level (chain-cases.md 1.2).
    return judge_served(Level::must, step);
  });
  return after.verdict == Verdict::pass ? stimulus
                                        : worst_of({{row.what, stimulus}, {control_after, after}});
}

std::uint64_t MemoryWatch::resident_bytes() const {
  if (pid_ == 0) return 0;
  const auto sample = stats::sample_process(pid_);
  return sample ? sample->rss_bytes : 0;
}

void MemoryWatch::look() { highest_ = std::max(highest_, resident_bytes()); }

void MemoryWatch::note(Step& step) {
  look();
  if (before_ == 0 || highest_ == 0) {
    step.facts.emplace_back("memory", "not visible");
    return;
  }
  const auto grown = highest_ - std::min(before_, highest_);
  step.facts.emplace_back("memory", grown > tolerated_growth ? "grown" : "steady");
  step.facts.emplace_back("memory growth", fmt::format("{} KiB", grown >> 10U));
}

std::optional<Judgement> judge_growth(Level level, const Step& step) {
  if (fact(step, "memory") != "grown") return std::nullopt;
  auto judgement = web_contrary(level, step, "the broker's memory grew out of all proportion");
  judgement.observed += ", memory grown by " + fact(step, "memory growth");
  return judgement;
}

}  // namespace handfast::check::wss
