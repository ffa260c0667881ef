// The probe and the reference client against a real broker, over all six kinds of listener.
#include "harness/probe/probe.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/support/emqx_lab.hpp"

namespace handfast::probe {
namespace {

std::vector<broker::ListenerSettings> six_listeners(const pki::Pki& pki) {
  std::vector<broker::ListenerSettings> all;
  for (const std::string name : {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"}) {
    broker::ListenerSettings listener;
    listener.name = name;
    listener.kind = *parse_listener(name);
    if (uses_tls(listener.kind.transport)) {
      listener.certificate = *pki.chain("server");
      listener.key = *pki.key("server");
    }
    if (listener.kind.two_way) listener.trust = *pki.certificate("root");
    all.push_back(std::move(listener));
  }
  return all;
}

TEST_CASE(
    "six listeners, two modes, two MQTT versions: all accepted, phase by phase (S0-01 S2-04 S2-27 "
    "S2-37 S2-47)",
    "[probe]") {
  test::EmqxLab lab;
  const auto broker = lab.start(six_listeners(lab.pki()));
  for (const auto& listener : broker->listeners()) {
    for (const auto mode : {Mode::patient, Mode::eager}) {
      Options options;
      options.endpoint = listener.endpoint;
      options.tls.trust = *lab.pki().trust("root");
      options.mode = mode;
      options.mqtt_level = mode == Mode::patient ? 4 : 5;
      options.client_id = "probe-" + listener.name;
      if (listener.kind.two_way) options.identity = *lab.pki().identity("client");
      const auto transcript = run(options).value();
      INFO(listener.name << ": " << transcript.sentence());
      CHECK(transcript.outcome == Outcome::accept);
      CHECK(transcript.connack_code == 0);
      CHECK(transcript.tls.certificate_sent == listener.kind.two_way);
      CHECK(transcript.tls.certificate_requested == listener.kind.two_way);

      std::vector<std::string> phases;
      for (const auto& [name, took] : transcript.phases) phases.push_back(name);
      std::vector<std::string> expected{"tcp"};
      if (uses_tls(listener.kind.transport)) expected.emplace_back("tls");
      if (uses_websocket(listener.kind.transport)) expected.emplace_back("upgrade");
      expected.insert(expected.end(), {"connack", "pingresp", "close"});
      CHECK(phases == expected);
      using websocket::State;
      CHECK(transcript.websocket_states ==
            (uses_websocket(listener.kind.transport)
                 ? std::vector{State::connecting, State::open, State::closing, State::closed}
                 : std::vector<State>{}));
    }
  }
}

/// Content types of the TLS records in `bytes` (RFC 8446 section 5.1), in order.
std::vector<int> record_types(ByteView bytes) {
  std::vector<int> types;
  ByteReader reader(bytes);
  while (const auto type = reader.u8()) {
    reader.u16();
    reader.bytes(reader.u16().value_or(0));
    types.push_back(*type);
  }
  return types;
}

TEST_CASE("eager mode puts CONNECT behind Finished in the second flight", "[probe]") {
  constexpr int change_cipher_spec = 20, application_data = 23;
  test::EmqxLab lab;
  const auto broker = lab.start(six_listeners(lab.pki()));
  Options options;
  options.endpoint = broker->find("tls")->endpoint;
  options.tls.trust = *lab.pki().trust("root");
  options.tls.min_version = tls::Version::tls1_3;

  const auto second_flight = [&](Mode mode) {
    test::RecordingProxy proxy(broker->find("tls")->endpoint.port);
    options.endpoint.port = proxy.port();
    options.mode = mode;
    REQUIRE(run(options).value().outcome == Outcome::accept);
    return record_types(proxy.flights().at(1));
  };
  // TLS 1.3 Finished and CONNECT are both application data on the wire.
  CHECK(second_flight(Mode::eager) ==
        std::vector<int>{change_cipher_spec, application_data, application_data});
  CHECK(second_flight(Mode::patient) == std::vector<int>{change_cipher_spec, application_data});
}

TEST_CASE("a two-way listener rejects in both modes, over TLS and over WebSocket", "[probe]") {
  test::EmqxLab lab;
  const auto broker = lab.start(six_listeners(lab.pki()));
  for (const std::string name : {"tls-two-way", "wss-two-way"}) {
    for (const auto mode : {Mode::patient, Mode::eager}) {
      Options options;
      options.endpoint = broker->find(name)->endpoint;
      options.tls.trust = *lab.pki().trust("root");
      options.mode = mode;
      const auto transcript = run(options).value();
      INFO(name << ": " << transcript.sentence());
      CHECK(transcript.outcome == Outcome::reject);
      CHECK(transcript.handshake_completed);
      CHECK(transcript.received.empty());
      REQUIRE(transcript.tls.alert_received);
      CHECK(transcript.tls.alert_received->description == 116);
    }
  }
}

TEST_CASE("Paho gets its message back over all six listeners (S2-19 S2-23)", "[probe]") {
  test::EmqxLab lab;
  const auto broker = lab.start(six_listeners(lab.pki()));
  for (const auto& listener : broker->listeners()) {
    RoundTripOptions options;
    options.endpoint = listener.endpoint;
    options.trust_file = *lab.pki().certificate("root");
    options.client_id = "paho-" + listener.name;
    options.payload = std::string("bytes \0 with a zero", 19);
    if (listener.kind.two_way) {
      options.certificate_file = *lab.pki().chain("client");
      options.key_file = *lab.pki().key("client");
    }
    const auto trip = round_trip(options);
    INFO(listener.name << ": " << trip.detail);
    CHECK(trip.completed);
  }
}

TEST_CASE("Paho verifies the server and fails without the right root or certificate", "[probe]") {
  test::EmqxLab lab;
  const auto broker = lab.start(six_listeners(lab.pki()));
  RoundTripOptions options;
  options.endpoint = broker->find("tls")->endpoint;
  options.trust_file = *lab.pki().certificate("rogue");
  CHECK_FALSE(round_trip(options).completed);
  options.endpoint = broker->find("tls-two-way")->endpoint;
  options.trust_file = *lab.pki().certificate("root");
  CHECK_FALSE(round_trip(options).completed);
}

}  // namespace
}  // namespace handfast::probe
