// Runs a selection: skips what cannot run, plays and judges the rest, and stops believing anything
// once the broker is gone.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/broker/driver.hpp"
#include "harness/check/check.hpp"
#include "harness/check/drive.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/observation.hpp"

namespace handfast::check {

namespace {

using reports::CheckResult;
using reports::Verdict;

/// "crl.file" asks for any declaration but "no", "crl.scope=chain" for that one among those listed.
bool has_capability(const broker::Capabilities& declared, const std::string& wanted) {
  // Rows that reload do it under a running broker: one that must be started again cannot.
  if (wanted == "reload" && declared.get(wanted) == "restart") return false;
  const auto equals = wanted.find('=');
  if (equals == std::string::npos) return declared.has(wanted);
  const auto values = split(declared.get(wanted.substr(0, equals)), ',');
  return std::ranges::find(values, wanted.substr(equals + 1)) != values.end();
}

Level level_for(const CheckSpec& spec, const Context& context) {
  const auto known = spec.level_on.find(context.driver);
  if (known != spec.level_on.end()) return known->second;
  const auto& weaker = spec.weaker_without;
  if (weaker && !has_capability(context.capabilities, weaker->capability)) return weaker->level;
  return spec.level;
}

/// The reason why a row cannot run, a fixed token (chain-cases.md 1.2); empty when it can.
std::string skip_token(const CheckSpec& spec, const Context& context) {
  const auto has_listener = [&](const std::string& name) {
    return std::ranges::find(context.listeners, name, &broker::Listener::name) !=
           context.listeners.end();
  };
  if (auto missing = missing_capability(spec, context.capabilities); !missing.empty()) {
    return missing;
  }
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
  const auto probe_token = [&](const ProbePlan& plan) {
    auto token = usable(plan.stimulus.trust, plan.stimulus.identity);
    if (token.empty() && plan.twin) token = usable(plan.twin->trust, plan.twin->identity);
    return token;
  };
  if (const auto* plan = std::get_if<ProbePlan>(&spec.plan)) return probe_token(*plan);
  if (const auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
    for (const auto& one : cases->cases) {
      if (auto token = probe_token(one.plan); !token.empty()) return token;
    }
  }
  return {};
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

/// The rows of one run against one broker.
class Run {
 public:
  Run(const Context& context, Tally& tally) : context_(context), driver_(context), tally_(tally) {}

  CheckResult row(const CheckSpec& spec) {
    const auto level = level_for(spec, context_);
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
      count_controls(spec, evidence);
      result.observations = observe(evidence);
    } else if (const auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
      judgement = play_cases(spec, *cases, level, evidence, result);
    } else if (const auto* script = std::get_if<ScriptPlan>(&spec.plan)) {
      const auto played = driver_.drive(*script, level);
      judgement = judge(*script, level, played);
      evidence = played.circumstances;
      if (!played.twin_after.empty()) ++tally_[spec.group].controls;
      result.observations = observe(played);
    } else if (const auto* trip = std::get_if<RoundTripPlan>(&spec.plan)) {
      evidence = driver_.drive(*trip);
      judgement = judge(*trip, level, evidence);
      result.observations = observe(evidence);
    }
    result.verdict = judgement.verdict;
    result.observed = judgement.observed;
    result.reason = judgement.reason;
    if (judgement.service_lost) tally_[spec.group].lost_after.push_back(spec.id);
    if (evidence.broker_died) {
      gone_ = fmt::format("the broker died during {}: {}", spec.id, *evidence.broker_died);
    }
  }

  void count_controls(const CheckSpec& spec, const Evidence& evidence) {
    const auto controlled = [](const Round& round) { return !round.twin_after.empty(); };
    if (std::ranges::any_of(evidence.rounds, controlled)) ++tally_[spec.group].controls;
  }

  /// The worst case counts and names itself; `last` is the evidence of the case played last.
  Judgement play_cases(const CheckSpec& spec, const CasesPlan& plan, Level level, Evidence& last,
                       CheckResult& result) {
    std::optional<Judgement> worst;
    bool service_lost = false;
    for (const auto& one : plan.cases) {
      last = driver_.drive(one.plan);
      auto judgement = judge(one.plan, level, last);
      count_controls(spec, last);
      for (auto& seen : observe(last)) {
        seen.what = one.name + ", " + seen.what;
        result.observations.push_back(std::move(seen));
      }
      service_lost = service_lost || judgement.service_lost;
      judgement.reason = one.name + ": " + judgement.reason;
      if (!worst || worse(judgement.verdict, worst->verdict)) worst = std::move(judgement);
      if (last.broker_died) break;
    }
    worst->service_lost = service_lost;
    return *worst;
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

  const Context& context_;
  Driver driver_;
  std::optional<std::string> gone_;
  Tally& tally_;
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
  Run run(context, tally);
  std::vector<CheckResult> results;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (context.stop_requested && context.stop_requested()) break;
    const auto& spec = *rows[i];
    if (context.progress) context.progress({.index = i, .total = rows.size(), .spec = spec});
    results.push_back(run.row(spec));
    if (context.progress) {
      context.progress(
          {.index = i, .total = rows.size(), .spec = spec, .finished = &results.back()});
    }
  }
  return results;
}

CheckResult skipped(const CheckSpec& spec, const std::string& token) {
  auto result = blank_result(spec, spec.level);
  result.verdict = Verdict::skip;
  result.reason = token;
  return result;
}

std::string missing_capability(const CheckSpec& spec, const broker::Capabilities& declared) {
  for (const auto& capability : spec.capabilities) {
    if (!has_capability(declared, capability)) return capability;
  }
  return {};
}

}  // namespace handfast::check
