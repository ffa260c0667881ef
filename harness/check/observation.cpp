#include "harness/check/observation.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/mqtt/reason.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::check {

namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string alert_text(tls::Alert alert) {
  return fmt::format("{}, {}", tls::to_string(alert), alert.fatal() ? "fatal" : "warning");
}

void add_tls_facts(Facts& facts, const tls::Facts& tls) {
  const auto add = [&](std::string name, std::string value) {
    if (!value.empty()) facts.emplace_back(std::move(name), std::move(value));
  };
  add("tls", tls.version ? tls::to_string(*tls.version) : "");
  add("suite", std::string(tls.cipher_suite));
  add("group", std::string(tls.group));
  add("signature", std::string(tls.signature));
  add("verify", tls.verified
                    ? fmt::format("{} {}: {}", tls.verify_code, tls::verify_name(tls.verify_code),
                                  tls::verify_text(tls.verify_code))
                    : "not verified");
  if (tls.peer_chain_length > 0) {
    add("server chain",
        fmt::format("{} certificate(s), {} bytes", tls.peer_chain_length, tls.peer_chain_bytes));
  }
  add("certificate requested", yes_no(tls.certificate_requested));
  add("certificate sent", yes_no(tls.certificate_sent));
  if (tls.alert_received) add("alert received", alert_text(*tls.alert_received));
  if (tls.alert_sent) add("alert sent", alert_text(*tls.alert_sent));
}

void add_mqtt_facts(Facts& facts, const probe::Transcript& transcript) {
  if (transcript.http_status) {
    facts.emplace_back("http status", std::to_string(*transcript.http_status));
  }
  if (transcript.connack_code) {
    const auto code = *transcript.connack_code;
    facts.emplace_back(
        "connack", fmt::format("{} {}", code,
                               mqtt::reason_name(static_cast<mqtt::Version>(transcript.mqtt_level),
                                                 mqtt::PacketType::connack, code)));
  }
  if (!transcript.received.empty()) {
    constexpr std::size_t shown = 32;
    const ByteView all = transcript.received;
    facts.emplace_back("mqtt received", to_hex(all.first(std::min(shown, all.size()))));
  }
}

/// How long each step took, and which states the WebSocket passed.
void add_course(Facts& facts, const probe::Transcript& transcript) {
  std::vector<std::string> parts;
  for (const auto& [phase, took] : transcript.phases) {
    parts.push_back(fmt::format("{} {:.1f} ms", phase, 1000 * seconds(took)));
  }
  if (!parts.empty()) facts.emplace_back("phases", join(parts, ", "));
  parts.clear();
  for (const auto state : transcript.websocket_states) {
    parts.emplace_back(websocket::to_string(state));
  }
  if (!parts.empty()) facts.emplace_back("websocket", join(parts, ", "));
}

std::vector<std::string> message_lines(const probe::Transcript& transcript) {
  std::vector<std::string> lines;
  for (const auto& message : transcript.tls.messages) {
    const double after_ms = 1000 * seconds(message.when - transcript.started);
    lines.push_back(fmt::format("{} {} {} B +{:.1f} ms", message.sent ? "->" : "<-",
                                tls::handshake_name(message.type), message.size_bytes, after_ms));
  }
  return lines;
}

std::string_view mode_name(probe::Mode mode) {
  return mode == probe::Mode::patient ? "patient" : "eager";
}

}  // namespace

reports::Observation observe(const Attempt& attempt, const std::string& what) {
  const auto& transcript = attempt.transcript;
  reports::Observation observation;
  observation.what = what;
  observation.outcome = probe::to_string(transcript.outcome);
  observation.detail = transcript.sentence();
  observation.duration_s = seconds(transcript.total);
  if (!transcript.tls.messages.empty()) add_tls_facts(observation.facts, transcript.tls);
  add_mqtt_facts(observation.facts, transcript);
  add_course(observation.facts, transcript);
  if (transcript.outcome == probe::Outcome::reject) {
    observation.facts.emplace_back("closed by peer", probe::to_string(transcript.close));
  }
  for (const auto& line : attempt.log_lines) observation.facts.emplace_back("broker log", line);
  observation.messages = message_lines(transcript);
  return observation;
}

std::vector<reports::Observation> observe(const Evidence& evidence) {
  std::vector<reports::Observation> all;
  for (const auto& round : evidence.rounds) {
    const auto version = round.version ? ", " + tls::to_string(*round.version) : std::string();
    if (round.twin_before) all.push_back(observe(*round.twin_before, "control before" + version));
    for (const auto& trial : round.trials) {
      for (const auto& attempt : trial.tries) {
        all.push_back(observe(attempt, fmt::format("case{}, {}", version, mode_name(trial.mode))));
      }
    }
    for (const auto& attempt : round.twin_after) {
      all.push_back(observe(attempt, "control after" + version));
    }
  }
  for (const auto& trip : evidence.round_trips) {
    reports::Observation observation;
    observation.what = "subscribe/publish round trip";
    observation.outcome = trip.completed ? "accept" : "reject";
    observation.detail = trip.detail;
    observation.duration_s = seconds(trip.duration);
    all.push_back(std::move(observation));
  }
  return all;
}

std::vector<reports::Observation> observe(const ScriptRun& run) {
  std::vector<reports::Observation> all;
  if (run.twin_before) all.push_back(observe(*run.twin_before, "control before"));
  if (!run.tries.empty()) {
    for (const auto& step : run.tries.back().steps) {
      reports::Observation observation;
      observation.what = step.what;
      observation.outcome = probe::to_string(step.outcome);
      observation.detail = step.detail;
      observation.duration_s = seconds(step.took);
      observation.facts = step.facts;
      observation.messages = step.messages;
      if (step.alert) {
        observation.facts.emplace_back("alert received",
                                       tls::to_string(tls::Alert{2, *step.alert}));
      }
      if (step.close != probe::CloseKind::none) {
        observation.facts.emplace_back("closed by peer", probe::to_string(step.close));
      }
      all.push_back(std::move(observation));
    }
  }
  for (const auto& attempt : run.twin_after) all.push_back(observe(attempt, "control after"));
  return all;
}

}  // namespace handfast::check
