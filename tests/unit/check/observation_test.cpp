// Evidence as reports show it.
#include "harness/check/observation.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/check/transcripts.hpp"

namespace handfast::check {
namespace {

using namespace std::chrono_literals;
using namespace test;

std::string fact(const reports::Observation& observation, const std::string& name) {
  for (const auto& [key, value] : observation.facts) {
    if (key == name) return value;
  }
  return "(absent)";
}

TEST_CASE("an observation tells TLS facts, alerts, codes and log lines", "[check]") {
  auto transcript = rejected_with(116);
  transcript.tls.certificate_requested = true;
  transcript.tls.cipher_suite = "TLS_AES_256_GCM_SHA384";
  transcript.tls.group = "x25519";
  transcript.tls.verified = true;
  transcript.tls.peer_chain_length = 2;
  transcript.tls.peer_chain_bytes = 1034;
  transcript.total = 12ms;
  transcript.started = TimePoint(1s);
  transcript.tls.messages = {
      {.sent = true, .type = 1, .size_bytes = 220, .when = TimePoint(1s + 100us)},
      {.sent = false, .type = 2, .size_bytes = 118, .when = TimePoint(1s + 2300us)}};
  Attempt seen = attempt(transcript);
  seen.log_lines = {"peer did not return a certificate"};

  const auto observation = observe(seen, "case, TLS 1.3, patient");
  CHECK(observation.what == "case, TLS 1.3, patient");
  CHECK(observation.outcome == "reject");
  CHECK(observation.detail ==
        "reject: alert certificate_required (116) received after the handshake completed");
  CHECK(observation.duration_s == Approx(0.012));
  CHECK(fact(observation, "tls") == "TLS 1.3");
  CHECK(fact(observation, "suite") == "TLS_AES_256_GCM_SHA384");
  CHECK(fact(observation, "group") == "x25519");
  CHECK(fact(observation, "verify") == "0 ok: ok");
  CHECK(fact(observation, "server chain") == "2 certificate(s), 1034 bytes");
  CHECK(fact(observation, "certificate requested") == "yes");
  CHECK(fact(observation, "certificate sent") == "no");
  CHECK(fact(observation, "alert received") == "certificate_required (116), fatal");
  CHECK(fact(observation, "closed by peer") == "alert");
  CHECK(fact(observation, "broker log") == "peer did not return a certificate");
  CHECK(observation.messages ==
        std::vector<std::string>{"-> ClientHello 220 B +0.1 ms", "<- ServerHello 118 B +2.3 ms"});
}

TEST_CASE("what arrived over MQTT is named and shown", "[check]") {
  auto transcript = outcome_of(probe::Outcome::refuse);
  transcript.received = {0x20, 0x02, 0x00, 0x05};
  const auto observation = observe(attempt(transcript), "case");
  CHECK(fact(observation, "connack") == "5 not_authorized");
  CHECK(fact(observation, "mqtt received") == "20020005");
  CHECK(fact(observation, "tls") == "(absent)");
}

TEST_CASE(
    "an observation tells how long connect and close took, and the WebSocket's states "
    "(S2-37 S2-47)",
    "[check]") {
  auto transcript = accepted();
  transcript.phases = {{"tcp", 100us}, {"upgrade", 2ms}, {"close", 1500us}};
  using websocket::State;
  transcript.websocket_states = {State::connecting, State::open, State::closing, State::closed};
  const auto observation = observe(attempt(transcript), "case");
  CHECK(fact(observation, "phases") == "tcp 0.1 ms, upgrade 2.0 ms, close 1.5 ms");
  CHECK(fact(observation, "websocket") == "CONNECTING, OPEN, CLOSING, CLOSED");
  CHECK(fact(observe(attempt(rejected_with(116)), "case"), "websocket") == "(absent)");
}

TEST_CASE("controls and tries are shown in the order in which they were made", "[check]") {
  auto evidence = evidence_of(accepted());
  evidence.rounds[0].version = tls::Version::tls1_2;
  evidence.rounds[0].trials[0].tries.push_back(attempt(accepted()));
  evidence.round_trips = {{.completed = true, .detail = "got it back", .duration = 3ms}};
  std::vector<std::string> what;
  for (const auto& observation : observe(evidence)) what.push_back(observation.what);
  CHECK(what == std::vector<std::string>{"control before, TLS 1.2", "case, TLS 1.2, patient",
                                         "case, TLS 1.2, patient", "control after, TLS 1.2",
                                         "subscribe/publish round trip"});
}

}  // namespace
}  // namespace handfast::check
