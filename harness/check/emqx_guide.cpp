#include "harness/check/emqx_guide.hpp"

#include <fmt/format.h>

#include "core/tls/openssl.hpp"
#include "harness/check/chain_alerts.hpp"
#include "harness/check/emqx_trust.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;

/// The guide's CONNECT, byte for byte: MQTT 3.1.1, keep alive 0, clean session off, client id "a".
const Bytes guide_connect{0x10, 0x0d, 0x00, 0x04, 'M',  'Q',  'T', 'T',
                          0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 'a'};

CheckSpec guide_row(const std::string& id, std::string title, Level level) {
  CheckSpec spec;
  spec.id = id;
  spec.group = "emqx-guide";
  spec.title = std::move(title);
  spec.level = level;
  return spec;
}

Stimulus guide_stimulus(const std::string& listener, const std::string& identity) {
  Stimulus stimulus;
  stimulus.listener = listener;
  stimulus.identity = identity;
  stimulus.connect = guide_connect;
  stimulus.connect_id = "a";
  return stimulus;
}

void reference_connack(CheckSpec& spec) {
  spec.reference = "MQTT 3.1.1 section 3.2; RFC 8446 section 4.4.2";
  spec.quote =
      "\"The first packet sent from the Server to the Client MUST be a CONNACK Packet\" "
      "[MQTT-3.2.0-1]";
}

CheckSpec raw_connect(const std::string& id, const std::string& listener,
                      const std::string& identity) {
  auto spec = guide_row(
      id,
      fmt::format("The guide's 15-byte CONNECT over {} is accepted, the server's chain verifies{}",
                  listener, identity.empty() ? "" : " and the client's certificate is accepted"),
      Level::must);
  reference_connack(spec);
  spec.expected = "accept, verify code 0, CONNACK 0, log line for client id a";
  ProbePlan plan;
  plan.stimulus = guide_stimulus(listener, identity);
  plan.expect.log_line = true;
  plan.expect.judges_server_chain = true;
  plan.expect.no_certificate_request = identity.empty();
  plan.each_mode = true;
  plan.each_version = !identity.empty();
  return with_plan(std::move(spec), std::move(plan));
}

CheckSpec round_trip(const std::string& id, const std::string& listener,
                     const std::string& identity) {
  auto spec = guide_row(
      id,
      fmt::format("A Paho client over {}{} subscribes, publishes and gets its message back",
                  listener, identity.empty() ? "" : " with its certificate"),
      Level::must);
  spec.reference = "MQTT 3.1.1 section 3.3; section 4.3.2";
  spec.quote =
      "The guide lets a library client subscribe and publish; the bytes that arrive are the bytes "
      "that were sent";
  spec.expected = "the message comes back, byte for byte";
  RoundTripPlan plan;
  plan.listener = listener;
  plan.identity = identity;
  return with_plan(std::move(spec), std::move(plan));
}

/// Our client trusts another root only: it must end the handshake itself.
CheckSpec wrong_ca(const std::string& id, const std::string& listener) {
  auto spec = guide_row(
      id,
      fmt::format("A client that trusts another root refuses the server of {} with unknown_ca",
                  listener),
      Level::self);
  spec.reference = "RFC 8446 section 6.2; RFC 5280 section 6.1";
  spec.quote =
      "unknown_ca: \"the certificate was not accepted because the CA certificate could not be "
      "located or could not be matched with a known trust anchor\"";
  spec.expected = "our client refuses, alert unknown_ca (48) sent";
  ProbePlan plan;
  plan.stimulus.listener = listener;
  plan.stimulus.trust = "rogue";
  plan.expect.outcome = Outcome::reject;
  plan.expect.by = Rejecter::our_client;
  plan.expect.alerts_tls13 = {alert::unknown_ca};
  plan.expect.verify_codes = {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                              X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                              X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN};
  plan.twin = Stimulus{};
  plan.twin->listener = listener;
  return with_plan(std::move(spec), std::move(plan));
}

CheckSpec wrong_host(const std::string& id, const std::string& listener) {
  auto spec = guide_row(
      id,
      fmt::format("A client that asked {} for another host name refuses its certificate", listener),
      Level::self);
  spec.reference = "RFC 6125 section 6; RFC 5280 section 4.2.1.6";
  spec.quote = "A certificate counts only for the names that its subjectAltName holds";
  spec.expected = "our client refuses, hostname mismatch";
  ProbePlan plan;
  plan.stimulus.listener = listener;
  plan.stimulus.server_name = "wrong-name.handfast.invalid";
  plan.expect.outcome = Outcome::reject;
  plan.expect.by = Rejecter::our_client;
  plan.expect.verify_codes = {X509_V_ERR_HOSTNAME_MISMATCH};
  plan.twin = Stimulus{};
  plan.twin->listener = listener;
  return with_plan(std::move(spec), std::move(plan));
}

/// The control of every two-way rejection: the same listener with the client's own certificate.
Stimulus good_client(const std::string& listener) {
  Stimulus twin;
  twin.listener = listener;
  twin.identity = "client";
  return twin;
}

CheckSpec no_certificate(const std::string& id, const std::string& listener) {
  auto spec = guide_row(
      id, fmt::format("A client without a certificate is rejected by {}", listener), Level::must);
  spec.reference = "RFC 8446 section 4.4.2.4; RFC 5246 section 7.4.6";
  spec.quote =
      "\"If the client does not send any certificates (i.e., it sends an empty Certificate "
      "message), the server MAY at its discretion either continue the handshake without client "
      "authentication or abort the handshake with a \"certificate_required\" alert.\"";
  spec.expected =
      "reject, TLS 1.3 alert certificate_required (116), TLS 1.2 alert handshake_failure (40)";
  ProbePlan plan;
  plan.stimulus.listener = listener;
  plan.expect.outcome = Outcome::reject;
  plan.expect.alerts_tls13 = chain_alerts({alert::certificate_required, alert::handshake_failure});
  plan.expect.alerts_tls12 = chain_alerts({alert::handshake_failure});
  plan.twin = good_client(listener);
  plan.each_mode = plan.each_version = plan.negative_control = true;
  return with_plan(std::move(spec), std::move(plan));
}

CheckSpec foreign_certificate(const std::string& id, const std::string& listener) {
  auto spec = guide_row(
      id, fmt::format("A client with a certificate of a foreign root is rejected by {}", listener),
      Level::must);
  spec.reference = "RFC 5280 section 6.1; RFC 8446 section 6.2";
  spec.quote =
      "unknown_ca: \"A valid certificate chain or partial chain was received, but the certificate "
      "was not accepted because the CA certificate could not be located or could not be matched "
      "with a known trust anchor.\"";
  spec.expected = "reject, alert unknown_ca (48)";
  ProbePlan plan;
  plan.stimulus.listener = listener;
  plan.stimulus.identity = "stranger";
  plan.expect.outcome = Outcome::reject;
  plan.expect.alerts_tls13 = plan.expect.alerts_tls12 = chain_alerts({alert::unknown_ca});
  plan.twin = good_client(listener);
  plan.each_mode = plan.each_version = plan.negative_control = true;
  return with_plan(std::move(spec), std::move(plan));
}

CheckSpec serve_after_reject() {
  auto spec =
      guide_row("emqx-serve-after-reject",
                "Every listener keeps serving after the rejections of this group", Level::must);
  spec.reference = "RFC 8446 section 6.2";
  spec.quote = "A fatal alert ends its own connection; the listener goes on serving everybody else";
  spec.expected = "the control of each rejecting row is accepted again after it";
  return with_plan(std::move(spec), HealthPlan{});
}

}  // namespace

std::vector<CheckSpec> emqx_guide() {
  std::vector<CheckSpec> rows;
  for (const std::string transport : {"tls", "wss"}) {
    const auto id = "emqx-one-way-" + transport;
    rows.push_back(raw_connect(id + "-raw-connect", transport, ""));
    rows.push_back(round_trip(id + "-round-trip", transport, ""));
    rows.push_back(wrong_ca(id + "-wrong-ca", transport));
    rows.push_back(wrong_host(id + "-wrong-host", transport));
  }
  for (const std::string transport : {"tls", "wss"}) {
    const auto id = "emqx-two-way-" + transport;
    const auto listener = transport + "-two-way";
    rows.push_back(raw_connect(id + "-raw-connect", listener, "client"));
    rows.push_back(round_trip(id + "-round-trip", listener, "client"));
    rows.push_back(no_certificate(id + "-no-certificate", listener));
    rows.push_back(foreign_certificate(id + "-foreign-certificate", listener));
  }
  for (auto& row : emqx_trust_matrix()) rows.push_back(std::move(row));
  rows.push_back(serve_after_reject());
  return rows;
}

}  // namespace handfast::check
