// How sessions end by themselves, and how they fall silent.
#include "tests/unit/loadgen/session_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using State = Session::State;

namespace {

/// What an established session says on its way out.
std::string farewell(Protocol protocol, CloseStyle style) {
  protocol.close = style;
  Bench bench(protocol);
  bench.connected();
  if (protocol.tls) bench.step({.events = {tls::EventKind::handshake_done}});
  if (protocol.tls) {
    bench.step({.plain = connack_5});
  } else {
    bench.bytes(connack_5);
  }
  REQUIRE(bench.session->state() == State::established);
  bench.io.clear();
  bench.session->disconnect(bench.io);
  CHECK(bench.session->state() == State::closed);
  return bench.wire();
}

const std::string disconnect("\xe0\x00", 2);

}  // namespace

TEST_CASE("Each close style says as much as its name", "[loadgen]") {
  CHECK(farewell(tls_transport(), CloseStyle::disconnect) == "<" + disconnect + "><notify>");
  CHECK(farewell(tls_transport(), CloseStyle::close_notify) == "<notify>");
  CHECK(farewell(tls_transport(), CloseStyle::fin).empty());
  CHECK(farewell(tls_transport(), CloseStyle::rst).empty());
  CHECK(farewell(tcp(), CloseStyle::disconnect) == disconnect);
  CHECK(farewell(tcp(), CloseStyle::fin).empty());
  CHECK(farewell(tcp(), CloseStyle::rst).empty());
}

TEST_CASE("A half-open session stops at its point and hears only the end", "[loadgen]") {
  SECTION("tcp: not a byte") {
    Bench bench(tcp());
    bench.session->stop_at(StopAt::tcp);
    bench.connected();
    CHECK(bench.session->state() == State::silent);
    CHECK(bench.wire().empty());
    bench.bytes(connack_5);
    CHECK(bench.session->state() == State::silent);
    bench.end(0);
    CHECK(bench.failure() == "silent/closed");
  }
  SECTION("client_hello: the first flight and no more") {
    Bench bench(tls_transport());
    bench.session->stop_at(StopAt::client_hello);
    bench.connected();
    CHECK(bench.session->state() == State::silent);
    CHECK(bench.wire() == "<hello>");
    bench.bytes("server flight");  // the script is empty: TLS must not be asked
    CHECK(bench.wire().empty());
    bench.end(ECONNRESET);
    CHECK(bench.failure() == "silent/errno:ECONNRESET");
  }
  SECTION("connect: half of the packet, after all that stands below") {
    Bench whole(tls_transport());
    whole.connected();
    whole.step({.events = {tls::EventKind::handshake_done}});
    Bench bench(tls_transport());
    bench.session->stop_at(StopAt::connect);
    bench.connected();
    bench.step({.events = {tls::EventKind::handshake_done}});
    CHECK(bench.session->state() == State::silent);
    const std::string packet = whole.wire().substr(std::string("<finished><").size());
    const std::string half = packet.substr(0, (packet.size() - 1) / 2);
    CHECK(bench.wire() == "<finished><" + half + ">");
  }
  SECTION("our own end says nothing either") {
    Bench bench(tls_transport());
    bench.session->stop_at(StopAt::client_hello);
    bench.connected();
    bench.io.clear();
    bench.session->disconnect(bench.io);
    CHECK(bench.session->state() == State::closed);
    CHECK(bench.wire().empty());
  }
}
