// Frames that must end the connection (RFC 6455 section 5, [MQTT-6.0.0-1]). Where one is passed
// over in silence a usual CONNECT follows: a connection that then serves it was not ended.
#include "harness/check/websocket/table.hpp"

namespace handfast::check::wss {

namespace {

using namespace std::chrono_literals;
using websocket::Opcode;

using websocket::close_code::protocol_error;
using websocket::close_code::unsupported_data;

/// How long a broker may take to end the connection before it is asked to serve it.
constexpr auto silence = 1s;

void play_violation(Conversation& talk, Step& step, const Frame& frame, bool holds_connect) {
  talk.send(frame);
  if (holds_connect) {
    talk.note(false, "the frame");
    const auto answer = talk.await(mqtt::PacketType::connack, silence);
    if (answer) return talk.note(true, "connack");
    if (talk.await_end(0s)) return;
  } else if (talk.await_end(silence)) {
    return talk.note(false, "the frame");
  }
  step.facts.emplace_back("ignored", "yes: a usual CONNECT followed");
  talk.connect();
}

Move violation(std::string what, std::vector<std::uint16_t> codes,
               std::function<Frame(const Bytes& connect)> frame, bool holds_connect = true) {
  Move move;
  move.what = std::move(what);
  move.play = when_open([frame = std::move(frame), holds_connect](Conversation& talk, Step& step) {
    play_violation(talk, step, frame(talk.connect_bytes()), holds_connect);
    // How the transport ended behind a close frame is of interest too.
    if (talk.close_seen()) talk.await_line_end(talk.timeouts().drain);
  });
  move.expect = Expect::closed;
  move.codes = std::move(codes);
  return move;
}

CheckSpec opcode_row() {
  MoveRow row;
  row.moves.push_back(violation(
      "a data frame of opcode 3", {protocol_error},
      [](const Bytes&) { return Frame{.opcode = Opcode{3}, .payload = {'x'}}; }, false));
  row.moves.push_back(violation(
      "a control frame of opcode 11", {protocol_error},
      [](const Bytes&) { return Frame{.opcode = Opcode{11}, .payload = {'x'}}; }, false));
  return wss_spec("ws-frame-opcode", std::move(row));
}

}  // namespace

std::vector<CheckSpec> violation_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(wss_spec("ws-frame-text",
                          violation("CONNECT in a text frame", {unsupported_data, protocol_error},
                                    [](const Bytes& connect) {
                                      return Frame{.opcode = Opcode::text, .payload = connect};
                                    })));
  rows.push_back(wss_spec(
      "ws-frame-unmasked",
      violation("CONNECT without mask", {protocol_error},
                [](const Bytes& connect) { return Frame{.masked = false, .payload = connect}; })));
  rows.push_back(wss_spec(
      "ws-frame-rsv",
      violation("CONNECT with RSV1 set", {protocol_error},
                [](const Bytes& connect) { return Frame{.reserved = 4, .payload = connect}; })));
  rows.push_back(opcode_row());
  rows.push_back(
      wss_spec("ws-frame-orphan-continuation",
               violation("CONNECT in a continuation", {protocol_error}, [](const Bytes& connect) {
                 return Frame{.opcode = Opcode::continuation, .payload = connect};
               })));
  rows.push_back(wss_spec(
      "ws-control-too-long",
      violation(
          "a ping of 126 bytes", {protocol_error},
          [](const Bytes&) { return Frame{.opcode = Opcode::ping, .payload = Bytes(126, 'x')}; },
          false)));
  return rows;
}

}  // namespace handfast::check::wss
