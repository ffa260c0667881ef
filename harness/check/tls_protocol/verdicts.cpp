#include "harness/check/tls_protocol/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/tls_protocol/answer.hpp"

namespace handfast::check::tls_protocol {

using probe::Outcome;
using reports::Verdict;

namespace {

std::string named(std::uint8_t alert) { return tls::to_string(tls::Alert{.description = alert}); }

Judgement not_sent(const Step& step) {
  return {.verdict = Verdict::inconclusive,
          .observed = sentence(step),
          .reason = "the stimulus was not sent"};
}

}  // namespace

Judgement in_order(Level level, const Step& step, std::string reason) {
  return {.verdict = level == Level::may ? Verdict::info : Verdict::pass,
          .observed = sentence(step),
          .reason = std::move(reason)};
}

Judgement contrary_to(Level level, const Step& step, std::string reason) {
  return {.verdict = contrary(level), .observed = sentence(step), .reason = std::move(reason)};
}

Judgement judge_acceptance(Level level, const Step& step) {
  if (step.outcome == Outcome::not_sent) return not_sent(step);
  if (step.outcome == Outcome::accept) return in_order(level, step, "accepted, as expected");
  if (step.outcome == Outcome::hang) {
    return contrary_to(level, step, "no answer came where an acceptance is expected");
  }
  return contrary_to(level, step, "rejected where an acceptance is expected");
}

Judgement judge_rejection(Level level, const Step& step, std::span<const std::uint8_t> alerts) {
  if (step.outcome == Outcome::not_sent) return not_sent(step);
  if (step.outcome == Outcome::accept || step.outcome == Outcome::refuse) {
    return contrary_to(level, step, "accepted where a rejection is expected");
  }
  if (level == Level::may) return in_order(level, step, "recorded");
  const auto warn = [&step](std::string reason) {
    return Judgement{
        .verdict = Verdict::warn, .observed = sentence(step), .reason = std::move(reason)};
  };
  if (step.outcome == Outcome::hang) return warn("no rejection came in time, and no access");
  if (alerts.empty()) return in_order(level, step, "rejected, as expected");
  if (!step.alert) {
    return warn(fmt::format("rejected, but without the alert {}", named(alerts.front())));
  }
  if (*step.alert == alerts.front()) return in_order(level, step, "rejected, as expected");
  if (std::ranges::find(alerts, *step.alert) != alerts.end()) {
    return in_order(
        level, step,
        fmt::format("rejected, as expected; the specified alert is {}", named(alerts.front())));
  }
  return warn(fmt::format("rejected, but with an alert that says something else than {}",
                          named(alerts.front())));
}

Judgement judge_no_access(Level level, const Step& step, std::span<const std::uint8_t> alerts) {
  if (step.outcome == Outcome::refuse) return in_order(level, step, "refused, as expected");
  return judge_rejection(level, step, alerts);
}

Judgement judge_rejection_or_silence(Level level, const Step& step,
                                     std::span<const std::uint8_t> alerts) {
  if (step.outcome == Outcome::hang) return in_order(level, step, "silence, and no access");
  return judge_rejection(level, step, step.alert ? alerts : std::span<const std::uint8_t>());
}

Judgement judge_either(const Step& step) {
  if (step.outcome == Outcome::not_sent) return not_sent(step);
  return {.verdict = Verdict::info,
          .observed = sentence(step),
          .reason = "acceptance and rejection are both legitimate"};
}

std::optional<Judgement> judge_fact(const FactWant& want, std::span<const std::string> allowed,
                                    Level level, const Step& step) {
  const auto seen = fact(step, want.name);
  if (std::ranges::find(allowed, seen) != allowed.end()) return std::nullopt;
  auto judgement = contrary_to(want.level.value_or(level), step, want.otherwise);
  judgement.observed = fmt::format("{} {} where {} is expected", want.name,
                                   seen.empty() ? "absent" : seen, fmt::join(allowed, " or "));
  return judgement;
}

Judgement worst_of(std::vector<Part> parts) {
  if (parts.empty()) {
    return {.verdict = Verdict::error, .observed = {}, .reason = "nothing was played"};
  }
  const Part* worst = &parts.front();
  for (const auto& part : parts) {
    if (worse(part.judgement.verdict, worst->judgement.verdict)) worst = &part;
  }
  auto judgement = worst->judgement;
  if (parts.size() > 1 && judgement.verdict != Verdict::pass &&
      judgement.verdict != Verdict::skip) {
    judgement.reason = worst->name + ": " + judgement.reason;
  }
  if (judgement.verdict == Verdict::pass || judgement.verdict == Verdict::info) {
    // All that was seen is of interest, each observation once.
    std::vector<std::string> seen;
    for (const auto& part : parts) {
      const auto& observed = part.judgement.observed;
      if (part.judgement.verdict == Verdict::skip) continue;
      if (std::ranges::find(seen, observed) == seen.end()) seen.push_back(observed);
    }
    judgement.observed = fmt::format("{}", fmt::join(seen, "; "));
  }
  return judgement;
}

Judgement judge_single(const ScriptEvidence& evidence, const std::string& what,
                       const std::function<Judgement(const Step&)>& judge) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  const auto* step = find_step(evidence, what);
  if (step != nullptr) return judge(*step);
  return {.verdict = Verdict::error, .observed = {}, .reason = "\"" + what + "\" was not played"};
}

std::optional<Judgement> judge_circumstances(const ScriptEvidence& evidence) {
  if (evidence.problem) {
    return Judgement{.verdict = Verdict::error, .observed = {}, .reason = *evidence.problem};
  }
  if (evidence.skip) {
    return Judgement{.verdict = Verdict::skip, .observed = {}, .reason = *evidence.skip};
  }
  return std::nullopt;
}

}  // namespace handfast::check::tls_protocol
