// Section C6, its first half: bytes that are no handshake, and handshakes that never end.
#include <fmt/format.h>

#include <algorithm>

#include "core/mqtt/ping.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/reframe.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::RawConnection;
using RawPlay = std::function<void(RawConnection&, Step&)>;

/// As long as a broker may let an unfinished connection live that declares no deadline
/// (chain-cases.md 1.7).
constexpr Nanos longest_half_open = 120s;

/// A Step of a connection without TLS of ours; its end is told as it was.
Step raw_connection(Bench& bench, const std::string& listener, const RawPlay& play) {
  Step step;
  auto opened = RawConnection::open(bench.endpoint(listener), bench.timeouts().tcp);
  if (!opened) {
    step.detail = opened.error().text();
    return step;
  }
  step.outcome = probe::Outcome::hang;
  play(*opened, step);
  step.took = opened->over() ? opened->lived() : Clock::now() - opened->opened_at();
  if (!opened->over() || step.outcome == probe::Outcome::accept) return step;
  step.outcome = probe::Outcome::reject;
  step.close =
      opened->end() == probe::RawEnd::reset ? probe::CloseKind::rst : probe::CloseKind::fin;
  step.facts.emplace_back("closed after", fmt::format("{:.1f} s", seconds(step.took)));
  return step;
}

/// The alert in clear, when that is what came.
void note_alert(const RawConnection& connection, Step& step) {
  const auto flight = tls::native::read_first_flight(connection.received());
  if (flight.alert) step.alert = flight.alert->description;
}

Move raw_move(std::string what, std::string listener, RawPlay play) {
  Move move;
  move.what = std::move(what);
  move.expect = Expect::reject;
  move.play = [listener = std::move(listener), play = std::move(play)](
                  Bench& bench, ScriptEvidence&) { return raw_connection(bench, listener, play); };
  return move;
}

CheckSpec raw_row(const std::string& id, Move move, std::string listener = "one") {
  MoveRow row;
  row.listeners = {std::move(listener)};
  row.moves.push_back(std::move(move));
  return spec_of(id, std::move(row));
}

Bytes clear_connect() {
  mqtt::Connect connect;
  connect.version = mqtt::Version::v3_1_1;
  connect.client_id = "handfast-in-clear";
  Bytes bytes;
  // A short CONNECT always encodes.
  if (!mqtt::encode_connect(bytes, connect)) bytes.clear();
  return bytes;
}

bool begins_with_connack(const Bytes& bytes) { return !bytes.empty() && bytes[0] == 0x20; }

void plain_mqtt(RawConnection& connection, Step& step) {
  connection.send(clear_connect());
  connection.await([&] { return begins_with_connack(connection.received()); }, Clock::now() + 5s);
  if (begins_with_connack(connection.received())) {
    step.outcome = probe::Outcome::accept;
    step.detail = "CONNACK in clear";
  }
  note_alert(connection, step);
}

void http_get(RawConnection& connection, Step& step) {
  connection.send(as_bytes("GET / HTTP/1.1\r\nHost: broker\r\n\r\n"));
  connection.await_end(Clock::now() + 5s);
  note_alert(connection, step);
  if (as_text(connection.received()).starts_with("HTTP/")) {
    step.detail = "an HTTP answer in clear";
  }
}

/// A listener that answers a hello on a plain port speaks TLS there.
void hello_on_plain_port(RawConnection& connection, Step& step) {
  const auto hello = probe::make_hello(probe::HelloBase::modern, "");
  if (!hello) return;
  connection.send(probe::to_wire(*hello));
  connection.await([&] { return !connection.received().empty(); }, Clock::now() + 5s);
  if (!connection.received().empty()) {
    step.outcome = probe::Outcome::accept;
    step.detail = "it was answered: " + to_hex(ByteView(connection.received()).first(1));
    return;
  }
  connection.await_end(Clock::now() + 5s);
}

CheckSpec plain_mqtt_row() {
  auto move = raw_move("CONNECT in clear on a TLS port", "one", plain_mqtt);
  move.alerts = {alert::unexpected_message, alert::record_overflow, alert::protocol_version,
                 alert::decode_error};
  return raw_row("tls-plain-mqtt", std::move(move));
}

// --- handshakes that never end ------------------------------------------------------------------

Bytes fresh_hello() {
  const auto hello = probe::make_hello(probe::HelloBase::modern, "");
  return hello ? probe::to_wire(*hello) : Bytes{};
}

CheckSpec half_open(const std::string& id, std::string what, RawPlay begin) {
  auto move = raw_move(std::move(what), "one",
                       [begin = std::move(begin)](RawConnection& connection, Step& step) {
                         begin(connection, step);
                         connection.await_end(connection.opened_at() + longest_half_open);
                         note_alert(connection, step);
                       });
  auto spec = raw_row(id, std::move(move));
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

void dribble_for_ever(RawConnection& connection, Step&) {
  const auto hello = fresh_hello();
  for (const auto& byte : hello) {
    if (Clock::now() > connection.opened_at() + longest_half_open) return;
    if (!connection.send(ByteView(&byte, 1)) || connection.await_end(Clock::now() + 1s)) return;
  }
}

/// A client that says nothing after its handshake, and one beside it that did send CONNECT.
Step silent_after_handshake(Bench& bench, ScriptEvidence& evidence) {
  TalkOptions connected;
  connected.keep_alive_s = 0;
  auto beside = Talk::open(bench, std::move(connected));
  const bool served = beside && beside->to_pingresp();
  return with_talk(bench, evidence, "", {}, [&](Talk& talk, Step& step) {
    if (!talk.handshake()) return;
    talk.await_end(longest_half_open);
    talk.note(false, "connect");
    step.facts.emplace_back("connected client", served && beside->ping() ? "served" : "lost");
  });
}

CheckSpec no_connect_row() {
  Move move;
  move.what = "silence after the handshake";
  move.play = silent_after_handshake;
  move.expect = Expect::reject;
  move.facts = {{.name = "connected client",
                 .values = {"served"},
                 .otherwise = "a client that had sent CONNECT did not outlive the time limit",
                 .level = Level::must}};
  auto spec = raw_row("tls-no-connect", std::move(move));
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

CheckSpec slow_but_honest() {
  TalkOptions options;
  options.sender = halting(1s);  // two writes of the client, two halves each
  Move move;
  move.what = "a handshake of four seconds";
  move.play = [options](Bench& bench, ScriptEvidence& evidence) {
    return with_talk(bench, evidence, "", options, [](Talk& talk, Step& step) {
      const auto begin = Clock::now();
      if (!talk.line().handshake(begin + 15s)) return talk.note(false, "tls");
      step.facts.emplace_back("handshake", fmt::format("{:.1f} s", seconds(Clock::now() - begin)));
      talk.line().send_through({});
      if (talk.connect()) talk.ping();
    });
  };
  return raw_row("tls-slow-but-honest", std::move(move));
}

}  // namespace

std::vector<CheckSpec> noise_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(half_open("tls-halfopen-silent", "nothing", [](RawConnection&, Step&) {}));
  rows.push_back(
      half_open("tls-halfopen-hello", "half a ClientHello", [](RawConnection& connection, Step&) {
        const auto hello = fresh_hello();
        connection.send(ByteView(hello).first(hello.size() / 2));
      }));
  rows.push_back(
      half_open("tls-halfopen-nofinished", "silence behind ClientHello",
                [](RawConnection& connection, Step&) { connection.send(fresh_hello()); }));
  rows.push_back(no_connect_row());
  rows.push_back(half_open("tls-dribble-deadline", "one byte a second", dribble_for_ever));
  rows.push_back(slow_but_honest());
  rows.push_back(plain_mqtt_row());
  rows.push_back(raw_row("tls-http-noise", raw_move("HTTP GET on a TLS port", "one", http_get)));
  auto plain_port =
      raw_row("tls-on-plain-port",
              raw_move("ClientHello on a plain port", "plain", hello_on_plain_port), "plain");
  rows.push_back(std::move(plain_port));
  return rows;
}

}  // namespace handfast::check::tls_protocol
