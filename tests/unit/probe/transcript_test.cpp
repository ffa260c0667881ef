// A transcript in words: every outcome and every way in which a connection ends.
#include "harness/probe/probe.hpp"
#include "tests/support/catch.hpp"

namespace handfast::probe {
namespace {

using namespace std::chrono_literals;

Transcript rejected(std::string phase, CloseKind close) {
  Transcript transcript;
  transcript.outcome = Outcome::reject;
  transcript.stopped_in = std::move(phase);
  transcript.close = close;
  return transcript;
}

TEST_CASE("an accepted connection names CONNACK and PINGRESP", "[probe]") {
  Transcript transcript;
  transcript.outcome = Outcome::accept;
  transcript.connack_code = 0;
  CHECK(transcript.sentence() == "accept: CONNACK 0, PINGRESP");
}

TEST_CASE("a refusal names the code from the table of its MQTT version", "[probe]") {
  Transcript transcript;
  transcript.outcome = Outcome::refuse;
  transcript.connack_code = 5;
  CHECK(transcript.sentence() == "refuse: CONNACK 5 not_authorized");
  transcript.mqtt_level = 5;
  transcript.connack_code = 0x87;
  CHECK(transcript.sentence() == "refuse: CONNACK 135 not_authorized");
}

TEST_CASE("an alert tells whether our handshake was already complete", "[probe]") {
  auto transcript = rejected("connack", CloseKind::alert);
  transcript.tls.alert_received = tls::Alert{2, 116};
  transcript.handshake_completed = true;
  CHECK(transcript.sentence() ==
        "reject: alert certificate_required (116) received after the handshake completed");
  transcript.stopped_in = "tls";
  transcript.handshake_completed = false;
  transcript.tls.alert_received = tls::Alert{2, 40};
  CHECK(transcript.sentence() ==
        "reject: alert handshake_failure (40) received during the handshake");
}

TEST_CASE("our own refusal names our alert and the verify code in words", "[probe]") {
  auto transcript = rejected("tls", CloseKind::none);
  transcript.tls.alert_sent = tls::Alert{2, 48};
  transcript.tls_failure = {
      .cause = tls::Cause::alert_sent, .alert = {2, 48}, .verify_code = 20, .detail = "whatever"};
  REQUIRE(transcript.refused_by_us());
  CHECK(transcript.sentence() ==
        "reject: our client sent alert unknown_ca (48), verify code 20 "
        "unable_to_get_issuer_cert_locally: unable to get local issuer certificate");
}

TEST_CASE("an alert of the peer is never told as our own refusal", "[probe]") {
  auto transcript = rejected("connack", CloseKind::alert);
  transcript.tls.alert_received = tls::Alert{2, 48};
  transcript.tls.alert_sent = tls::Alert{1, 0};
  transcript.tls_failure.cause = tls::Cause::alert_received;
  CHECK_FALSE(transcript.refused_by_us());
}

TEST_CASE("closes without an alert are told apart", "[probe]") {
  CHECK(rejected("tls", CloseKind::fin).sentence() ==
        "reject: connection closed (FIN) without an alert during the handshake");
  CHECK(rejected("connack", CloseKind::rst).sentence() ==
        "reject: connection reset (RST) without an alert in phase connack");
  auto transcript = rejected("connack", CloseKind::close_notify);
  transcript.handshake_completed = true;
  CHECK(transcript.sentence() ==
        "reject: close_notify received in phase connack, after the handshake completed");
}

TEST_CASE("a close behind CONNACK shows that CONNACK had come", "[probe]") {
  auto transcript = rejected("pingresp", CloseKind::fin);
  transcript.connack_code = 0;
  CHECK(transcript.sentence() ==
        "reject: connection closed (FIN) without an alert in phase pingresp, after CONNACK 0 "
        "accepted");
}

TEST_CASE("a close keeps the words that the WebSocket layer had for it", "[probe]") {
  auto transcript = rejected("connack", CloseKind::fin);
  transcript.detail = "WebSocket Close 1002 protocol_error";
  CHECK(transcript.sentence() ==
        "reject: connection closed (FIN) without an alert in phase connack: WebSocket Close 1002 "
        "protocol_error");
}

TEST_CASE("an address that answers with an error names it", "[probe]") {
  auto transcript = rejected("tcp", CloseKind::none);
  transcript.socket_error = 111;
  CHECK(transcript.sentence() == "reject: Connection refused in phase tcp");
}

TEST_CASE("undecodable bytes are told by what was wrong with them", "[probe]") {
  auto transcript = rejected("connack", CloseKind::none);
  transcript.detail = "CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x04";
  CHECK(transcript.sentence() ==
        "reject: CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x04 in phase connack");
}

TEST_CASE("a hang names its phase and how long it was awaited", "[probe]") {
  Transcript transcript;
  transcript.outcome = Outcome::hang;
  transcript.stopped_in = "tls";
  transcript.phases = {{"tcp", 1ms}, {"tls", 5s}};
  CHECK(transcript.sentence() == "hang: no answer in phase tls within 5.00 s");
}

TEST_CASE("a stimulus that was not sent says why", "[probe]") {
  Transcript transcript;
  transcript.detail = "no common group";
  CHECK(transcript.sentence() == "not-sent: no common group");
}

TEST_CASE("outcomes and close kinds have the catalogue's names", "[probe]") {
  CHECK(to_string(Outcome::not_sent) == "not-sent");
  CHECK(to_string(CloseKind::close_notify) == "close_notify");
  CHECK(to_string(CloseKind::rst) == "rst");
}

TEST_CASE("settings that cannot work are problems and not outcomes (S2-01)", "[probe]") {
  Options options;
  options.endpoint.transport = Transport::dtls;
  options.endpoint.port = 8883;
  options.engine = tls::EngineKind::native;  // speaks TLS alone
  auto transcript = run(options);
  REQUIRE_FALSE(transcript);
  CHECK(transcript.error().kind == ProblemKind::usage);
  options.engine = tls::EngineKind::libssl;
  CHECK_FALSE(tls::make_libssl_engine({.max_version = tls::Version::dtls1_2}));
  CHECK(tls::make_libssl_engine({.max_version = tls::Version::tls1_3}));

  options.endpoint.transport = Transport::tcp;
  options.mqtt_level = 3;
  transcript = run(options);
  REQUIRE_FALSE(transcript);
  CHECK(transcript.error().text() == "MQTT level 3 is not known (4 is MQTT 3.1.1, 5 is MQTT 5.0)");

  options.mqtt_level = 4;
  options.endpoint.transport = Transport::tls;
  options.tls.groups = {"no-such-group"};
  transcript = run(options);
  REQUIRE_FALSE(transcript);
  CHECK(transcript.error().kind == ProblemKind::usage);
  CHECK(transcript.error().text().find("accepts no groups \"no-such-group\"") != std::string::npos);
}

}  // namespace
}  // namespace handfast::probe
