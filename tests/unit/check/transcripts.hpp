// Transcripts written by hand, as a judge would get them.
#pragma once

#include <utility>

#include "harness/check/evidence.hpp"
#include "harness/check/plan.hpp"

namespace handfast::check::test {

inline probe::Transcript accepted(tls::Version version = tls::Version::tls1_3) {
  probe::Transcript transcript;
  transcript.outcome = probe::Outcome::accept;
  transcript.handshake_completed = true;
  transcript.connack_code = 0;
  transcript.tls.version = version;
  transcript.tls.certificate_requested = true;
  transcript.tls.certificate_sent = true;
  transcript.tls.verified = true;
  transcript.tls.peer_chain_length = 2;
  return transcript;
}

inline probe::Transcript rejected_with(std::uint8_t alert,
                                       tls::Version version = tls::Version::tls1_3) {
  probe::Transcript transcript;
  transcript.outcome = probe::Outcome::reject;
  transcript.close = probe::CloseKind::alert;
  transcript.stopped_in = "connack";
  transcript.handshake_completed = true;
  transcript.tls.version = version;
  transcript.tls.alert_received = tls::Alert{2, alert};
  transcript.tls_failure.cause = tls::Cause::alert_received;
  return transcript;
}

inline probe::Transcript rejected_without_alert(probe::CloseKind close) {
  probe::Transcript transcript;
  transcript.outcome = probe::Outcome::reject;
  transcript.close = close;
  transcript.stopped_in = "connack";
  transcript.handshake_completed = true;
  transcript.tls.version = tls::Version::tls1_3;
  return transcript;
}

inline probe::Transcript refused_by_our_client(int verify_code, std::uint8_t alert) {
  probe::Transcript transcript;
  transcript.outcome = probe::Outcome::reject;
  transcript.stopped_in = "tls";
  transcript.tls.version = tls::Version::tls1_3;
  transcript.tls.alert_sent = tls::Alert{2, alert};
  transcript.tls.verify_code = verify_code;
  transcript.tls.peer_chain_length = 2;
  transcript.tls_failure = {.cause = tls::Cause::alert_sent,
                            .alert = {2, alert},
                            .verify_code = verify_code,
                            .detail = {}};
  return transcript;
}

inline probe::Transcript outcome_of(probe::Outcome outcome) {
  probe::Transcript transcript;
  transcript.outcome = outcome;
  transcript.stopped_in = "connack";
  transcript.tls.version = tls::Version::tls1_3;
  if (outcome == probe::Outcome::refuse) transcript.connack_code = 5;
  return transcript;
}

inline Attempt attempt(probe::Transcript transcript) {
  return {.transcript = std::move(transcript), .log_lines = {}, .log_named_client = false};
}

/// A round of one patient trial, with accepted controls around it.
inline Round round_of(probe::Transcript transcript) {
  Round round;
  round.twin_before = attempt(accepted());
  round.trials.push_back({probe::Mode::patient, {attempt(std::move(transcript))}});
  round.twin_after.push_back(attempt(accepted()));
  return round;
}

inline Evidence evidence_of(probe::Transcript transcript) {
  Evidence evidence;
  evidence.rounds.push_back(round_of(std::move(transcript)));
  return evidence;
}

/// "Rejected by the broker, unknown_ca or, tolerated, bad_certificate."
inline ProbePlan rejecting_plan() {
  ProbePlan plan;
  plan.stimulus.listener = "tls-two-way";
  plan.stimulus.identity = "stranger";
  plan.expect.outcome = probe::Outcome::reject;
  plan.expect.alerts_tls12 = {40, 42};
  plan.expect.alerts_tls13 = {48, 42};
  plan.twin = Stimulus{};
  return plan;
}

inline ProbePlan accepting_plan() {
  ProbePlan plan;
  plan.stimulus.listener = "tls-two-way";
  plan.stimulus.identity = "client";
  return plan;
}

}  // namespace handfast::check::test
