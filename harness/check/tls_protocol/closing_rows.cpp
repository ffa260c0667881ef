// Section C7: how connections end, and what the broker makes of it.
#include "core/tls/native/record_protection.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/reframe.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using tls::native::ContentType;

constexpr std::uint16_t short_keep_alive_s = 4;
/// One and a half times the keep alive is when a broker notices at the latest (MQTT 3.1.1 section
/// 3.1.2.10); a moment on top.
constexpr Nanos will_patience = 7500ms;

CheckSpec closing_row(const std::string& id, std::vector<Move> moves) {
  MoveRow row;
  row.moves = std::move(moves);
  return spec_of(id, std::move(row));
}

FactWant will(std::string value, std::string otherwise) {
  return {.name = "will",
          .values = {std::move(value)},
          .otherwise = std::move(otherwise),
          .level = Level::must};
}

/// One alert record, in clear or, as its size tells, protected by TLS 1.3 (content, type, tag) or
/// by an AEAD of TLS 1.2 (nonce, content, tag).
bool looks_like_alert(const ClearRecord& record) {
  constexpr std::size_t alert_bytes = 2;
  const auto protected_bytes = alert_bytes + 1 + tls::native::tag_bytes;
  if (record.type == static_cast<std::uint8_t>(ContentType::alert)) return true;
  return record.type == static_cast<std::uint8_t>(ContentType::application_data) &&
         record.content.size() == protected_bytes;
}

/// Close_notify of ours, then the transport open for two seconds, then FIN. Our client reads no
/// more behind its close_notify, so what comes back is told by its records.
Step close_notify_only(Bench& bench, ScriptEvidence& evidence) {
  bool answered = false;
  const auto end = [&answered](Talk& talk) {
    talk.line().close_notify();
    auto& raw = talk.line().raw();
    raw.await_end(Clock::now() + 2s);
    for (const auto& record : records_of(raw.received())) {
      answered = answered || looks_like_alert(record);
    }
    raw.half_close();
  };
  TalkOptions options;
  options.keep_alive_s = short_keep_alive_s;
  auto step = watch_will(bench, evidence, "", std::move(options), end, will_patience);
  step.facts.emplace_back("close_notify back", answered ? "yes" : "no");
  return step;
}

Step disconnected(Bench& bench, ScriptEvidence& evidence) {
  const auto end = [](Talk& talk) {
    talk.send(mqtt::Disconnect{});
    talk.await_end(5s);
    talk.note(false, "disconnect");
  };
  auto step = watch_will(bench, evidence, "", {}, end, 1s);
  step.facts.emplace_back("ended by", std::string(probe::to_string(step.close)));
  return step;
}

Move cut_off(std::string what, const std::function<void(probe::RawConnection&)>& how) {
  Move move;
  move.what = std::move(what);
  move.expect = Expect::any;
  move.facts = {will("published", "a connection that was cut off published no Will")};
  move.play = [how](Bench& bench, ScriptEvidence& evidence) {
    TalkOptions options;
    options.keep_alive_s = short_keep_alive_s;
    return watch_will(
        bench, evidence, "", std::move(options), [&how](Talk& talk) { how(talk.line().raw()); },
        will_patience);
  };
  return move;
}

Step half_a_publish(Bench& bench, ScriptEvidence& evidence) {
  auto watcher = Talk::open(bench, {});
  const auto topic = "handfast/half/" + bench.fresh_id();
  if (!watcher || !watcher->to_pingresp() || !subscribe(*watcher, topic)) {
    Step step;
    step.detail = "the client that is to see the message was not served";
    return step;
  }
  bool served = false;
  auto seen = with_talk(bench, evidence, "", {}, [&](Talk& talk, Step& step) {
    served = talk.to_pingresp();
    if (!served) return;
    auto packet = publish_bytes(topic, Bytes(200, 'x'));
    packet.resize(packet.size() / 2);
    talk.line().send(packet);
    talk.line().raw().half_close();
    talk.await_end(2s);
    const bool delivered = watcher->await(mqtt::PacketType::publish, 1s).has_value();
    step.facts.emplace_back("message", delivered ? "delivered" : "absent");
  });
  if (!served) seen.outcome = probe::Outcome::not_sent;
  return seen;
}

CheckSpec truncated_publish() {
  Move move;
  move.what = "half a PUBLISH, then FIN";
  move.play = half_a_publish;
  move.expect = Expect::any;
  move.facts = {{.name = "message",
                 .values = {"absent"},
                 .otherwise = "a message was delivered that had not arrived in full"}};
  return closing_row("tls-truncated-publish", {std::move(move)});
}

/// Our own client alone writes on behind its close_notify.
Step publish_behind_close(Bench& bench, ScriptEvidence& evidence) {
  auto watcher = Talk::open(bench, {});
  const auto topic = "handfast/behind/" + bench.fresh_id();
  if (!watcher || !watcher->to_pingresp() || !subscribe(*watcher, topic)) {
    Step step;
    step.detail = "the client that is to see the message was not served";
    return step;
  }
  bool served = false;
  TalkOptions options;
  options.engine = tls::EngineKind::native;
  options.mutation = tls::Mutation::data_after_close_notify;
  auto seen = with_talk(bench, evidence, "", std::move(options), [&](Talk& talk, Step& step) {
    served = talk.to_pingresp();
    if (!served) return;
    talk.line().close_notify();
    const bool sent = talk.line().send(publish_bytes(topic, Bytes(20, 'x')));
    const bool delivered = watcher->await(mqtt::PacketType::publish, 1s).has_value();
    step.facts.emplace_back("sent", sent ? "yes" : "no");
    step.facts.emplace_back("message", delivered ? "delivered" : "absent");
  });
  if (!served) seen.outcome = probe::Outcome::not_sent;
  return seen;
}

CheckSpec data_after_close_notify() {
  Move move;
  move.what = "PUBLISH behind our close_notify";
  move.play = publish_behind_close;
  move.expect = Expect::any;
  move.needs = probe::HelloBase::tls13;
  move.facts = {{.name = "sent",
                 .values = {"yes"},
                 .otherwise = "our client did not send it",
                 .level = Level::self},
                {.name = "message",
                 .values = {"absent"},
                 .otherwise = "a message behind close_notify took effect"}};
  return closing_row("tls-data-after-close-notify", {std::move(move)});
}

/// A CONNECT of protocol level 99, which a broker of MQTT 3.1.1 answers with return code 1
/// [MQTT-3.1.2-2]: a refusal that needs no password file.
Bytes unknown_level(const Bytes& connect) {
  constexpr std::size_t level_at = 8;  // type, length, "MQTT" with its length
  auto changed = connect;
  changed[level_at] = 99;
  return changed;
}

const std::string refused_in_clear = "on the plain listener";
const std::string refused_in_tls = "on the TLS listener";

Step refused_connect(Bench& bench, ScriptEvidence& evidence) {
  return with_talk(bench, evidence, refused_in_tls, {}, [](Talk& talk, Step& step) {
    if (!talk.handshake()) return;
    talk.line().send(unknown_level(talk.connect_bytes()));
    const auto answer = talk.await(mqtt::PacketType::connack, talk.timeouts().connack);
    talk.note(answer.has_value(), "connack");
    step.facts.emplace_back("CONNACK", answer ? "read" : "absent");
  });
}

Step refused_plainly(Bench& bench) {
  Step step;
  step.what = refused_in_clear;
  const auto connect = connect_at(bench, "plain", bench.fresh_id());
  Bytes packet;
  auto opened = probe::RawConnection::open(bench.endpoint("plain"), bench.timeouts().tcp);
  if (!opened || !mqtt::encode_connect(packet, connect)) return step;
  opened->send(unknown_level(packet));
  const bool read = opened->await([&] { return opened->received().size() >= 4; },
                                  Clock::now() + bench.timeouts().connack);
  step.outcome = read ? probe::Outcome::accept : probe::Outcome::reject;
  step.facts.emplace_back("CONNACK", read ? "read" : "absent");
  return step;
}

Judgement judge_refusal(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  const auto* plainly = find_step(evidence, refused_in_clear);
  if (plainly != nullptr && fact(*plainly, "CONNACK") != "read") {
    return {.verdict = reports::Verdict::skip,
            .observed = sentence(*plainly),
            .reason = "no-connack-on-plain-listener"};
  }
  return judge_single(evidence, refused_in_tls, [level](const Step& step) {
    const FactWant want{.name = "CONNACK",
                        .values = {},
                        .otherwise = "the refusal that the plain listener sends got lost"};
    const std::vector<std::string> read{"read"};
    if (auto objection = judge_fact(want, read, level, step)) return *objection;
    return in_order(level, step, "the refusal could be read");
  });
}

CheckSpec refusal_readable() {
  ScriptPlan plan;
  plan.listeners = {"one", "plain"};
  plan.drive = [](Bench& bench) {
    ScriptEvidence evidence;
    evidence.steps.push_back(refused_plainly(bench));
    evidence.steps.push_back(refused_connect(bench, evidence));
    return evidence;
  };
  plan.judge = judge_refusal;
  return spec_of("tls-refusal-readable", std::move(plan));
}

}  // namespace

std::vector<CheckSpec> closing_rows() {
  std::vector<CheckSpec> rows;
  Move goodbye;
  goodbye.what = "MQTT DISCONNECT";
  goodbye.play = disconnected;
  goodbye.expect = Expect::reject;
  goodbye.facts = {will("absent", "a Will was published behind a DISCONNECT"),
                   {.name = "ended by",
                    .values = {"close_notify"},
                    .otherwise = "the connection was closed without close_notify"}};
  rows.push_back(closing_row("tls-close-after-disconnect", {std::move(goodbye)}));
  Move notify;
  notify.what = "close_notify without DISCONNECT";
  notify.play = close_notify_only;
  notify.expect = Expect::any;
  notify.facts = {will("published", "a client that went without DISCONNECT published no Will"),
                  {.name = "close_notify back",
                   .values = {"yes"},
                   .otherwise = "close_notify was not answered",
                   .level = Level::should}};
  rows.push_back(closing_row("tls-close-notify-only", {std::move(notify)}));
  rows.push_back(closing_row(
      "tls-truncation",
      {cut_off("FIN without close_notify", [](probe::RawConnection& raw) { raw.half_close(); }),
       cut_off("RST", [](probe::RawConnection& raw) { raw.reset(); })}));
  rows.push_back(truncated_publish());
  rows.push_back(data_after_close_notify());
  rows.push_back(refusal_readable());
  return rows;
}

}  // namespace handfast::check::tls_protocol
