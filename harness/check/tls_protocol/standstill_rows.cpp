// A client that does not read, and a broker that stops: what others and the own connection see.
#include <fmt/format.h>

#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;

constexpr int slow_publishes = 400;
constexpr std::size_t slow_payload_bytes = std::size_t{64} << 10U;  // 25 MiB in all
constexpr int publishes_a_look = 50;
constexpr int small_buffer_bytes = 64 << 10;  // the system would take all of it by itself

/// A round trip and a ping. Being served late is being held up.
bool other_is_served(Bench& bench, Talk& other) {
  constexpr auto soon = 3s;
  const auto begin = Clock::now();
  const auto topic = "handfast/other/" + bench.fresh_id();
  if (!subscribe(other, topic)) return false;
  other.line().send(publish_bytes(topic, Bytes{'h', 'i'}));
  return other.await(mqtt::PacketType::publish, other.timeouts().connack).has_value() &&
         other.ping() && Clock::now() - begin < soon;
}

/// What becomes of the client itself once it reads again.
std::string fate_of(Talk& reader) {
  if (reader.await(mqtt::PacketType::publish, 10s)) {
    // Messages of QoS 0 may have been dropped; that it is served on is what counts.
    while (reader.await(mqtt::PacketType::publish, 200ms)) continue;
    return reader.ping() ? "served on" : "cut off";
  }
  return reader.line().over() ? "cut off" : "silent";
}

Step slow_reader(Bench& bench, ScriptEvidence& evidence) {
  auto other = Talk::open(bench, {});
  auto publisher = Talk::open(bench, {});
  if (!other || !publisher || !other->to_pingresp() || !publisher->to_pingresp()) {
    return {.detail = "the clients beside it were not served"};
  }
  const auto topic = "handfast/slow/" + bench.fresh_id();
  return with_talk(bench, evidence, "", {}, [&](Talk& reader, Step& step) {
    if (!reader.to_pingresp() || !subscribe(reader, topic)) return;
    reader.line().raw().limit_receive_buffer(small_buffer_bytes);
    const auto publish = publish_bytes(topic, Bytes(slow_payload_bytes, 's'));
    bool served = true;
    int sent = 0;
    for (; sent < slow_publishes && served; ++sent) {
      // A broker may hold the publisher up, or end it: others are what the row is about.
      if (!publisher->line().send(publish)) break;
      if (sent % publishes_a_look == 0) served = other_is_served(bench, *other);
    }
    // A broker may have taken them all in and not begun to pass them on: the publisher's own
    // PINGRESP comes behind them, unless the broker is stuck.
    publisher->ping();
    served = served && other_is_served(bench, *other);
    step.facts.emplace_back("others", served ? "served" : "blocked");
    step.facts.emplace_back("messages published", std::to_string(sent));
    step.facts.emplace_back("the reader", fate_of(reader));
  });
}

CheckSpec slow_reader_row() {
  Move move;
  move.what = "a subscriber stops reading";
  move.play = slow_reader;
  move.expect = Expect::any;
  move.facts = {{.name = "others",
                 .values = {"served"},
                 .otherwise = "another client was not served while one did not read",
                 .level = Level::must}};
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of("tls-mqtt-slow-reader", std::move(row));
}

constexpr std::uint8_t server_shutting_down = 0x8b;  // MQTT 5 section 3.14.2.1

/// DISCONNECT with that reason as the newest packet.
bool says_shutting_down(const Bytes& inbox) {
  constexpr std::uint8_t disconnect = 0xe0;
  for (std::size_t i = 0; i + 2 < inbox.size(); ++i) {
    if (inbox[i] == disconnect && inbox[i + 2] == server_shutting_down) return true;
  }
  return false;
}

bool connect_as_v5(Bench& bench, Talk& talk) {
  mqtt::Connect connect;
  connect.version = mqtt::Version::v5_0;
  connect.client_id = bench.fresh_id();
  Bytes packet;
  if (!talk.handshake() || !mqtt::encode_connect(packet, connect)) return false;
  talk.line().send(packet);
  auto& inbox = talk.line().inbox();
  talk.line().await([&] { return inbox.size() >= 5; }, Clock::now() + talk.timeouts().connack);
  const bool accepted = inbox.size() >= 5 && inbox[0] == 0x20 && inbox[3] == 0;
  inbox.clear();
  return accepted;
}

std::string end_of(Talk& talk) {
  talk.await_end(5s);
  talk.note(false, "pingresp");
  return std::string(probe::to_string(talk.step("").close));
}

Step broker_stops(Bench& bench, ScriptEvidence& /*evidence*/) {
  if (!bench.has_spares()) return left_out("no-further-broker");
  auto spare = bench.spare({"one"});
  if (!spare) return {.detail = spare.error().text()};
  TalkOptions options;
  options.endpoint = (*spare)->endpoint("one");
  auto old_client = Talk::open(bench, options);
  auto new_client = Talk::open(bench, options);
  if (!old_client || !new_client || !old_client->to_pingresp()) {
    return {.detail = "the clients of the broker that is to stop were not served"};
  }
  const bool is_v5 = connect_as_v5(bench, *new_client);
  if (auto stopped = (*spare)->stop(); !stopped) return {.detail = stopped.error().text()};
  Step step;
  step.facts.emplace_back("ended by", end_of(*old_client));
  step.outcome = old_client->step("").outcome;
  step.close = old_client->step("").close;
  if (is_v5) {
    end_of(*new_client);
    step.facts.emplace_back("MQTT 5 DISCONNECT 0x8B",
                            says_shutting_down(new_client->line().inbox()) ? "sent" : "absent");
  }
  return step;
}

CheckSpec broker_stop_row() {
  Move move;
  move.what = "the broker is stopped under its clients";
  move.play = broker_stops;
  move.expect = Expect::reject;
  move.facts = {{.name = "ended by",
                 .values = {"close_notify"},
                 .otherwise = "the connection ended without close_notify"}};
  MoveRow row;
  row.moves.push_back(std::move(move));
  auto spec = spec_of("tls-broker-stop", std::move(row));
  spec.capabilities = {"oob.restart"};
  return spec;
}

}  // namespace

std::vector<CheckSpec> standstill_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(slow_reader_row());
  rows.push_back(broker_stop_row());
  return rows;
}

}  // namespace handfast::check::tls_protocol
