// Runs a selection: skips what cannot run, plays and judges the rest, and stops believing anything
// once the broker is gone.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/check/check.hpp"
#include "harness/check/drive.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/observation.hpp"

namespace handfast::check {

namespace {

using reports::CheckResult;
using reports::Verdict;

Level level_for(const CheckSpec& spec, const std::string& driver) {
  const auto known = spec.level_on.find(driver);
  return known == spec.level_on.end() ? spec.level : known->second;
}

/// The reason why a row cannot run, a fixed token (chain-cases.md 1.2); empty when it can.
std::string skip_token(const CheckSpec& spec, const Context& context) {
  const auto has_listener = [&](const std::string& name) {
    return std::ranges::find(context.listeners, name, &broker::Listener::name) !=
           context.listeners.end();
  };
  if (!std::ranges::all_of(spec.needs, has_listener)) return "no-listener";
  const auto& materials = context.materials;
  if (spec.two_tier && materials.trust("second") == nullptr) return "no-two-tier-pki";
  const auto usable = [&](const std::string& trust, const std::string& identity) -> std::string {
    if (materials.trust(trust) == nullptr) return "no-trust";
    if (!identity.empty() && materials.identity(identity) == nullptr) return "no-identity";
    return {};
  };
  if (const auto* trip = std::get_if<RoundTripPlan>(&spec.plan)) {
    return usable(trip->trust, trip->identity);
  }
  const auto* plan = std::get_if<ProbePlan>(&spec.plan);
  if (plan == nullptr) return {};
  auto token = usable(plan->stimulus.trust, plan->stimulus.identity);
  if (token.empty() && plan->twin) token = usable(plan->twin->trust, plan->twin->identity);
  return token;
}

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

/// The rows of one run, and what they found out about the broker together.
class Run {
 public:
  explicit Run(const Context& context) : context_(context), driver_(context) {}

  CheckResult row(const CheckSpec& spec) {
    const auto level = level_for(spec, context_.driver);
    auto result = blank_result(spec, level);
    const auto begin = Clock::now();
    if (gone_) {
      result.verdict = Verdict::inconclusive;
      result.reason = *gone_;
    } else if (auto token = skip_token(spec, context_); !token.empty()) {
      result.verdict = Verdict::skip;
      result.reason = std::move(token);
    } else if (std::holds_alternative<HealthPlan>(spec.plan)) {
      judge_health(result);
    } else {
      play(spec, level, result);
    }
    result.duration_s = seconds(Clock::now() - begin);
    return result;
  }

 private:
  void play(const CheckSpec& spec, Level level, CheckResult& result) {
    Evidence evidence;
    Judgement judgement;
    if (const auto* plan = std::get_if<ProbePlan>(&spec.plan)) {
      evidence = driver_.drive(*plan);
      judgement = judge(*plan, level, evidence);
      const auto controlled = [](const Round& round) { return !round.twin_after.empty(); };
      if (std::ranges::any_of(evidence.rounds, controlled)) ++controls_;
    } else if (const auto* trip = std::get_if<RoundTripPlan>(&spec.plan)) {
      evidence = driver_.drive(*trip);
      judgement = judge(*trip, level, evidence);
    }
    result.verdict = judgement.verdict;
    result.observed = judgement.observed;
    result.reason = judgement.reason;
    result.observations = observe(evidence);
    if (judgement.service_lost) lost_after_.push_back(spec.id);
    if (evidence.broker_died) {
      gone_ = fmt::format("the broker died during {}: {}", spec.id, *evidence.broker_died);
    }
  }

  /// chain-cases.md 1.4: a listener that stopped serving after a stimulus fails its health row,
  /// which names the stimulus.
  void judge_health(CheckResult& result) const {
    if (!lost_after_.empty()) {
      result.verdict = Verdict::fail;
      result.observed = "a listener stopped serving";
      result.reason = "no control was accepted any more after: " + join(lost_after_, ", ");
    } else if (controls_ == 0) {
      result.verdict = Verdict::skip;
      result.reason = "no-rejecting-rows";
    } else {
      result.verdict = Verdict::pass;
      result.observed =
          fmt::format("controls after {} rows with a stimulus were accepted", controls_);
      result.reason = "every listener went on serving";
    }
  }

  const Context& context_;
  Driver driver_;
  std::optional<std::string> gone_;
  std::vector<std::string> lost_after_;
  std::size_t controls_ = 0;
};

}  // namespace

Context context_for(broker::Broker& broker, Materials materials) {
  Context context;
  context.materials = std::move(materials);
  context.listeners = broker.listeners();
  context.driver = broker.driver();
  context.broker = &broker;
  return context;
}

Result<std::vector<CheckResult>> run_checks(const Selection& selection, const Context& context) {
  auto rows = select(selection);
  if (!rows) return rows.error();
  Run run(context);
  std::vector<CheckResult> results;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    if (context.stop_requested && context.stop_requested()) break;
    const auto& spec = *(*rows)[i];
    if (context.progress) context.progress({.index = i, .total = rows->size(), .spec = spec});
    results.push_back(run.row(spec));
    if (context.progress) {
      context.progress(
          {.index = i, .total = rows->size(), .spec = spec, .finished = &results.back()});
    }
  }
  return results;
}

}  // namespace handfast::check
