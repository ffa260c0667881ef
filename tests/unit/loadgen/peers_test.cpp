// Peers that misbehave in every state: a session ends in exactly one cause of the documented
// vocabulary (docs/connection-behaviours.md), whatever comes. libssl on both sides, no sockets.
#include <algorithm>
#include <array>

#include "tests/support/hex.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"
#include "tests/unit/loadgen/session_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace handfast::test;
using State = Session::State;

namespace {

const Bytes connack = hex("20 03 00 00 00");

bool in_vocabulary(const stats::FailureKey& failure) {
  static constexpr std::array<std::string_view, 5> phases{"tcp", "tls", "upgrade", "connack",
                                                          "established"};
  static constexpr std::array<std::string_view, 9> whole{
      "closed",         "deadline",           "tls:protocol",   "tls:local",
      "http:protocol",  "websocket:protocol", "mqtt:malformed", "mqtt:unexpected_packet",
      "takeover:stayed"};
  static constexpr std::array<std::string_view, 8> beginnings{
      "errno:E", "alert_received:", "alert_sent:", "verify:",
      "http:",   "connack:",        "disconnect:", "websocket:close("};
  const auto begins = [&](std::string_view word) { return failure.cause.starts_with(word); };
  return std::ranges::count(phases, failure.phase) == 1 &&
         (std::ranges::count(whole, failure.cause) == 1 || std::ranges::any_of(beginnings, begins));
}

/// A session over real TLS and the server at its other end.
struct World {
  explicit World(int max_version = TLS1_3_VERSION)
      : server(
            {.identity = test_pki().server_identity(), .max_version = max_version, .echo = false}) {
    static const auto engine = tls::make_libssl_engine({.trust = test_pki().trust()}).value();
    session.emplace(protocol, engine->make_client({.host = "localhost"}).value(), "me",
                    Clock::now());
    session->on_connected(io);
  }
  /// The server's answer to what the session has said since the last time.
  Bytes answer() {
    const Bytes said = std::move(io.out.wire);
    io.clear();
    return server.feed(said);
  }
  void hear(ByteView bytes) {
    io.clear();
    session->on_bytes(bytes, io);
  }
  void end() {
    Exchange rest(1);
    session->on_end(0, rest);
  }
  /// Up to the point where CONNECT has left and nothing came back yet.
  void until_connect() {
    for (int i = 0; i < 4 && session->state() == State::tls; ++i) {
      const Bytes flight = answer();
      io.clear();
      session->on_bytes(flight, io);
    }
    REQUIRE(session->state() == State::connack);
    const Bytes tickets = answer();
    if (!tickets.empty()) hear(tickets);
  }
  std::string failure() const {
    INFO("state " << static_cast<int>(session->state()));
    REQUIRE(session->failure());
    CHECK(session->state() == State::failed);
    CHECK(in_vocabulary(*session->failure()));
    return session->failure()->phase + "/" + session->failure()->cause;
  }

  Protocol protocol = tls_transport();
  MemoryServer server;
  Exchange io{1};
  std::optional<Session> session;
};

}  // namespace

TEST_CASE("A server that closes at any byte of its first flight: closed, in tls", "[loadgen]") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const std::size_t whole = World(version).answer().size();
    REQUIRE(whole > 500);
    for (std::size_t cut = 0; cut < whole - 16; ++cut) {
      World world(version);
      const Bytes flight = world.answer();
      world.hear(ByteView(flight).first(std::min(cut, flight.size() - 16)));
      world.end();
      REQUIRE(world.failure() == "tls/closed");
    }
  }
}

TEST_CASE("A server that closes at any byte of what follows the handshake: closed, in connack",
          "[loadgen]") {
  for (std::size_t cut = 0;; ++cut) {
    World world;
    const Bytes flight = world.answer();
    world.hear(flight);
    Bytes rest = world.answer();
    const Bytes answer = world.server.send(connack);
    rest.insert(rest.end(), answer.begin(), answer.end());
    if (cut >= rest.size()) break;
    world.hear(ByteView(rest).first(cut));
    world.end();
    REQUIRE(world.failure() == "connack/closed");
  }
}

TEST_CASE("Every alert in plain text instead of a ServerHello is named", "[loadgen]") {
  int named = 0;
  for (int description = 1; description < 256; ++description) {
    if (tls::alert_name(static_cast<std::uint8_t>(description)).starts_with("unknown")) continue;
    World world;
    (void)world.answer();
    world.hear(Bytes{21, 3, 3, 0, 2, 2, static_cast<std::uint8_t>(description)});
    if (!world.session->over()) world.end();
    const std::string failure = world.failure();
    if (failure.starts_with("tls/alert_received:")) ++named;
  }
  CHECK(named >= 25);
}

TEST_CASE("Garbage, and half a record, in every state above TLS", "[loadgen]") {
  const std::array<Bytes, 6> inputs{hex("00"),
                                    Bytes(100, 0xff),
                                    hex("16 03 03 40 00 02"),
                                    hex("17 03 03 00 05 01 02"),
                                    hex("14 03 03 00 01 02"),
                                    Bytes(70000, 0x16)};
  for (const Bytes& input : inputs) {
    for (const bool connected : {false, true}) {
      World world;
      if (connected) {
        world.until_connect();
      } else {
        (void)world.answer();
      }
      world.hear(input);
      if (!world.session->over()) world.end();
      INFO(world.failure());
      CHECK(world.failure().starts_with(connected ? "connack/" : "tls/"));
    }
  }
}

TEST_CASE("A flood of tickets is swallowed, and one with a close is a close", "[loadgen]") {
  World world;
  world.until_connect();
  const Bytes flood = world.server.tickets(1000);
  REQUIRE(flood.size() > 50'000);
  world.hear(flood);
  CHECK(world.session->state() == State::connack);
  SECTION("CONNACK behind it is heard") {
    world.hear(world.server.send(connack));
    CHECK(world.session->state() == State::established);
  }
  SECTION("close behind it") {
    Bytes last = world.server.tickets(1);
    const Bytes notify = world.server.close();
    last.insert(last.end(), notify.begin(), notify.end());
    world.hear(last);
    CHECK(world.failure() == "connack/closed");
  }
}

TEST_CASE("Packets that announce more than a client believes are malformed", "[loadgen]") {
  for (const bool established : {false, true}) {
    Bench bench(tcp());
    bench.connected();
    if (established) bench.bytes(connack_5);
    const Bytes announced = hex(established ? "30 ff ff ff 7f 00" : "20 ff ff ff 7f 00");
    bench.bytes(as_text(announced));
    CHECK(bench.failure() ==
          (established ? "established/mqtt:malformed" : "connack/mqtt:malformed"));
  }
}

TEST_CASE("Packets of every type, where none is due, end in a word of the vocabulary",
          "[loadgen]") {
  for (int first = 0; first < 256; ++first) {
    for (const bool established : {false, true}) {
      for (const std::string_view body :
           {std::string_view("\x00", 1), std::string_view("\x02\x00\x01", 3),
            std::string_view("\x03\x00\x00\x00", 4)}) {
        Bench bench(tcp());
        bench.connected();
        if (established) bench.bytes(connack_5);
        bench.bytes(std::string(1, static_cast<char>(first)) + std::string(body));
        if (!bench.session->over()) bench.end(0);
        CHECK(in_vocabulary(*bench.session->failure()));
      }
    }
  }
  Bench twice(tcp());
  twice.connected();
  twice.bytes(connack_5 + connack_5);
  CHECK(twice.failure() == "established/mqtt:unexpected_packet");
}

TEST_CASE("WebSocket frames that no server may send end the session", "[loadgen]") {
  Bench bench(ws());
  bench.connected();
  const std::string answer = answer_101(bench.wire());
  SECTION("an accept key of another request") {
    std::string wrong = answer;
    const auto key = wrong.find("Sec-WebSocket-Accept: ");
    REQUIRE(key != std::string::npos);
    char& letter = wrong[key + std::string("Sec-WebSocket-Accept: ").size()];
    letter = letter == 'A' ? 'B' : 'A';
    bench.bytes(wrong);
    CHECK(bench.failure() == "upgrade/http:protocol");
  }
  SECTION("masked") {
    bench.bytes(answer);
    bench.bytes(as_text(hex("82 81 00 00 00 00 20")));
    CHECK(bench.failure() == "connack/websocket:protocol");
  }
  SECTION("a length with its highest bit set") {
    bench.bytes(answer);
    bench.bytes(as_text(hex("82 7f ff ff ff ff ff ff ff ff")));
    CHECK(bench.failure() == "connack/websocket:protocol");
  }
  SECTION("text where binary is due, or a reserved opcode") {
    bench.bytes(answer);
    bench.bytes(as_text(hex("8b 00")));
    CHECK(bench.failure() == "connack/websocket:protocol");
  }
}
