// permessage-deflate (RFC 7692): declined, or spoken, and then with a limit against messages that
// inflate without end.
#include "harness/check/websocket/survival.hpp"
#include "harness/probe/deflate.hpp"

namespace handfast::check::wss {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using websocket::Opcode;

constexpr std::uint8_t compressed = 4;  // RSV1 (RFC 7692 section 7.2.3.1)

/// Neither side may lean on an earlier message, so that each can be read alone.
constexpr std::string_view offer =
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover";

/// MQTT inside the first data frame, inflated where the frame says that it is compressed.
std::optional<Bytes> first_message(Conversation& talk) {
  std::optional<Bytes> message;
  const auto look = [&] {
    while (auto frame = take_frame(talk.line().inbox())) {
      if (frame->control()) {
        if (frame->opcode == static_cast<std::uint8_t>(Opcode::close)) talk.take(std::move(*frame));
        continue;
      }
      message = frame->reserved == compressed ? probe::inflated(frame->payload) : frame->payload;
      if (!message) message.emplace();
      return true;
    }
    return false;
  };
  talk.line().await(look, Clock::now() + talk.timeouts().connack);
  return message;
}

/// The answer to a compressed CONNECT must be a CONNACK, compressed or not.
bool speaks_deflate(Conversation& talk) {
  talk.send(Frame{.reserved = compressed, .payload = probe::deflated(talk.connect_bytes())});
  const auto message = first_message(talk);
  if (!message) return false;
  const auto packet = mqtt::decode_packet(*message, mqtt::Version::v3_1_1);
  const auto* connack = packet ? std::get_if<mqtt::Connack>(&packet->packet) : nullptr;
  return connack != nullptr && connack->code == 0;
}

/// One message of 130 KB that inflates to 128 MiB of zeros, which are no MQTT: who inflates as it
/// reads is done with it at its first byte.
void play_bomb(Conversation& talk, Step& step, Bench& bench) {
  constexpr std::size_t bomb_bytes = std::size_t{128} << 20U;
  constexpr auto glance = 50ms;
  const auto bomb =
      to_wire(Frame{.reserved = compressed, .payload = probe::deflated_zeros(bomb_bytes)});
  MemoryWatch memory(bench.pid());
  talk.send(bomb);
  bool ended = false;
  for (auto waited = 0ms; waited < 5s && !ended; waited += glance) {
    ended = talk.await_end(glance);
    memory.look();
  }
  step.facts.emplace_back("bomb", ended ? "ended the connection" : "swallowed");
  memory.note(step);
}

void play_deflate(Conversation& talk, Step& step, Bench& bench) {
  auto request = usual_request(talk.endpoint());
  request.add("Sec-WebSocket-Extensions", std::string(offer));
  if (!talk.upgrade(request)) return;
  const auto taken = talk.answer()->field("Sec-WebSocket-Extensions");
  step.facts.emplace_back("extensions", taken.empty() ? "none" : taken);
  if (taken.empty()) {
    talk.to_pingresp();
    return;
  }
  const bool spoken = speaks_deflate(talk);
  talk.note(spoken, "compressed CONNECT");
  if (spoken) play_bomb(talk, step, bench);
  // What the bomb did to its own connection is in the facts.
  talk.note(spoken, "compressed CONNECT");
}

Judgement judge_deflate(Level level, const Step& step) {
  auto judgement = judge_served(level, step);
  if (auto grown = judge_growth(level, step)) return *grown;
  if (judgement.verdict != reports::Verdict::pass) return judgement;
  judgement.reason =
      fact(step, "extensions") == "none" ? "declined, as it may be" : "spoken, and limited";
  return judgement;
}

CheckSpec deflate_row() {
  Survival row;
  row.what = "permessage-deflate offered";
  row.play = play_deflate;
  row.judge = judge_deflate;
  return wss_spec("ws-deflate", std::move(row));
}

}  // namespace

std::vector<CheckSpec> deflate_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(deflate_row());
  return rows;
}

}  // namespace handfast::check::wss
