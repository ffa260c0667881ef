// Ping, close, and the broker's own frames (RFC 6455 sections 5.1, 5.5 and 7).
#include <fmt/format.h>

#include "harness/check/websocket/table.hpp"

namespace handfast::check::wss {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using websocket::Opcode;

Frame close_normally() {
  return {.opcode = Opcode::close, .payload = {0x03, 0xe8}};  // 1000
}

bool pinged(Conversation& talk, std::string_view payload) {
  talk.send(Frame{.opcode = Opcode::ping, .payload = Bytes(payload.begin(), payload.end())});
  return talk.await_pong(payload);
}

CheckSpec ping_row() {
  const auto no_pong = [](std::string name) {
    return FactWant{
        .name = std::move(name), .values = {"yes"}, .otherwise = "a ping got no pong of its own"};
  };
  Move move;
  move.what = "a ping before CONNECT and one behind it";
  move.play = when_open([](Conversation& talk, Step& step) {
    step.facts.emplace_back("pong before CONNECT", pinged(talk, "before") ? "yes" : "no");
    if (!talk.connect()) return;
    step.facts.emplace_back("pong in a session", pinged(talk, "behind") ? "yes" : "no");
    talk.ping();
  });
  move.facts = {no_pong("pong before CONNECT"), no_pong("pong in a session")};
  return wss_spec("ws-ping", std::move(move));
}

// --- ws-close-clean

const std::string with_disconnect = "close behind DISCONNECT";
const std::string without_disconnect = "close without DISCONNECT";

/// A client with a Will is served up to PINGRESP, says goodbye with or without DISCONNECT, and
/// another one waits for the Will.
Step play_close(Bench& bench, ScriptEvidence& evidence, bool disconnect, Nanos patience) {
  const auto& what = disconnect ? with_disconnect : without_disconnect;
  const auto topic = "handfast/will/" + bench.fresh_id();
  auto watcher = Conversation::open(bench, {});
  if (!watcher || !watcher->tls_done() || !watcher->upgrade() || !watcher->connect() ||
      !watcher->subscribe(topic)) {
    Step step;
    step.what = what;
    step.detail = "the client that is to see the Will was not served";
    return step;
  }
  Options options;
  options.will = mqtt::Will{.topic = topic, .payload = {'g', 'o', 'n', 'e'}};
  return with_conversation(bench, evidence, what, options, [&](Conversation& talk, Step& step) {
    if (!talk.upgrade() || !talk.to_pingresp()) {
      step.outcome = Outcome::not_sent;
      return;
    }
    if (disconnect) talk.send(mqtt::Packet(mqtt::Disconnect{}));
    talk.send(close_normally());
    talk.await_end(talk.timeouts().pingresp);
    talk.note(talk.close_seen(), "close frame");
    talk.line().close_notify();
    talk.line().raw().half_close();
    const bool published = watcher->await(mqtt::PacketType::publish, patience).has_value();
    step.facts.emplace_back("will", published ? "published" : "absent");
  });
}

Judgement judge_close_step(Level level, const Step& step, const FactWant& will, Level echo) {
  if (step.outcome == Outcome::not_sent) return judge_recorded(step);
  if (auto objection = judge_fact(will, will.values, level, step)) return *objection;
  if (fact(step, "close code").empty()) {
    return web_contrary(echo, step, "the connection ended without a close frame of the broker");
  }
  return web_in_order(level, step, "closed in order");
}

/// Behind DISCONNECT the broker ends the connection by itself: its close frame is a should.
Judgement judge_close(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  const FactWant absent{.name = "will",
                        .values = {"absent"},
                        .otherwise = "a Will was published behind a DISCONNECT"};
  const FactWant published{.name = "will",
                           .values = {"published"},
                           .otherwise = "a client that went without DISCONNECT published no Will"};
  std::vector<Part> parts;
  parts.push_back({with_disconnect, judge_single(evidence, with_disconnect, [&](const Step& step) {
                     return judge_close_step(level, step, absent, Level::should);
                   })});
  parts.push_back(
      {without_disconnect, judge_single(evidence, without_disconnect, [&](const Step& step) {
         return judge_close_step(level, step, published, level);
       })});
  return worst_of(std::move(parts));
}

CheckSpec close_row() {
  ScriptPlan plan;
  plan.drive = [](Bench& bench) {
    ScriptEvidence evidence;
    evidence.steps.push_back(play_close(bench, evidence, true, 1s));
    evidence.steps.push_back(play_close(bench, evidence, false, 5s));
    return evidence;
  };
  plan.judge = judge_close;
  return wss_spec("ws-close-clean", std::move(plan));
}

// --- ws-outbound-frames

struct FrameCount {
  std::size_t all = 0, masked = 0, text = 0, reserved = 0;
};

FrameCount count_frames(const std::vector<SeenFrame>& frames) {
  FrameCount count;
  for (const auto& frame : frames) {
    ++count.all;
    if (frame.masked) ++count.masked;
    if (frame.opcode == static_cast<std::uint8_t>(Opcode::text)) ++count.text;
    if (frame.reserved != 0) ++count.reserved;
  }
  return count;
}

/// CONNACK, SUBACK, PUBLISH in both shorter length forms, PINGRESP.
void play_outbound(Conversation& talk, Step& step) {
  const auto topic = "handfast/frames/" + talk.client_id();
  if (talk.connect() && talk.subscribe(topic)) {
    for (const std::size_t bytes : {20U, 2000U}) {
      mqtt::Publish publish;
      publish.topic = topic;
      publish.payload = Bytes(bytes, 'x');
      talk.send(mqtt::Packet(std::move(publish)));
      talk.await(mqtt::PacketType::publish, talk.timeouts().connack);
    }
    talk.ping();
  }
  const auto count = count_frames(talk.frames());
  step.facts.emplace_back("frames", std::to_string(count.all));
  step.facts.emplace_back("masked", std::to_string(count.masked));
  step.facts.emplace_back("text", std::to_string(count.text));
  step.facts.emplace_back("reserved bits", std::to_string(count.reserved));
}

CheckSpec outbound_row() {
  const auto none = [](std::string name, std::string otherwise) {
    return FactWant{.name = std::move(name), .values = {"0"}, .otherwise = std::move(otherwise)};
  };
  MoveRow row;
  row.moves.emplace_back();
  auto& move = row.moves.front();
  move.what = "the frames of a session";
  move.play = when_open(play_outbound);
  move.facts = {none("masked", "the broker masks its frames"),
                none("text", "the broker sends MQTT in text frames"),
                none("reserved bits", "the broker sets bits that nobody negotiated")};
  row.twin = false;  // a client that reads strictly cannot be a control here
  return wss_spec("ws-outbound-frames", std::move(row));
}

}  // namespace

std::vector<CheckSpec> control_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(ping_row());
  rows.push_back(close_row());
  rows.push_back(outbound_row());
  return rows;
}

}  // namespace handfast::check::wss
