// MQTT against the borders of messages, fragments and frame headers: all of these must be read
// right ([MQTT-6.0.0-2], RFC 6455 sections 5.2 and 5.4).
#include <thread>

#include "harness/check/websocket/table.hpp"

namespace handfast::check::wss {

namespace {

using websocket::Opcode;

Move served(std::string what, std::function<void(Conversation&, Step&)> play) {
  Move move;
  move.what = std::move(what);
  move.play = when_open(std::move(play));
  return move;
}

struct Halves {
  Bytes first, second;
};

Halves halves_of(const Bytes& packet) {
  const auto middle = packet.begin() + static_cast<std::ptrdiff_t>(packet.size() / 2);
  return {.first = {packet.begin(), middle}, .second = {middle, packet.end()}};
}

void connack_and_ping(Conversation& talk) {
  if (talk.await_connack()) talk.ping();
}

void split_connect(Conversation& talk, Step&) {
  const auto connect = halves_of(talk.connect_bytes());
  talk.send(in_frame(connect.first));
  talk.send(in_frame(connect.second));
  connack_and_ping(talk);
}

void byte_messages(Conversation& talk, Step& step) {
  for (const auto& byte : talk.connect_bytes()) talk.send(in_frame(ByteView(&byte, 1)));
  step.facts.emplace_back("messages", std::to_string(talk.connect_bytes().size()));
  connack_and_ping(talk);
}

void two_packets(Conversation& talk, Step&) {
  auto packets = talk.connect_bytes();
  mqtt::encode_pingreq(packets);
  talk.send(in_frame(packets));
  if (!talk.await_connack()) return;
  const auto answer = talk.await(mqtt::PacketType::pingresp, talk.timeouts().pingresp);
  talk.note(answer.has_value(), "pingresp");
}

void two_fragments(Conversation& talk, Step&) {
  const auto connect = halves_of(talk.connect_bytes());
  talk.send(Frame{.fin = false, .payload = connect.first});
  talk.send(Frame{.opcode = Opcode::continuation, .payload = connect.second});
  connack_and_ping(talk);
}

void ping_between(Conversation& talk, Step& step) {
  constexpr std::string_view payload = "between";
  const auto connect = halves_of(talk.connect_bytes());
  talk.send(Frame{.fin = false, .payload = connect.first});
  talk.send(Frame{.opcode = Opcode::ping, .payload = Bytes(payload.begin(), payload.end())});
  const bool pong = talk.await_pong(payload);
  step.facts.emplace_back("pong", pong ? "yes" : "no");
  talk.send(Frame{.opcode = Opcode::continuation, .payload = connect.second});
  connack_and_ping(talk);
}

CheckSpec ping_between_row() {
  auto move = served("a ping between two fragments", ping_between);
  move.facts = {
      {.name = "pong", .values = {"yes"}, .otherwise = "a ping inside a message got no pong"}};
  return wss_spec("ws-frame-ping-between", std::move(move));
}

/// The header goes out byte by byte, each in a TLS record of its own, with pauses that keep a
/// server from reading two at once.
void send_with_split_header(Conversation& talk, const Frame& frame) {
  constexpr auto pause = std::chrono::milliseconds(20);
  const auto wire = to_wire(frame);
  const auto header = header_bytes(frame);
  for (std::size_t i = 0; i < header; ++i) {
    talk.send(ByteView(wire).subspan(i, 1));
    std::this_thread::sleep_for(pause);
  }
  talk.send(ByteView(wire).subspan(header));
}

Bytes publish_of(Conversation& talk, std::size_t payload_bytes) {
  const auto topic = "handfast/unread/" + talk.client_id();
  const Bytes payload(payload_bytes, 'x');
  mqtt::PublishView publish;
  publish.topic = topic;
  publish.payload = payload;
  Bytes bytes;
  // Fails for a packet above 256 MiB alone.
  if (!mqtt::encode_publish(bytes, mqtt::Version::v3_1_1, publish)) bytes.clear();
  return bytes;
}

/// A PUBLISH of that size behind a usual CONNECT; PINGRESP shows that it was read.
Move split_publish(std::string what, std::size_t payload_bytes) {
  return served(std::move(what), [payload_bytes](Conversation& talk, Step&) {
    if (!talk.connect()) return;
    send_with_split_header(talk, Frame{.payload = publish_of(talk, payload_bytes)});
    talk.ping();
  });
}

constexpr std::size_t two_length_bytes = 300;
constexpr std::size_t eight_length_bytes = 70000;

const std::string large_whole = "a PUBLISH of 70,000 bytes, its header whole";
const std::string large_split = "a PUBLISH of 70,000 bytes, its 64-bit header split";

MoveRow header_split_moves() {
  MoveRow row;
  row.moves.push_back(served("CONNECT, its header split", [](Conversation& talk, Step&) {
    send_with_split_header(talk, Frame{.payload = talk.connect_bytes()});
    connack_and_ping(talk);
  }));
  row.moves.push_back(
      split_publish("a PUBLISH of 300 bytes, its 16-bit header split", two_length_bytes));
  row.moves.push_back(served(large_whole, [](Conversation& talk, Step&) {
    if (!talk.connect()) return;
    talk.send(in_frame(publish_of(talk, eight_length_bytes)));
    talk.ping();
  }));
  row.moves.push_back(split_publish(large_split, eight_length_bytes));
  return row;
}

/// The 64-bit form counts only where the same packet is taken with its header whole: brokers limit
/// packets.
Judgement judge_header_split(const MoveRow& all, Level level, const ScriptEvidence& evidence) {
  MoveRow row = all;
  const auto* whole = find_step(evidence, large_whole);
  const bool takes_large = whole != nullptr && whole->outcome == probe::Outcome::accept;
  std::erase_if(row.moves, [&](const Move& move) {
    return move.what == large_whole || (move.what == large_split && !takes_large);
  });
  auto judgement = judge_moves(row, level, evidence);
  if (!takes_large) judgement.reason += "; the 64-bit form is above the broker's packet limit";
  return judgement;
}

CheckSpec header_split() {
  ScriptPlan plan;
  plan.drive = [](Bench& bench) { return drive_moves(header_split_moves(), bench); };
  plan.judge = [](Level level, const ScriptEvidence& evidence) {
    return judge_header_split(header_split_moves(), level, evidence);
  };
  return wss_spec("ws-frame-header-split", std::move(plan));
}

}  // namespace

std::vector<CheckSpec> frame_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(
      wss_spec("ws-frame-binary-split", served("CONNECT in two messages", split_connect)));
  rows.push_back(
      wss_spec("ws-frame-byte-each", served("CONNECT, one byte a message", byte_messages)));
  rows.push_back(
      wss_spec("ws-frame-many-packets", served("CONNECT and PINGREQ in one message", two_packets)));
  rows.push_back(
      wss_spec("ws-frame-continuation", served("CONNECT in two fragments", two_fragments)));
  rows.push_back(ping_between_row());
  rows.push_back(header_split());
  return rows;
}

}  // namespace handfast::check::wss
