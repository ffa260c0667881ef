#include "loadgen/session.hpp"

#include <cerrno>

#include "core/mqtt/connect.hpp"
#include "core/mqtt/disconnect.hpp"
#include "core/mqtt/packet.hpp"
#include "tests/unit/loadgen/session_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;
using State = Session::State;

TEST_CASE("tcp: CONNECT goes out at once, CONNACK establishes", "[loadgen]") {
  for (const auto version : {mqtt::Version::v3_1_1, mqtt::Version::v5_0}) {
    Bench bench(tcp(version));
    manual_now += 3ms;
    bench.connected();
    CHECK(bench.session->state() == State::connack);
    const auto sent = mqtt::decode_packet(bench.io.out.wire, version);
    REQUIRE(sent);
    const auto& connect = std::get<mqtt::Connect>(sent->packet);
    CHECK(connect.client_id == "me");
    CHECK(connect.keep_alive_s == 60);
    CHECK(connect.version == version);
    REQUIRE(bench.io.phases.size() == 1);
    CHECK(bench.io.phases[0].phase == stats::Phase::tcp);
    CHECK(bench.io.phases[0].end - bench.io.phases[0].begin == 3ms);

    manual_now += 2ms;
    bench.bytes(version == mqtt::Version::v5_0 ? connack_5 : connack_4);
    CHECK(bench.session->state() == State::established);
    REQUIRE(bench.io.phases.size() == 1);
    CHECK(bench.io.phases[0].phase == stats::Phase::connack);
    CHECK(bench.io.phases[0].end - bench.io.phases[0].begin == 2ms);

    bench.io.clear();
    bench.session->disconnect(bench.io);
    CHECK(bench.session->state() == State::closed);
    CHECK(to_hex(bench.io.out.wire) == "e000");
  }
}

TEST_CASE("CONNACK may arrive byte by byte", "[loadgen]") {
  Bench bench(tcp());
  bench.connected();
  for (const char byte : connack_5) {
    CHECK(bench.session->state() == State::connack);
    bench.bytes({&byte, 1});
  }
  CHECK(bench.session->state() == State::established);
}

TEST_CASE("tls: CONNECT leaves with Finished, and the phases split there", "[loadgen]") {
  Bench bench(tls_transport());
  bench.connected();
  CHECK(bench.wire() == "<hello>");
  CHECK(bench.session->state() == State::tls);
  manual_now += 7ms;
  bench.step({.events = {tls::EventKind::handshake_done}});
  CHECK(bench.session->state() == State::connack);
  CHECK(bench.io.handshake_done);
  CHECK(bench.wire().starts_with("<finished><\x10"));
  REQUIRE(bench.io.phases.size() == 1);
  CHECK(bench.io.phases[0].phase == stats::Phase::tls);
  CHECK(bench.io.phases[0].end - bench.io.phases[0].begin == 7ms);
  bench.step({.events = {tls::EventKind::session}, .plain = connack_5});
  CHECK(bench.session->state() == State::established);
  bench.io.clear();
  bench.session->disconnect(bench.io);
  CHECK(bench.wire() == std::string("<\xe0\x00><notify>", 12));
}

TEST_CASE("An alert after our handshake is a failure of connack, in its own words", "[loadgen]") {
  const tls::Failure refused{.cause = tls::Cause::alert_received, .alert = {2, 116}};
  Bench bench(tls_transport());
  bench.connected();
  bench.step({.events = {tls::EventKind::handshake_done}});
  SECTION("read right away") {
    bench.step(
        {.events = {tls::EventKind::alert_received, tls::EventKind::failed}, .failure = refused});
  }
  SECTION("read after a write that failed") {
    bench.session->on_write_error(EPIPE);
    CHECK(bench.session->state() == State::connack);
    CHECK(bench.session->write_failed());
    bench.step(
        {.events = {tls::EventKind::alert_received, tls::EventKind::failed}, .failure = refused});
  }
  CHECK(bench.failure() == "connack/alert_received:certificate_required(116)");
}

TEST_CASE("A failed write counts by its errno when no reason follows", "[loadgen]") {
  Bench bench(tls_transport());
  bench.connected();
  bench.step({.events = {tls::EventKind::handshake_done}});
  bench.session->on_write_error(EPIPE);
  SECTION("the stream ends") { bench.end(0); }
  SECTION("the stream is reset") { bench.end(ECONNRESET); }
  SECTION("nothing comes") { bench.session->on_deadline(); }
  CHECK(bench.failure() == "connack/errno:EPIPE");
}

TEST_CASE("The end of the transport is counted where it happened", "[loadgen]") {
  SECTION("refused") {
    Bench bench(tls_transport());
    bench.end(ECONNREFUSED);
    CHECK(bench.failure() == "tcp/errno:ECONNREFUSED");
  }
  SECTION("closed during the handshake") {
    Bench bench(tls_transport());
    bench.connected();
    bench.end(0);
    CHECK(bench.failure() == "tls/closed");
  }
  SECTION("reset during the handshake") {
    Bench bench(tls_transport());
    bench.connected();
    bench.end(ECONNRESET);
    CHECK(bench.failure() == "tls/errno:ECONNRESET");
  }
  SECTION("close_notify before CONNACK") {
    Bench bench(tls_transport());
    bench.connected();
    bench.step({.events = {tls::EventKind::handshake_done}});
    bench.step({.events = {tls::EventKind::closed}});
    CHECK(bench.failure() == "connack/closed");
  }
  SECTION("closed while held") {
    Bench bench(tcp());
    bench.connected();
    bench.bytes(connack_5);
    bench.end(0);
    CHECK(bench.failure() == "established/closed");
  }
}

TEST_CASE("Deadlines are counted in the phase that was waited for", "[loadgen]") {
  Bench bench(ws());
  SECTION("tcp") {
    bench.session->on_deadline();
    CHECK(bench.failure() == "tcp/deadline");
  }
  SECTION("upgrade") {
    bench.connected();
    bench.session->on_deadline();
    CHECK(bench.failure() == "upgrade/deadline");
  }
}

TEST_CASE("The first failure stays, whatever follows", "[loadgen]") {
  Bench bench(tcp());
  bench.connected();
  bench.end(ECONNRESET);
  bench.session->on_deadline();
  bench.session->fail_local("local:x");
  bench.bytes(connack_5);
  CHECK(bench.failure() == "connack/errno:ECONNRESET");
}

TEST_CASE("Handshakes that fail say how", "[loadgen]") {
  Bench bench(tls_transport());
  bench.connected();
  SECTION("the chain") {
    bench.step({.events = {tls::EventKind::alert_sent, tls::EventKind::failed},
                .failure = {.cause = tls::Cause::alert_sent, .alert = {2, 45}, .verify_code = 10}});
    CHECK(bench.failure() == "tls/verify:cert_has_expired(10)");
  }
  SECTION("no TLS at all") {
    bench.step({.events = {tls::EventKind::failed}, .failure = {.cause = tls::Cause::protocol}});
    CHECK(bench.failure() == "tls/tls:protocol");
  }
}

TEST_CASE("Refused, broken and foreign answers to CONNECT are told apart", "[loadgen]") {
  const auto answered = [](std::string_view answer, mqtt::Version version) {
    Bench bench(tcp(version));
    bench.connected();
    bench.bytes(answer);
    return bench.failure();
  };
  CHECK(answered({"\x20\x02\x00\x05", 4}, mqtt::Version::v3_1_1) ==
        "connack/connack:not_authorized(5)");
  CHECK(answered({"\x20\x03\x00\x87\x00", 5}, mqtt::Version::v5_0) ==
        "connack/connack:not_authorized(135)");
  CHECK(answered({"\x20\x03\x04\x00\x00", 5}, mqtt::Version::v5_0) == "connack/mqtt:malformed");
  CHECK(answered({"\xd0\x00", 2}, mqtt::Version::v5_0) == "connack/mqtt:unexpected_packet");
  CHECK(answered("HTTP/1.1 400 Bad Request\r\n", mqtt::Version::v5_0) ==
        "connack/mqtt:unexpected_packet");
  CHECK(answered({"\x20\xff\xff\xff\x7f", 5}, mqtt::Version::v5_0) == "connack/mqtt:malformed");
}

TEST_CASE("A server that ends an established session gives its reason", "[loadgen]") {
  Bench bench(tcp());
  bench.connected();
  bench.bytes(connack_5);
  bench.bytes({"\xe0\x01\x8e", 3});
  CHECK(bench.failure() == "established/disconnect:session_taken_over(142)");
}

TEST_CASE("PINGREQ waits for its PINGRESP, other packets do not count", "[loadgen]") {
  Bench bench(tcp());
  bench.connected();
  bench.bytes(connack_5);
  CHECK_FALSE(bench.session->ping_outstanding());
  bench.io.clear();
  bench.session->ping(bench.io);
  CHECK(to_hex(bench.io.out.wire) == "c000");
  CHECK(bench.session->ping_outstanding());
  bench.bytes({"\x30\x04\x00\x01t\x00", 6});
  CHECK(bench.session->ping_outstanding());
  bench.bytes({"\xd0\x00", 2});
  CHECK_FALSE(bench.session->ping_outstanding());
  CHECK(bench.session->state() == State::established);
}

TEST_CASE("The server's keep alive overrules ours", "[loadgen]") {
  Bench bench(tcp());
  CHECK(bench.session->keep_alive() == 60s);
  bench.connected();
  bench.bytes({"\x20\x06\x00\x00\x03\x13\x00\x05", 8});
  REQUIRE(bench.session->state() == State::established);
  CHECK(bench.session->keep_alive() == 5s);
}

TEST_CASE("ws: upgrade, CONNECT in a masked frame, CONNACK in a frame (S2-28 S2-36)", "[loadgen]") {
  Bench bench(ws());
  bench.connected();
  CHECK(bench.session->state() == State::upgrade);
  const std::string request = bench.wire();
  CHECK(request.starts_with("GET /mqtt HTTP/1.1\r\n"));
  manual_now += 4ms;
  SECTION("CONNACK later, in two frames") {
    bench.bytes(answer_101(request));
    CHECK(bench.session->state() == State::connack);
    REQUIRE(bench.io.phases.size() == 1);
    CHECK(bench.io.phases[0].phase == stats::Phase::upgrade);
    CHECK(bench.io.phases[0].end - bench.io.phases[0].begin == 4ms);
    CHECK((bench.io.out.wire.at(0) == 0x82 && (bench.io.out.wire.at(1) & 0x80) != 0));
    bench.bytes(frame(connack_5.substr(0, 2)) + frame(connack_5.substr(2)));
  }
  SECTION("CONNACK in the same bytes as the answer") {
    bench.bytes(answer_101(request) + frame(connack_5));
  }
  CHECK(bench.session->state() == State::established);

  bench.bytes(frame("hi", websocket::Opcode::ping));
  CHECK((bench.io.out.wire.at(0) == 0x8a && bench.io.out.wire.at(1) == 0x82));
  bench.io.clear();
  bench.session->disconnect(bench.io);
  // A frame with DISCONNECT (masked, two bytes), then Close with its code.
  REQUIRE(bench.io.out.wire.size() == 8 + 8);
  CHECK(bench.io.out.wire[8] == 0x88);
}

TEST_CASE("ws: after hours of silence both directions work, on the one handshake (S2-30)",
          "[loadgen]") {
  Bench bench(ws());
  bench.connected();
  bench.bytes(answer_101(bench.wire()) + frame(connack_5));
  REQUIRE(bench.session->state() == State::established);
  for (int round = 0; round < 3; ++round) {
    manual_now += 5h;
    // The server speaks unasked while our own question is under way.
    bench.io.clear();
    bench.session->ping(bench.io);
    REQUIRE(bench.io.out.wire.size() == 2 + 4 + 2);  // a frame, and nothing of HTTP
    CHECK(bench.io.out.wire[0] == 0x82);
    CHECK(bench.session->ping_outstanding());
    bench.bytes(frame({"\x30\x04\x00\x01t\x00", 6}));
    CHECK(bench.session->ping_outstanding());
    bench.bytes(frame({"\xd0\x00", 2}));
    CHECK_FALSE(bench.session->ping_outstanding());
    CHECK(bench.session->state() == State::established);
  }
}

TEST_CASE("ws: the upgrade carries the fleet's Origin (S2-34)", "[loadgen]") {
  auto protocol = ws();
  Bench without(protocol);
  without.connected();
  CHECK(without.wire().find("Origin:") == std::string::npos);
  protocol.origin = "https://app.example";
  Bench bench(protocol);
  bench.connected();
  CHECK(bench.wire().find("\r\nOrigin: https://app.example\r\n") != std::string::npos);
}

TEST_CASE("ws: refusals of the upgrade keep their status", "[loadgen]") {
  Bench bench(ws());
  bench.connected();
  SECTION("404") {
    bench.bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    CHECK(bench.failure() == "upgrade/http:404");
  }
  SECTION("101 with a wrong key") {
    bench.bytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    CHECK(bench.failure() == "upgrade/http:protocol");
  }
  SECTION("no HTTP") {
    bench.bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    CHECK(bench.failure() == "upgrade/http:protocol");
  }
}

TEST_CASE("ws: a Close frame and a broken frame are told apart", "[loadgen]") {
  Bench bench(ws());
  bench.connected();
  const std::string request = bench.wire();
  SECTION("close") {
    bench.bytes(answer_101(request) + std::string("\x88\x02\x03\xea", 4));
    CHECK(bench.failure() == "connack/websocket:close(1002)");
  }
  SECTION("masked by the server") {
    bench.bytes(answer_101(request) + std::string("\x82\x85\x01\x02\x03\x04", 6));
    CHECK(bench.failure() == "connack/websocket:protocol");
  }
}

TEST_CASE("A TLS layer that cannot send ends the session with its reason", "[loadgen]") {
  Bench bench(tls_transport());
  bench.connected();
  bench.tls->may_send = false;
  bench.step({.events = {tls::EventKind::handshake_done}});
  CHECK(bench.failure() == "connack/tls:local");
}
