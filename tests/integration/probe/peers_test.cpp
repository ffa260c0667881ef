// The probe against peers that are not MQTT brokers, or broken ones: every way to end is told
// apart.
#include "tests/integration/probe/peers.hpp"
#include "harness/probe/probe.hpp"
#include "tests/support/catch.hpp"

namespace handfast::probe {
namespace {

using namespace std::chrono_literals;
using test::ScriptedPeer;

constexpr std::size_t connect_bytes = 2;  // enough to know that CONNECT has begun to arrive
const std::string connack_ok("\x20\x02\x00\x00", 4);
const std::string pingresp("\xd0\x00", 2);

Options options_for(Transport transport, std::uint16_t port) {
  Options options;
  options.endpoint.transport = transport;
  options.endpoint.port = port;
  options.timeouts = {.tcp = 2s,
                      .handshake = 300ms,
                      .upgrade = 300ms,
                      .grace = 20ms,
                      .connack = 300ms,
                      .pingresp = 300ms,
                      .drain = 200ms};
  return options;
}

Transcript probe_peer(Transport transport, const ScriptedPeer& peer) {
  return run(options_for(transport, peer.port())).value();
}

TEST_CASE("a port on which nothing listens is a rejection in phase tcp", "[probe]") {
  const auto transcript = run(options_for(Transport::tls, test::closed_port())).value();
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.stopped_in == "tcp");
  CHECK(transcript.socket_error == ECONNREFUSED);
  CHECK(transcript.sentence() == "reject: Connection refused in phase tcp");
}

TEST_CASE("a name that does not resolve says so", "[probe]") {
  auto options = options_for(Transport::tcp, 1883);
  options.endpoint.host = "no-such-host.handfast.invalid";
  const auto transcript = run(options).value();
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.stopped_in == "tcp");
  CHECK_FALSE(transcript.detail.empty());
}

TEST_CASE("a silent listener hangs in the phase that asks it first", "[probe]") {
  for (const auto& [transport, phase] :
       {std::pair{Transport::tls, "tls"}, std::pair{Transport::ws, "upgrade"},
        std::pair{Transport::tcp, "connack"}}) {
    ScriptedPeer peer({}, ScriptedPeer::End::hold);
    const auto transcript = probe_peer(transport, peer);
    CHECK(transcript.outcome == Outcome::hang);
    CHECK(transcript.stopped_in == phase);
    CHECK(transcript.phases.back().first == phase);
  }
}

TEST_CASE("a peer that speaks plain HTTP on a TLS port is quoted", "[probe]") {
  ScriptedPeer peer({{1, "HTTP/1.1 400 Bad Request\r\n\r\n"}}, ScriptedPeer::End::fin);
  const auto transcript = probe_peer(Transport::tls, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.stopped_in == "tls");
  CHECK(transcript.tls_failure.cause == tls::Cause::protocol);
  CHECK(
      transcript.sentence().find("reject: the peer does not speak TLS, it sent \"HTTP/1.1 400 Bad "
                                 "Request") == 0);
}

TEST_CASE("a plain MQTT broker on a TLS port is told by its bytes", "[probe]") {
  ScriptedPeer peer({{1, connack_ok}}, ScriptedPeer::End::hold);
  auto options = options_for(Transport::tls, peer.port());
  const auto transcript = run(options).value();
  // Four bytes are less than a record header: the peer owes us more.
  CHECK(transcript.outcome == Outcome::hang);
  CHECK(transcript.stopped_in == "tls");
}

TEST_CASE("garbage on a TLS port is no TLS", "[probe]") {
  ScriptedPeer peer({{1, std::string(64, '\xee')}}, ScriptedPeer::End::hold);
  const auto transcript = probe_peer(Transport::tls, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.detail.find("the peer does not speak TLS") == 0);
}

TEST_CASE("FIN and reset in place of a server flight are told apart", "[probe]") {
  ScriptedPeer closing({{1, ""}}, ScriptedPeer::End::fin);
  const auto fin = probe_peer(Transport::tls, closing);
  CHECK(fin.outcome == Outcome::reject);
  CHECK(fin.stopped_in == "tls");
  ScriptedPeer resetting({{1, ""}}, ScriptedPeer::End::rst);
  const auto rst = probe_peer(Transport::tls, resetting);
  CHECK(rst.outcome == Outcome::reject);
  CHECK(rst.close == CloseKind::rst);
}

TEST_CASE("a complete conversation is an acceptance and says good-bye", "[probe]") {
  ScriptedPeer peer({{connect_bytes, connack_ok}, {2, pingresp}}, ScriptedPeer::End::hold);
  const auto transcript = probe_peer(Transport::tcp, peer);
  CHECK(transcript.outcome == Outcome::accept);
  CHECK(transcript.sentence() == "accept: CONNACK 0, PINGRESP");
  CHECK(transcript.session_present == false);
  CHECK(to_hex(transcript.received) == "20020000d000");
  CHECK(peer.read().ends_with(std::string("\xc0\x00\xe0\x00", 4)));  // PINGREQ, DISCONNECT
}

TEST_CASE("a CONNACK that comes with other packets behind it is read alone", "[probe]") {
  // QoS 0 PUBLISH of "x" to "t", between CONNACK and PINGRESP, as a kept session may bring.
  const std::string publish("\x30\x04\x00\x01tx", 6);
  ScriptedPeer peer({{connect_bytes, connack_ok + publish}, {2, pingresp}},
                    ScriptedPeer::End::hold);
  CHECK(probe_peer(Transport::tcp, peer).outcome == Outcome::accept);
}

TEST_CASE("a CONNACK with a code is a refusal", "[probe]") {
  ScriptedPeer peer({{connect_bytes, std::string("\x20\x02\x00\x05", 4)}}, ScriptedPeer::End::fin);
  const auto transcript = probe_peer(Transport::tcp, peer);
  CHECK(transcript.outcome == Outcome::refuse);
  CHECK(transcript.connack_code == 5);
}

TEST_CASE("a CONNACK is no acceptance while PINGREQ stays unanswered", "[probe]") {
  ScriptedPeer closing({{connect_bytes, connack_ok}, {2, ""}}, ScriptedPeer::End::fin);
  const auto fin = probe_peer(Transport::tcp, closing);
  CHECK(fin.outcome == Outcome::reject);
  CHECK(fin.stopped_in == "pingresp");
  CHECK(fin.connack_code == 0);
  ScriptedPeer silent({{connect_bytes, connack_ok}}, ScriptedPeer::End::hold);
  const auto hang = probe_peer(Transport::tcp, silent);
  CHECK(hang.outcome == Outcome::hang);
  CHECK(hang.stopped_in == "pingresp");
}

TEST_CASE("a malformed CONNACK is a rejection with its clause, and stays visible", "[probe]") {
  ScriptedPeer peer({{connect_bytes, std::string("\x20\x02\x04\x00", 4)}}, ScriptedPeer::End::hold);
  const auto transcript = probe_peer(Transport::tcp, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.stopped_in == "connack");
  CHECK(transcript.detail.find("CONNACK byte 2") == 0);
  CHECK(to_hex(transcript.received) == "20020400");
  CHECK_FALSE(transcript.connack_code);
}

TEST_CASE("a first packet that is no CONNACK names the rule", "[probe]") {
  ScriptedPeer peer({{connect_bytes, pingresp}}, ScriptedPeer::End::hold);
  const auto transcript = probe_peer(Transport::tcp, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.detail == "the first packet is PINGRESP and no CONNACK [MQTT-3.2.0-1]");
}

TEST_CASE("bytes that are no MQTT at all are a rejection", "[probe]") {
  ScriptedPeer peer({{connect_bytes, "\x05\xff\xff\xff\xff\xff"}}, ScriptedPeer::End::hold);
  const auto transcript = probe_peer(Transport::tcp, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK_FALSE(transcript.detail.empty());
}

TEST_CASE("the raw CONNECT goes out as it is", "[probe]") {
  ScriptedPeer peer({{15, connack_ok}, {2, pingresp}}, ScriptedPeer::End::hold);
  auto options = options_for(Transport::tcp, peer.port());
  options.connect = {0x10, 0x0d, 0x00, 0x04, 'M',  'Q',  'T', 'T',
                     0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 'a'};
  CHECK(run(options).value().outcome == Outcome::accept);
  CHECK(peer.read().substr(0, 15) == as_text(options.connect));
}

TEST_CASE("an HTTP status in place of an upgrade is a rejection with that status", "[probe]") {
  ScriptedPeer peer({{1, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}},
                    ScriptedPeer::End::fin);
  const auto transcript = probe_peer(Transport::ws, peer);
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.stopped_in == "upgrade");
  CHECK(transcript.http_status == 404);
  CHECK(transcript.sentence().find("404 Not Found") != std::string::npos);
}

TEST_CASE("the reference client reports failure within its time", "[probe]") {
  RoundTripOptions options;
  options.endpoint.port = test::closed_port();
  options.timeout = 2s;
  auto trip = round_trip(options);
  CHECK_FALSE(trip.completed);
  CHECK(trip.detail.find("Paho failed: ") == 0);

  ScriptedPeer silent({}, ScriptedPeer::End::hold);
  options.endpoint.port = silent.port();
  options.timeout = 300ms;
  trip = round_trip(options);
  CHECK_FALSE(trip.completed);
  CHECK(trip.detail == "Paho had no answer to connect in time");
}

}  // namespace
}  // namespace handfast::probe
