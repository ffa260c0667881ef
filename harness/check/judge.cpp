#include "harness/check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using probe::Transcript;
using reports::Verdict;

constexpr std::uint8_t protocol_version_alert = 70;  // RFC 8446 section 6.2

/// The verdict of a contrary outcome.
Verdict contrary(Level level) {
  switch (level) {
    case Level::must:
      return Verdict::fail;
    case Level::should:
      return Verdict::warn;
    case Level::may:
      return Verdict::info;
    case Level::self:
      return Verdict::error;
  }
  return Verdict::error;
}

Judgement of(Verdict verdict, const Transcript& transcript, std::string reason) {
  return {.verdict = verdict, .observed = transcript.sentence(), .reason = std::move(reason)};
}

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

Nanos deadline_of(const std::string& phase, const probe::Timeouts& timeouts) {
  if (phase == "tcp") return timeouts.tcp;
  if (phase == "tls") return timeouts.handshake;
  if (phase == "upgrade") return timeouts.upgrade;
  if (phase == "pingresp") return timeouts.pingresp;
  return timeouts.connack;
}

/// The phase that took more than half of its deadline; empty when none did.
std::string slow_phase(const Transcript& transcript, const probe::Timeouts& timeouts) {
  for (const auto& [name, took] : transcript.phases) {
    if (took > deadline_of(name, timeouts) / 2) return name;
  }
  return {};
}

/// Reasons why a connection proves nothing about the row, whatever its outcome was.
std::optional<std::string> proves_nothing(const ProbePlan& plan, const Transcript& transcript) {
  if (transcript.outcome == Outcome::not_sent) return "the stimulus was not sent";
  if (plan.expect.judges_server_chain && transcript.refused_by_us()) return std::nullopt;
  const auto wanted = plan.expect.server_chain_length;
  const auto sent = transcript.tls.peer_chain_length;
  if (wanted && sent != 0 && sent != *wanted) {
    return fmt::format("the server sent {} certificate(s) where the row needs {}", sent, *wanted);
  }
  const bool by_us =
      plan.expect.outcome == Outcome::reject && plan.expect.by == Rejecter::our_client;
  if (!by_us && transcript.refused_by_us()) return "our client refused the server's chain";
  if (by_us && transcript.outcome == Outcome::reject && !transcript.refused_by_us()) {
    return "the connection ended before our client could refuse the server's chain";
  }
  return std::nullopt;
}

Judgement judge_accepted(const ProbePlan& plan, const Evidence& evidence, const Attempt& attempt) {
  const auto& transcript = attempt.transcript;
  if (!plan.stimulus.identity.empty() && !transcript.tls.certificate_sent) {
    return of(Verdict::inconclusive, transcript,
              "listener-not-two-way: the server did not ask for the client's certificate");
  }
  if (plan.expect.no_certificate_request && transcript.tls.certificate_requested) {
    return of(Verdict::warn, transcript,
              "descriptor-mismatch: a one-way listener asked for a client certificate");
  }
  if (plan.expect.log_line && evidence.log_available && !attempt.log_named_client) {
    return of(Verdict::warn, transcript, "the broker's log does not name the client");
  }
  if (const auto phase = slow_phase(transcript, evidence.timeouts); !phase.empty()) {
    return of(Verdict::warn, transcript,
              fmt::format("accepted, but {} took more than half of its deadline", phase));
  }
  return of(Verdict::pass, transcript, "accepted as expected");
}

Judgement judge_our_refusal(const ProbePlan& plan, Level level, const Transcript& transcript) {
  const auto& right = plan.expect.verify_codes;
  const int code = transcript.tls_failure.verify_code;
  if (!right.empty() && std::ranges::find(right, code) == right.end()) {
    return of(contrary(level), transcript,
              fmt::format("our client refused the server for another reason, verify code {} {}",
                          code, tls::verify_name(code)));
  }
  const auto& alerts = plan.expect.alerts_tls13;
  if (!alerts.empty() &&
      std::ranges::find(alerts, transcript.tls.alert_sent->description) == alerts.end()) {
    return of(contrary(level), transcript, "our client sent another alert than expected");
  }
  return of(Verdict::pass, transcript,
            fmt::format("our client refused the server: {}", tls::verify_text(code)));
}

Judgement judge_alert(const ProbePlan& plan, const Transcript& transcript) {
  const bool tls13 = transcript.tls.version == tls::Version::tls1_3;
  const auto& alerts = tls13 ? plan.expect.alerts_tls13 : plan.expect.alerts_tls12;
  if (alerts.empty()) return of(Verdict::pass, transcript, "rejected as expected");
  const auto specified = tls::to_string(tls::Alert{2, alerts.front()});
  if (!transcript.tls.alert_received) {
    return of(Verdict::warn, transcript,
              fmt::format("rejected without an alert; the specification asks for {}", specified));
  }
  const auto received = transcript.tls.alert_received->description;
  if (received == alerts.front()) {
    return of(Verdict::pass, transcript, "rejected with the alert that the specification asks for");
  }
  const auto name = tls::to_string(*transcript.tls.alert_received);
  if (std::ranges::find(alerts, received) != alerts.end()) {
    return of(Verdict::pass, transcript,
              fmt::format("rejected; alert {} is tolerated, the specification asks for {}", name,
                          specified));
  }
  return of(Verdict::warn, transcript,
            fmt::format("rejected, but alert {} is none of the expected ones; the specification "
                        "asks for {}",
                        name, specified));
}

Judgement judge_rejected(const ProbePlan& plan, Level level, const Evidence& evidence,
                         const Transcript& transcript) {
  switch (transcript.outcome) {
    case Outcome::accept:
      return of(contrary(level), transcript, "accepted where a rejection is expected");
    case Outcome::refuse:
      return of(level == Level::may ? Verdict::info : Verdict::warn, transcript,
                "access was denied, but only by MQTT: the client got through TLS");
    case Outcome::hang:
      return of(level == Level::may ? Verdict::info : Verdict::warn, transcript,
                "no access was given, but no rejection either");
    case Outcome::reject:
    case Outcome::not_sent:
      break;
  }
  if (plan.expect.by == Rejecter::our_client) return judge_our_refusal(plan, level, transcript);
  if (transcript.connack_code) {
    return of(Verdict::fail, transcript,
              "a client that was rejected had its CONNECT answered: an MQTT side effect");
  }
  auto judgement = judge_alert(plan, transcript);
  const auto phase = slow_phase(transcript, evidence.timeouts);
  if (judgement.verdict == Verdict::pass && !phase.empty()) {
    judgement.verdict = Verdict::warn;
    judgement.reason += fmt::format("; {} took more than half of its deadline", phase);
  }
  return judgement;
}

std::optional<Judgement> tries_disagree(const Trial& trial) {
  const auto& last = trial.tries.back().transcript;
  std::string outcomes;
  bool differ = false;
  for (const auto& attempt : trial.tries) {
    differ = differ || attempt.transcript.outcome != last.outcome;
    outcomes += (outcomes.empty() ? "" : ", ");
    outcomes += probe::to_string(attempt.transcript.outcome);
  }
  if (!differ) return std::nullopt;
  return of(Verdict::inconclusive, last,
            fmt::format("{} tries disagreed: {}", trial.tries.size(), outcomes));
}

Judgement judge_trial(const ProbePlan& plan, Level level, const Evidence& evidence,
                      const Trial& trial) {
  if (auto disagreement = tries_disagree(trial)) return *disagreement;
  const auto& attempt = trial.tries.back();
  const auto& transcript = attempt.transcript;
  if (auto why = proves_nothing(plan, transcript)) {
    return of(Verdict::inconclusive, transcript, *why);
  }
  Judgement judgement;
  if (plan.expect.outcome == Outcome::reject) {
    judgement = judge_rejected(plan, level, evidence, transcript);
  } else if (transcript.outcome == Outcome::accept) {
    judgement = judge_accepted(plan, evidence, attempt);
  } else if (transcript.refused_by_us()) {
    judgement = of(contrary(level), transcript,
                   "our client refused the server's chain: " +
                       tls::verify_text(transcript.tls_failure.verify_code));
  } else {
    judgement = of(contrary(level), transcript, "not accepted where acceptance is expected");
  }
  // A row that may go either way records what happened and never praises it.
  if (level == Level::may && judgement.verdict == Verdict::pass) judgement.verdict = Verdict::info;
  return judgement;
}

/// "Both must give the same outcome" (chain-cases.md 1.3): decides rows that allow either.
std::optional<Judgement> modes_disagree(const Round& round) {
  for (const auto& trial : round.trials) {
    const auto& one = round.trials.front().tries.back().transcript;
    const auto& other = trial.tries.back().transcript;
    if (one.outcome == other.outcome) continue;
    return of(
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
    return of(Verdict::inconclusive, control,
              "the control connection was not accepted: " + control.sentence());
  }
  std::optional<Judgement> worst;
  for (const auto& trial : round.trials) {
    if (speaks_other_version(round, trial.tries.back().transcript)) return std::nullopt;
    auto judgement = judge_trial(plan, level, evidence, trial);
    if (round.trials.size() > 1) {
      judgement.reason += fmt::format(" ({} mode)", mode_name(trial.mode));
    }
    if (!worst || worse(judgement.verdict, worst->verdict)) worst = std::move(judgement);
  }
  if (!round.twin_after.empty() && round.twin_after.back().transcript.outcome != Outcome::accept) {
    const auto& control = round.twin_after.back().transcript;
    auto lost = of(Verdict::inconclusive, control,
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

}  // namespace

bool worse(Verdict a, Verdict b) { return rank(a) > rank(b); }

bool as_expected(const Expectation& expect, const Transcript& transcript) {
  if (transcript.outcome != expect.outcome) return false;
  if (expect.outcome != Outcome::reject) return true;
  return transcript.refused_by_us() == (expect.by == Rejecter::our_client);
}

Judgement judge(const ProbePlan& plan, Level level, const Evidence& evidence) {
  if (auto decided = judge_circumstances(evidence, plan.negative_control)) return *decided;
  std::optional<Judgement> worst;
  bool service_lost = false;
  std::string left_out;
  for (const auto& round : evidence.rounds) {
    auto judgement = judge_round(plan, level, evidence, round);
    if (!judgement) {
      left_out += fmt::format("; {} is not spoken by the broker", round_name(round));
      continue;
    }
    service_lost = service_lost || judgement->service_lost;
    if (evidence.rounds.size() > 1)
      judgement->reason = round_name(round) + ": " + judgement->reason;
    if (!worst || worse(judgement->verdict, worst->verdict)) worst = std::move(judgement);
  }
  if (!worst) {
    worst = Judgement{.verdict = Verdict::inconclusive,
                      .observed = "no connection to judge",
                      .reason = "no TLS version of the row is spoken by the broker"};
  }
  worst->reason += left_out;
  worst->service_lost = service_lost;
  return *worst;
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
