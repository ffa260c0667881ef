// What a session makes of tickets, early data and a handshake without MQTT.
#include "loadgen/session.hpp"

#include <cerrno>

#include "core/mqtt/connect.hpp"
#include "core/mqtt/packet.hpp"
#include "tests/unit/loadgen/session_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;
using State = Session::State;
using tls::EventKind;

namespace {

struct Ticket final : tls::Session {
  bool single_use() const override { return true; }
};

Protocol resuming() {
  auto protocol = tls_transport();
  protocol.resumes = true;
  return protocol;
}

/// Established over TLS 1.3, no ticket so far.
struct Established : Bench {
  explicit Established(Protocol protocol_ = resuming()) : Bench(std::move(protocol_)) {
    tls->known.version = tls::Version::tls1_3;
    tls->ticket = std::make_shared<const Ticket>();
    connected();
    step({.events = {EventKind::handshake_done}});
    if (protocol.mqtt) step({.plain = connack_5});
    REQUIRE(session->state() == State::established);
    CHECK(io.established);
  }
};

}  // namespace

TEST_CASE("a ticket is handed out in the step that brings it", "[loadgen]") {
  Established bench;
  CHECK(bench.io.ticket == nullptr);
  bench.step({.events = {EventKind::session}});
  CHECK(bench.io.ticket == bench.tls->ticket);
  bench.io.clear();
  CHECK(bench.io.ticket == nullptr);
  // It has come, so nothing is waited for.
  bench.session->disconnect_after_ticket(bench.io);
  CHECK(bench.session->state() == State::closed);
}

TEST_CASE("a session that is done otherwise waits for its ticket, then says goodbye", "[loadgen]") {
  Established bench;
  bench.io.clear();
  bench.session->disconnect_after_ticket(bench.io);
  CHECK(bench.session->state() == State::ticket);
  CHECK(bench.wire().empty());
  bench.step({.events = {EventKind::session}});
  CHECK(bench.session->state() == State::closed);
  CHECK(bench.io.ticket == bench.tls->ticket);
  CHECK(bench.wire() == "<\xe0" + std::string(1, '\0') + "><notify>");
}

TEST_CASE("a peer that closes while only the ticket is missing does no harm", "[loadgen]") {
  Established bench;
  bench.session->disconnect_after_ticket(bench.io);
  SECTION("with FIN") { bench.end(0); }
  SECTION("with a reset") { bench.end(ECONNRESET); }
  SECTION("with close_notify") { bench.step({.events = {EventKind::closed}}); }
  SECTION("by our own patience") { bench.session->on_deadline(); }
  CHECK(bench.session->state() == State::closed);
  CHECK_FALSE(bench.session->failure());
}

TEST_CASE("nothing is waited for under TLS 1.2, or without resumption", "[loadgen]") {
  const bool resumes = GENERATE(true, false);
  auto protocol = tls_transport();
  protocol.resumes = resumes;
  Established bench(protocol);
  if (resumes) bench.tls->known.version = tls::Version::tls1_2;
  bench.session->disconnect_after_ticket(bench.io);
  CHECK(bench.session->state() == State::closed);
}

TEST_CASE("full and resumed handshakes are phases of their own where sessions are resumed",
          "[loadgen]") {
  const bool resumed = GENERATE(true, false);
  Bench bench(resuming());
  bench.tls->known.resumed = resumed;
  bench.connected();
  manual_now += 7ms;
  bench.step({.events = {EventKind::handshake_done}});
  REQUIRE(bench.io.phases.size() == 2);
  CHECK(bench.io.phases[0].phase == stats::Phase::tls);
  CHECK(bench.io.phases[1].phase == (resumed ? stats::Phase::tls_resumed : stats::Phase::tls_full));
  CHECK(bench.io.phases[1].end - bench.io.phases[1].begin == 7ms);
}

TEST_CASE("a bare handshake speaks no MQTT and hears none", "[loadgen]") {
  auto protocol = tls_transport();
  protocol.mqtt = false;
  Established bench(protocol);
  CHECK(bench.wire() == "<finished>");
  bench.step({.plain = "whatever the server says"});
  CHECK(bench.session->state() == State::established);
  bench.io.clear();
  bench.session->disconnect(bench.io);
  CHECK(bench.wire() == "<notify>");
}

TEST_CASE("CONNECT goes out as early data, once if the server takes it, again if not",
          "[loadgen]") {
  const bool accepted = GENERATE(true, false);
  Bench bench(resuming());
  bench.tls->known.early_data = accepted ? tls::EarlyData::accepted : tls::EarlyData::rejected;
  bench.session->offer_early_data();
  bench.connected();
  CHECK(bench.wire() == "<hello>");
  const auto sent = mqtt::decode_packet(as_bytes(bench.tls->early), mqtt::Version::v5_0);
  REQUIRE(sent);
  CHECK(std::get<mqtt::Connect>(sent->packet).client_id == "me");
  bench.step({.events = {EventKind::handshake_done}});
  CHECK(bench.wire() == (accepted ? "<finished>" : "<finished><" + bench.tls->early + ">"));
  CHECK(bench.session->state() == State::connack);
  bench.step({.plain = connack_5});
  CHECK(bench.session->state() == State::established);
}
