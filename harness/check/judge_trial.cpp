#include "harness/check/judge_trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::check {

using probe::Outcome;
using probe::Transcript;
using reports::Verdict;

namespace {

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

/// Our library sent an empty Certificate because no scheme that was offered fits the key (1.1).
bool withheld(const ProbePlan& plan, const Transcript& transcript) {
  return !plan.stimulus.identity.empty() && transcript.tls.certificate_requested &&
         transcript.outcome == Outcome::not_sent;
}

Judgement judge_accepted(const ProbePlan& plan, const Evidence& evidence, const Attempt& attempt) {
  const auto& transcript = attempt.transcript;
  if (!plan.stimulus.identity.empty() && !plan.expect.no_certificate_request &&
      !transcript.tls.certificate_sent) {
    return judgement_of(
        Verdict::inconclusive, transcript,
        "listener-not-two-way: the server did not ask for the client's certificate");
  }
  if (plan.expect.no_certificate_request && transcript.tls.certificate_requested) {
    return judgement_of(Verdict::warn, transcript,
                        "descriptor-mismatch: a one-way listener asked for a client certificate");
  }
  if (plan.expect.log_line && evidence.log_available && !attempt.log_named_client) {
    return judgement_of(Verdict::warn, transcript, "the broker's log does not name the client");
  }
  if (const auto phase = slow_phase(transcript, evidence.timeouts); !phase.empty()) {
    return judgement_of(Verdict::warn, transcript,
                        fmt::format("accepted, but {} took more than half of its deadline", phase));
  }
  return judgement_of(Verdict::pass, transcript, "accepted as expected");
}

Judgement judge_our_refusal(const ProbePlan& plan, Level level, const Transcript& transcript) {
  const auto& right = plan.expect.verify_codes;
  const int code = transcript.tls_failure.verify_code;
  if (!right.empty() && std::ranges::find(right, code) == right.end()) {
    return judgement_of(
        contrary(level), transcript,
        fmt::format("our client refused the server for another reason, verify code {} {}", code,
                    tls::verify_name(code)));
  }
  const auto& alerts = plan.expect.alerts_tls13;
  if (!alerts.empty() &&
      std::ranges::find(alerts, transcript.tls.alert_sent->description) == alerts.end()) {
    return judgement_of(contrary(level), transcript, "our client sent another alert than expected");
  }
  return judgement_of(Verdict::pass, transcript,
                      fmt::format("our client refused the server: {}", tls::verify_text(code)));
}

Judgement judge_alert(const ProbePlan& plan, const Transcript& transcript) {
  const bool tls13 = transcript.tls.version == tls::Version::tls1_3;
  const auto& alerts = tls13 ? plan.expect.alerts_tls13 : plan.expect.alerts_tls12;
  if (alerts.empty()) return judgement_of(Verdict::pass, transcript, "rejected as expected");
  const auto specified = tls::to_string(tls::Alert{2, alerts.front()});
  if (!transcript.tls.alert_received) {
    return judgement_of(
        Verdict::warn, transcript,
        fmt::format("rejected without an alert; the specification asks for {}", specified));
  }
  const auto received = transcript.tls.alert_received->description;
  if (received == alerts.front()) {
    return judgement_of(Verdict::pass, transcript,
                        "rejected with the alert that the specification asks for");
  }
  const auto name = tls::to_string(*transcript.tls.alert_received);
  if (std::ranges::find(alerts, received) != alerts.end()) {
    return judgement_of(
        Verdict::pass, transcript,
        fmt::format("rejected; alert {} is tolerated, the specification asks for {}", name,
                    specified));
  }
  return judgement_of(
      Verdict::warn, transcript,
      fmt::format("rejected, but alert {} is none of the expected ones; the specification "
                  "asks for {}",
                  name, specified));
}

Judgement judge_rejected(const ProbePlan& plan, Level level, const Evidence& evidence,
                         const Transcript& transcript) {
  switch (transcript.outcome) {
    case Outcome::accept:
      return judgement_of(contrary(level), transcript, "accepted where a rejection is expected");
    case Outcome::refuse:
      if (plan.expect.refusal_suffices) {
        return judgement_of(Verdict::pass, transcript, "refused by MQTT, as good as by TLS here");
      }
      return judgement_of(level == Level::may ? Verdict::info : Verdict::warn, transcript,
                          "access was denied, but only by MQTT: the client got through TLS");
    case Outcome::hang:
      return judgement_of(level == Level::may ? Verdict::info : Verdict::warn, transcript,
                          "no access was given, but no rejection either");
    case Outcome::reject:
    case Outcome::not_sent:
      break;
  }
  if (plan.expect.by == Rejecter::our_client) return judge_our_refusal(plan, level, transcript);
  if (transcript.connack_code) {
    return judgement_of(Verdict::fail, transcript,
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
  return judgement_of(Verdict::inconclusive, last,
                      fmt::format("{} tries disagreed: {}", trial.tries.size(), outcomes));
}

}  // namespace

Judgement judgement_of(Verdict verdict, const Transcript& transcript, std::string reason) {
  return {.verdict = verdict, .observed = transcript.sentence(), .reason = std::move(reason)};
}

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

Judgement judge_trial(const ProbePlan& plan, Level level, const Evidence& evidence,
                      const Trial& trial) {
  if (auto disagreement = tries_disagree(trial)) return *disagreement;
  const auto& attempt = trial.tries.back();
  const auto& transcript = attempt.transcript;
  if (withheld(plan, transcript)) {
    return judgement_of(Verdict::skip, transcript, "scheme-not-offered");
  }
  if (auto why = proves_nothing(plan, transcript)) {
    return judgement_of(Verdict::inconclusive, transcript, *why);
  }
  if (plan.expect.either) {
    return judgement_of(Verdict::info, transcript,
                        fmt::format("recorded: {}", to_string(transcript.outcome)));
  }
  Judgement judgement;
  if (plan.expect.outcome == Outcome::reject) {
    judgement = judge_rejected(plan, level, evidence, transcript);
  } else if (transcript.outcome == Outcome::accept) {
    judgement = judge_accepted(plan, evidence, attempt);
  } else if (transcript.refused_by_us()) {
    judgement = judgement_of(contrary(level), transcript,
                             "our client refused the server's chain: " +
                                 tls::verify_text(transcript.tls_failure.verify_code));
  } else {
    judgement =
        judgement_of(contrary(level), transcript, "not accepted where acceptance is expected");
  }
  // A row that may go either way records what happened and never praises it.
  if (level == Level::may && judgement.verdict == Verdict::pass) judgement.verdict = Verdict::info;
  return judgement;
}

}  // namespace handfast::check
