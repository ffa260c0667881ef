// Runs a selection: skips what cannot run, plays the rest, the slow rows side by side, and stops
// believing anything once the broker is gone.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "core/base/text.hpp"
#include "harness/broker/driver.hpp"
#include "harness/check/check.hpp"
#include "harness/check/gating.hpp"
#include "harness/check/row_play.hpp"
#include "harness/check/vigil.hpp"

namespace handfast::check {

namespace {

using reports::CheckResult;
using reports::Verdict;

CheckResult blank_result(const CheckSpec& spec, Level level) {
  CheckResult result;
  result.id = spec.id;
  result.group = spec.group;
  result.title = spec.title;
  result.level = to_string(level);
  result.reference = spec.reference;
  result.expected = spec.expected;
  return result;
}

bool looks_back(const CheckSpec& spec) { return std::holds_alternative<HealthPlan>(spec.plan); }

/// The rows of one run against one broker.
class Run {
 public:
  Run(const std::vector<const CheckSpec*>& rows, const Context& context, Tally& tally)
      : rows_(rows), context_(context), driver_(context), tally_(tally), results_(rows.size()) {}

  std::vector<CheckResult> play() {
    in_turn([](const CheckSpec& spec) { return !spec.slow && !looks_back(spec); });
    side_by_side();
    in_turn(looks_back);
    std::vector<CheckResult> played;
    for (auto& result : results_) {
      if (result) played.push_back(std::move(*result));
    }
    return played;
  }

 private:
  bool stopped() const { return context_.stop_requested && context_.stop_requested(); }

  void in_turn(const std::function<bool(const CheckSpec&)>& among) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!among(*rows_[i]) || results_[i]) continue;
      if (stopped()) return;
      tell(i);
      const auto begin = Clock::now();
      if (!decided(i)) {
        auto played = play_row(driver_, *rows_[i], level_for(*rows_[i], context_));
        take(i, std::move(played));
      }
      finish(i, begin);
    }
  }

  /// Slow rows wait for the broker's own deadlines, each for minutes and next to nothing else.
  void side_by_side() {
    if (stopped()) return;
    const auto begin = Clock::now();
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i]->slow || results_[i] || looks_back(*rows_[i])) continue;
      tell(i);
      if (decided(i)) {
        finish(i, begin);
      } else {
        places.push_back(i);
      }
    }
    std::vector<Played> played(places.size());
    std::vector<Nanos> took(places.size());
    {
      std::vector<std::jthread> threads;
      for (std::size_t k = 0; k < places.size(); ++k) {
        threads.emplace_back([&, k] {
          const auto& spec = *rows_[places[k]];
          Driver driver(context_, fmt::format("s{}-", k));
          played[k] = play_row(driver, spec, level_for(spec, context_));
          took[k] = Clock::now() - begin;
        });
      }
    }
    for (std::size_t k = 0; k < places.size(); ++k) {
      if (played[k].died && places.size() > 1) {
        played[k].judgement.reason +=
            fmt::format(" ({} slow checks were played side by side)", places.size());
      }
      take(places[k], std::move(played[k]));
      finish(places[k], Clock::now() - took[k]);
    }
  }

  /// Rows that need no connection: skipped, looking back, or hopeless.
  bool decided(std::size_t i) {
    const auto& spec = *rows_[i];
    auto result = blank_result(spec, level_for(spec, context_));
    if (gone_) {
      result.verdict = Verdict::inconclusive;
      result.reason = *gone_;
    } else if (auto token = skip_token(spec, context_); !token.empty()) {
      result.verdict = Verdict::skip;
      result.reason = std::move(token);
    } else if (looks_back(spec)) {
      judge_health(result);
    } else if (auto silence = vigil_.silence(spec.needs)) {
      result.verdict = Verdict::inconclusive;
      result.observed = "not played";
      result.reason = std::move(*silence);
    } else {
      return false;
    }
    results_[i] = std::move(result);
    return true;
  }

  void take(std::size_t i, Played played) {
    const auto& spec = *rows_[i];
    auto result = blank_result(spec, level_for(spec, context_));
    auto& group = tally_[spec.group];
    if (played.controlled) ++group.controls;
    if (vigil_.note(spec.id, played.served) && !played.judgement.service_lost) {
      // No row ended with it: it came between two of them, and the first to see it names it.
      const auto since = vigil_.since(played.served);
      const bool told = std::ranges::any_of(tally_, [&since](const auto& entry) {
        return std::ranges::find(entry.second.lost_after, since) != entry.second.lost_after.end();
      });
      if (!told) group.lost_after.push_back(since + " (before its stimulus)");
    }
    if (played.judgement.service_lost) group.lost_after.push_back(spec.id);
    if (played.died && !gone_) {
      gone_ = fmt::format("the broker died during {}: {}", spec.id, *played.died);
    }
    for (auto& [key, seen] : played.corrections) correct(key, std::move(seen));
    result.verdict = played.judgement.verdict;
    result.observed = std::move(played.judgement.observed);
    result.reason = std::move(played.judgement.reason);
    result.observations = std::move(played.observations);
    results_[i] = std::move(result);
  }

  /// chain-cases.md 1.4: a listener that stopped serving after a stimulus fails its health row,
  /// which names the stimulus.
  void judge_health(CheckResult& result) const {
    const auto found = tally_.find(result.group);
    const auto seen = found == tally_.end() ? GroupTally() : found->second;
    if (!seen.lost_after.empty()) {
      result.verdict = Verdict::fail;
      result.observed = "a listener stopped serving";
      result.reason = "no control was accepted any more after: " + join(seen.lost_after, ", ");
    } else if (seen.controls == 0) {
      result.verdict = Verdict::skip;
      result.reason = "no-rejecting-rows";
    } else {
      result.verdict = Verdict::pass;
      result.observed =
          fmt::format("controls after {} rows with a stimulus were accepted", seen.controls);
      result.reason = "every listener went on serving";
    }
  }

  /// "The declaration loses" (chain-cases.md 1.6): for the rows that are still to come.
  void correct(const std::string& key, std::string seen) {
    auto declared = context_.capabilities.all();
    declared[key] = std::move(seen);
    context_.capabilities = broker::Capabilities(std::move(declared));
  }

  void tell(std::size_t i) const {
    if (!context_.progress) return;
    context_.progress({.index = i, .total = rows_.size(), .spec = *rows_[i]});
  }

  void finish(std::size_t i, TimePoint begin) {
    results_[i]->duration_s = seconds(Clock::now() - begin);
    if (!context_.progress) return;
    context_.progress(
        {.index = i, .total = rows_.size(), .spec = *rows_[i], .finished = &*results_[i]});
  }

  const std::vector<const CheckSpec*>& rows_;
  Context context_;  ///< its capabilities change
  Driver driver_;
  Tally& tally_;
  std::vector<std::optional<CheckResult>> results_;
  Vigil vigil_;
  std::optional<std::string> gone_;
};

}  // namespace

Context context_for(broker::Broker& broker, Materials materials) {
  Context context;
  context.materials = std::move(materials);
  context.listeners = broker.listeners();
  context.driver = broker.driver();
  if (const auto driver = broker::find_driver(context.driver);
      driver && (*driver)->capabilities != nullptr) {
    context.capabilities = (*driver)->capabilities(broker.version());
  }
  context.broker = &broker;
  return context;
}

Result<std::vector<CheckResult>> run_checks(const Selection& selection, const Context& context) {
  auto rows = select(selection);
  if (!rows) return rows.error();
  Tally tally;
  return run_rows(*rows, context, tally);
}

std::vector<CheckResult> run_rows(const std::vector<const CheckSpec*>& rows, const Context& context,
                                  Tally& tally) {
  return Run(rows, context, tally).play();
}

CheckResult skipped(const CheckSpec& spec, const std::string& token) {
  auto result = blank_result(spec, spec.level);
  result.verdict = Verdict::skip;
  result.reason = token;
  return result;
}

CheckResult unproved(const CheckSpec& spec, const std::string& cause) {
  auto result = blank_result(spec, spec.level);
  result.verdict = Verdict::inconclusive;
  result.reason = cause;
  return result;
}

}  // namespace handfast::check
