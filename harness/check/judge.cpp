#include "harness/check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/judge_trial.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using probe::Transcript;
using reports::Verdict;

constexpr std::uint8_t protocol_version_alert = 70;  // RFC 8446 section 6.2

std::string_view mode_name(probe::Mode mode) {
  return mode == probe::Mode::patient ? "patient" : "eager";
}

std::string round_name(const Round& round) {
  return round.version ? tls::to_string(*round.version) : "as negotiated";
}

bool speaks_other_version(const Round& round, const Transcript& transcript) {
  return round.version && transcript.outcome == Outcome::reject && transcript.tls.alert_received &&
         transcript.tls.alert_received->description == protocol_version_alert;
}

/// "Both must give the same outcome" (chain-cases.md 1.3): decides rows that allow either.
std::optional<Judgement> modes_disagree(const Round& round) {
  for (const auto& trial : round.trials) {
    const auto& one = round.trials.front().tries.back().transcript;
    const auto& other = trial.tries.back().transcript;
    if (one.outcome == other.outcome) continue;
    return judgement_of(
        Verdict::inconclusive, other,
        fmt::format("{} and {} mode disagree: {} against {}", mode_name(round.trials.front().mode),
                    mode_name(trial.mode), to_string(one.outcome), to_string(other.outcome)));
  }
  return std::nullopt;
}

/// nullopt when the broker does not speak the round's TLS version.
std::optional<Judgement> judge_round(const ProbePlan& plan, Level level, const Evidence& evidence,
                                     const Round& round) {
  if (round.twin_before && round.twin_before->transcript.outcome != Outcome::accept) {
    const auto& control = round.twin_before->transcript;
    if (speaks_other_version(round, control)) return std::nullopt;
    return judgement_of(Verdict::inconclusive, control,
                        "the control connection was not accepted: " + control.sentence());
  }
  std::optional<Judgement> worst;
  bool modes_differ = false;
  const Trial* deciding = nullptr;
  for (const auto& trial : round.trials) {
    if (speaks_other_version(round, trial.tries.back().transcript)) return std::nullopt;
    auto judgement = judge_trial(plan, level, evidence, trial);
    modes_differ = modes_differ || (worst && judgement.verdict != worst->verdict);
    if (worst && !worse(judgement.verdict, worst->verdict)) continue;
    worst = std::move(judgement);
    deciding = &trial;
  }
  if (modes_differ) worst->reason += fmt::format(" ({} mode)", mode_name(deciding->mode));
  if (!round.twin_after.empty() && round.twin_after.back().transcript.outcome != Outcome::accept) {
    const auto& control = round.twin_after.back().transcript;
    auto lost =
        judgement_of(Verdict::inconclusive, control,
                     "the control connection was accepted before the stimulus and not after it: " +
                         control.sentence());
    lost.service_lost = true;
    return lost;
  }
  if (worst && worst->verdict == Verdict::info) {
    if (auto disagreement = modes_disagree(round)) return disagreement;
  }
  return worst;
}

/// What makes every row of the run meaningless or a failure, before the row itself is looked at.
std::optional<Judgement> judge_circumstances(const Evidence& evidence, bool negative_control) {
  if (evidence.problem) {
    return Judgement{.verdict = Verdict::error, .observed = {}, .reason = *evidence.problem};
  }
  if (evidence.broker_died) {
    return Judgement{.verdict = Verdict::fail,
                     .observed = "the broker died",
                     .reason = "the broker died during this check: " + *evidence.broker_died};
  }
  if (evidence.broker_restarted) {
    return Judgement{.verdict = Verdict::inconclusive,
                     .observed = "the broker restarted",
                     .reason = "the broker restarted during this check"};
  }
  if (evidence.lost_to_controls) {
    return Judgement{.verdict = Verdict::inconclusive,
                     .observed = "the listener stopped serving",
                     .reason =
                         "the control connection was accepted before the negative controls "
                         "and not after them",
                     .service_lost = true};
  }
  if (evidence.not_two_way && !negative_control) {
    return Judgement{.verdict = Verdict::inconclusive,
                     .observed = "the negative control was accepted",
                     .reason =
                         "listener-not-two-way: it let a client in without a valid "
                         "certificate, so its acceptances prove nothing"};
  }
  return std::nullopt;
}

int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::error:
      return 6;
    case Verdict::fail:
      return 5;
    case Verdict::inconclusive:
      return 4;
    case Verdict::warn:
      return 3;
    case Verdict::info:
      return 2;
    case Verdict::pass:
      return 1;
    case Verdict::skip:
      return 0;
  }
  return 6;
}

struct NamedJudgement {
  std::string name;  ///< of the round: "TLS 1.3"
  Judgement judgement;
};

/// The texts of all rounds, the newest version first, or the one text that they share.
std::string in_turn(const std::vector<NamedJudgement>& judged, std::string Judgement::* text) {
  const auto& last = judged.back().judgement.*text;
  const bool same = std::ranges::all_of(
      judged, [&](const NamedJudgement& round) { return round.judgement.*text == last; });
  if (same) return last;
  std::string out;
  for (auto round = judged.rbegin(); round != judged.rend(); ++round) {
    if (!out.empty()) out += "; ";
    out += round->name + ": " + round->judgement.*text;
  }
  return out;
}

/// The row's verdict is the worse one of its TLS versions (chain-cases.md 1.3). When they agree,
/// both are told: a rejection looks different in each.
Judgement judge_versions(const std::vector<NamedJudgement>& judged, bool name_versions) {
  const auto* worst = &judged.front();
  for (const auto& round : judged) {
    if (worse(round.judgement.verdict, worst->judgement.verdict)) worst = &round;
  }
  auto verdict = worst->judgement;
  const bool agree = std::ranges::all_of(judged, [&](const NamedJudgement& round) {
    return round.judgement.verdict == verdict.verdict;
  });
  if (agree && judged.size() > 1) {
    verdict.observed = in_turn(judged, &Judgement::observed);
    verdict.reason = in_turn(judged, &Judgement::reason);
  } else if (name_versions) {
    verdict.reason = worst->name + ": " + verdict.reason;
  }
  return verdict;
}

}  // namespace

bool worse(Verdict a, Verdict b) { return rank(a) > rank(b); }

bool as_expected(const Expectation& expect, const Transcript& transcript) {
  if (expect.either) return true;
  if (expect.refusal_suffices && transcript.outcome == Outcome::refuse) return true;
  if (transcript.outcome != expect.outcome) return false;
  if (expect.outcome != Outcome::reject) return true;
  return transcript.refused_by_us() == (expect.by == Rejecter::our_client);
}

Judgement judge(const ProbePlan& plan, Level row_level, const Evidence& evidence) {
  const auto level = plan.expect.level.value_or(row_level);
  if (auto decided = judge_circumstances(evidence, plan.negative_control)) return *decided;
  std::vector<NamedJudgement> judged;
  bool service_lost = false;
  std::string left_out;
  for (const auto& round : evidence.rounds) {
    auto judgement = judge_round(plan, level, evidence, round);
    if (!judgement) {
      left_out += fmt::format("; {} is not spoken by the broker", round_name(round));
      continue;
    }
    service_lost = service_lost || judgement->service_lost;
    judged.push_back({round_name(round), std::move(*judgement)});
  }
  auto verdict = judged.empty()
                     ? Judgement{.verdict = Verdict::inconclusive,
                                 .observed = "no connection to judge",
                                 .reason = "no TLS version of the row is spoken by the broker"}
                     : judge_versions(judged, evidence.rounds.size() > 1);
  verdict.reason += left_out;
  verdict.service_lost = service_lost;
  return verdict;
}

Judgement judge(const RoundTripPlan&, Level level, const Evidence& evidence) {
  if (auto decided = judge_circumstances(evidence, false)) return *decided;
  if (evidence.round_trips.empty()) {
    return {.verdict = Verdict::error, .observed = {}, .reason = "no round trip was made"};
  }
  const auto& last = evidence.round_trips.back();
  if (!last.completed) {
    return {.verdict = contrary(level),
            .observed = last.detail,
            .reason = "the reference client did not get its message back"};
  }
  if (evidence.round_trips.size() > 1) {
    return {.verdict = Verdict::inconclusive,
            .observed = last.detail,
            .reason = fmt::format("{} tries disagreed: {}", evidence.round_trips.size(),
                                  evidence.round_trips.front().detail)};
  }
  return {.verdict = level == Level::may ? Verdict::info : Verdict::pass,
          .observed = last.detail,
          .reason = "the reference client got its message back"};
}

}  // namespace handfast::check
