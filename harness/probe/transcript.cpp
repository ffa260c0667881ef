// A transcript in words.
#include <fmt/format.h>

#include "core/base/units.hpp"
#include "core/mqtt/reason.hpp"
#include "core/tls/openssl.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

namespace {

std::string connack_text(const Transcript& transcript) {
  return fmt::format("CONNACK {} {}", *transcript.connack_code,
                     mqtt::reason_name(static_cast<mqtt::Version>(transcript.mqtt_level),
                                       mqtt::PacketType::connack, *transcript.connack_code));
}

std::string when_in_handshake(const Transcript& transcript) {
  return transcript.handshake_completed ? "after the handshake completed" : "during the handshake";
}

std::string where_stopped(const Transcript& transcript) {
  if (transcript.stopped_in == "tls") return "during the handshake";
  std::string place = fmt::format("in phase {}", transcript.stopped_in);
  if (transcript.connack_code) place += ", after " + connack_text(transcript);
  if (transcript.handshake_completed) place += ", after the handshake completed";
  return place;
}

std::string reject_text(const Transcript& transcript) {
  if (transcript.refused_by_us()) {
    auto text = fmt::format("our client sent alert {}", tls::to_string(*transcript.tls.alert_sent));
    if (const int code = transcript.tls_failure.verify_code; code != 0) {
      text += fmt::format(", verify code {} {}: {}", code, tls::verify_name(code),
                          tls::verify_text(code));
    }
    return text;
  }
  switch (transcript.close) {
    case CloseKind::alert:
      return fmt::format("alert {} received {}", tls::to_string(*transcript.tls.alert_received),
                         when_in_handshake(transcript));
    case CloseKind::close_notify:
      return "close_notify received " + where_stopped(transcript);
    case CloseKind::fin:
      return "connection closed (FIN) without an alert " + where_stopped(transcript);
    case CloseKind::rst:
      return "connection reset (RST) without an alert " + where_stopped(transcript);
    case CloseKind::none:
      break;
  }
  if (transcript.socket_error) {
    return fmt::format("{} {}", errno_text(*transcript.socket_error), where_stopped(transcript));
  }
  return where_stopped(transcript);
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::accept:
      return "accept";
    case Outcome::refuse:
      return "refuse";
    case Outcome::reject:
      return "reject";
    case Outcome::hang:
      return "hang";
    case Outcome::not_sent:
      return "not-sent";
  }
  return "unknown";
}

std::string_view to_string(CloseKind kind) {
  switch (kind) {
    case CloseKind::none:
      return "none";
    case CloseKind::alert:
      return "alert";
    case CloseKind::close_notify:
      return "close_notify";
    case CloseKind::fin:
      return "fin";
    case CloseKind::rst:
      return "rst";
  }
  return "unknown";
}

bool Transcript::refused_by_us() const {
  return tls_failure.cause == tls::Cause::alert_sent && tls.alert_sent.has_value() &&
         !tls.alert_received;
}

std::string Transcript::sentence() const {
  std::string text(to_string(outcome));
  switch (outcome) {
    case Outcome::accept:
      return text + (answer.empty() ? ": CONNACK 0, PINGRESP" : ": answered with " + answer);
    case Outcome::refuse:
      return text + ": " + connack_text(*this);
    case Outcome::hang:
      text += fmt::format(": no answer in phase {}", stopped_in);
      if (!phases.empty()) text += " within " + format_duration(phases.back().second);
      break;
    case Outcome::reject:
      // What broke the protocol says more than the place; a close says how, the detail then why.
      if (close == CloseKind::none && !detail.empty() && !refused_by_us()) {
        return text + ": " + detail + (stopped_in == "tls" ? "" : " " + where_stopped(*this));
      }
      text += ": " + reject_text(*this);
      break;
    case Outcome::not_sent:
      break;
  }
  if (!detail.empty()) text += ": " + detail;
  return text;
}

}  // namespace handfast::probe
