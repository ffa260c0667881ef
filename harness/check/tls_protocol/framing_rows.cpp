// Section C5, its second half: MQTT packets against the borders of records.
#include <algorithm>

#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::HelloBase;

/// One move of a connection that `play` leads once our side of the handshake is done.
Move conversation(std::string what, const std::function<void(Talk&, Step&)>& play) {
  Move move;
  move.play = [play](Bench& bench, ScriptEvidence& evidence) {
    return with_talk(bench, evidence, "", {}, [&play](Talk& talk, Step& step) {
      if (talk.handshake()) play(talk, step);
    });
  };
  move.what = std::move(what);
  return move;
}

CheckSpec one_move(const std::string& id, Move move) {
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of(id, std::move(row));
}

Bytes subscribe_bytes(const std::string& topic) {
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions.push_back({.filter = topic, .qos = 0});
  Bytes bytes;
  // Fails for what is longer than a packet may be alone.
  if (!mqtt::encode_subscribe(bytes, mqtt::Version::v3_1_1, request)) bytes.clear();
  return bytes;
}

void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }

bool connack_and_suback(Talk& talk) {
  return talk.await(mqtt::PacketType::connack, talk.timeouts().connack).has_value() &&
         talk.await(mqtt::PacketType::suback, talk.timeouts().connack).has_value();
}

void byte_records(Talk& talk, Step& step) {
  Bytes packets = talk.connect_bytes();
  append(packets, subscribe_bytes("handfast/bytes/" + talk.client_id()));
  for (const auto byte : packets) talk.line().send(ByteView(&byte, 1));
  talk.note(connack_and_suback(talk), "suback");
  step.facts.emplace_back("records", std::to_string(packets.size()));
}

void many_per_record(Talk& talk, Step& step) {
  constexpr std::size_t publishes = 1500;
  Bytes packets = talk.connect_bytes();
  append(packets, subscribe_bytes("handfast/many/" + talk.client_id()));
  const auto publish = publish_bytes("handfast/unread/" + talk.client_id(), Bytes(32, 'x'));
  for (std::size_t i = 0; i < publishes; ++i) append(packets, publish);
  mqtt::encode_pingreq(packets);
  talk.line().send(packets);
  const bool answered = connack_and_suback(talk);
  talk.note(answered, "suback");
  if (!answered) return;
  // QoS 0 may be dropped: the answer behind it is what shows that all was read.
  talk.note(talk.await(mqtt::PacketType::pingresp, talk.timeouts().connack).has_value(),
            "pingresp");
  step.facts.emplace_back("bytes in one write", std::to_string(packets.size()));
}

void full_record(Talk& talk, Step& step) {
  constexpr std::size_t record_bytes = 16384;
  constexpr std::size_t packet_bytes = 1024;
  if (!talk.connect()) return;
  const auto topic = "handfast/unread/" + talk.client_id();
  // type, two bytes of Remaining Length, two of the topic's length.
  const auto publish = publish_bytes(topic, Bytes(packet_bytes - 5 - topic.size(), 'x'));
  Bytes packets;
  while (packets.size() < record_bytes) append(packets, publish);
  talk.line().send(packets);
  talk.ping();
  step.facts.emplace_back("bytes in one record", std::to_string(packets.size()));
}

void spans_records(Talk& talk, Step& step, std::size_t payload_bytes) {
  const auto topic = "handfast/large/" + talk.client_id();
  if (!talk.connect()) return;
  talk.note(subscribe(talk, topic), "suback");
  Bytes payload(payload_bytes);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 7);
  mqtt::Publish publish;
  publish.qos = 1;
  publish.packet_id = 2;
  publish.topic = topic;
  publish.payload = payload;
  talk.send(publish);
  const auto back = talk.await(mqtt::PacketType::publish, talk.timeouts().connack);
  const auto* received = back ? std::get_if<mqtt::Publish>(&*back) : nullptr;
  talk.note(received != nullptr, "publish");
  if (received == nullptr) return;
  step.facts.emplace_back("payload", received->payload == payload ? "intact" : "altered");
}

constexpr std::array<std::size_t, 2> large_payloads{100'000, 60'000};

std::string large_name(std::size_t bytes) { return std::to_string(bytes / 1000) + " KB"; }

/// A smaller one is tried where the first met a limit of the broker's.
ScriptEvidence drive_large(Bench& bench) {
  ScriptEvidence evidence;
  for (const auto bytes : large_payloads) {
    auto move = conversation(large_name(bytes),
                             [bytes](Talk& talk, Step& step) { spans_records(talk, step, bytes); });
    auto step = move.play(bench, evidence);
    step.what = move.what;
    evidence.steps.push_back(std::move(step));
    if (evidence.steps.back().outcome != probe::Outcome::reject) break;
  }
  return evidence;
}

Judgement judge_large(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  if (evidence.steps.empty()) return worst_of({});
  const auto& last = evidence.steps.back();
  const std::vector<std::string> intact{"intact"};
  auto judgement = judge_acceptance(level, last);
  if (last.outcome == probe::Outcome::accept) {
    const FactWant want{.name = "payload", .values = {}, .otherwise = "the payload was altered"};
    if (auto objection = judge_fact(want, intact, level, last)) return *objection;
    judgement.reason = "delivered intact: " + last.what;
    if (evidence.steps.size() > 1) judgement.reason += "; a larger one was refused";
  }
  return judgement;
}

CheckSpec large_row() {
  ScriptPlan plan;
  plan.drive = drive_large;
  plan.judge = judge_large;
  return spec_of("tls-mqtt-spans-records", std::move(plan));
}

Step resumed_with_finished(Bench& bench, ScriptEvidence& evidence) {
  tls::ClientSettings settings{.verify = false};
  settings.min_version = settings.max_version = tls::Version::tls1_2;
  settings.keep_sessions = true;
  auto engine = tls::make_engine(tls::EngineKind::libssl, settings);
  Step step;
  if (!engine) {
    evidence.problem = engine.error().text();
    return step;
  }
  TalkOptions options;
  options.made = std::move(*engine);
  auto first = Talk::open(bench, options);
  if (!first || !first->to_pingresp() || first->line().session() == nullptr) {
    step.detail = "the broker gave no session to resume";
    return step;
  }
  options.resume = first->line().session();
  options.connect_with_finished = true;
  return whole_connection(bench, "", std::move(options), evidence);
}

Judgement judge_with_finished(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  std::vector<Part> parts;
  for (const auto& step : evidence.steps) {
    if (step.what.starts_with("control")) continue;
    // Without resumption the server's Finished comes last: nothing was sent ahead of it.
    const bool optional = step.what.find("resumed") != std::string::npos;
    if (optional && fact(step, "resumed") != "yes") continue;
    parts.push_back({step.what, judge_acceptance(level, step)});
  }
  if (parts.empty() && !evidence.steps.empty()) {
    return {.verdict = reports::Verdict::skip, .observed = {}, .reason = "tls13-not-spoken"};
  }
  return worst_of(std::move(parts));
}

CheckSpec with_finished_row() {
  TalkOptions eager;
  eager.settings.min_version = tls::Version::tls1_3;
  eager.connect_with_finished = true;
  MoveRow row;
  row.moves = {
      {.what = "TLS 1.3", .play = whole("", eager), .needs = HelloBase::tls13},
      {.what = "TLS 1.2, resumed", .play = resumed_with_finished, .needs = HelloBase::tls12}};
  ScriptPlan plan;
  plan.drive = [row](Bench& bench) { return drive_moves(row, bench); };
  plan.judge = judge_with_finished;
  return spec_of("tls-mqtt-with-finished", std::move(plan));
}

}  // namespace

std::vector<CheckSpec> framing_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(one_move("tls-mqtt-byte-records",
                          conversation("CONNECT and SUBSCRIBE, one byte a record", byte_records)));
  rows.push_back(one_move("tls-mqtt-many-per-record",
                          conversation("1,500 packets in one write", many_per_record)));
  rows.push_back(
      one_move("tls-record-max", conversation("2^14 bytes of packets in one record", full_record)));
  rows.push_back(large_row());
  rows.push_back(with_finished_row());
  return rows;
}

}  // namespace handfast::check::tls_protocol
