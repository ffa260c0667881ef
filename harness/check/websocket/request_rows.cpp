// Requests that arrive oddly, are too large, or are no upgrade at all; and ALPN in front of them.
#include <fmt/format.h>

#include "harness/check/websocket/http2.hpp"
#include "harness/check/websocket/survival.hpp"

namespace handfast::check::wss {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;

/// Any HTTP answer or a close is right, as long as others are served.
Judgement judge_flood(Level level, const Step& step) {
  if (step.outcome == Outcome::not_sent) return judge_recorded(step);
  if (step.outcome != Outcome::hang) return web_in_order(level, step, "decided, as expected");
  return {.verdict = reports::Verdict::warn,
          .observed = web_sentence(step),
          .reason = "neither answered nor closed in time"};
}

CheckSpec header_flood() {
  Survival row;
  row.what = "200 headers of 64 KB";
  row.play = [](Conversation& talk, Step&, Bench&) {
    constexpr std::size_t headers = 200;
    constexpr std::size_t all_bytes = std::size_t{64} << 10U;
    auto request = usual_request(talk.endpoint());
    const std::string value(all_bytes / headers - 16, 'x');
    for (std::size_t i = 0; i < headers; ++i) request.add(fmt::format("X-Flood-{:04}", i), value);
    if (talk.upgrade(request)) talk.to_pingresp();
  };
  row.judge = judge_flood;
  return wss_spec("ws-upgrade-header-flood", std::move(row));
}

/// Long enough to see how a broker ends what it was too slow for.
constexpr auto dribble_patience = 15s;

CheckSpec dribble() {
  Move move;
  move.what = "the request, one byte a record";
  move.play = [](Conversation& talk, Step& step) {
    const auto request = usual_request(talk.endpoint());
    const auto text = request.text();
    for (const char& byte : text) talk.send(std::string_view(&byte, 1));
    step.facts.emplace_back("records", std::to_string(text.size()));
    if (talk.await_upgrade(request.key(), dribble_patience)) talk.to_pingresp();
  };
  return wss_spec("ws-upgrade-dribble", std::move(move));
}

CheckSpec piggyback() {
  Move move;
  move.what = "request and CONNECT in one record";
  move.play = [](Conversation& talk, Step&) {
    const auto request = usual_request(talk.endpoint());
    auto all = request.text();
    all += as_text(in_frame(talk.connect_bytes()));
    talk.send(all);
    if (talk.await_upgrade(request.key()) && talk.await_connack()) talk.ping();
  };
  move.expect = Expect::either;
  return wss_spec("ws-upgrade-piggyback", std::move(move));
}

const std::string plain_get = "GET without upgrade";

/// Any status is an answer; a close without one leaves a browser without a word, a hang with a
/// spinner.
Judgement judge_get(Level level, const ScriptEvidence& evidence) {
  return judge_single(evidence, plain_get, [level](const Step& step) {
    if (step.outcome == Outcome::not_sent) return judge_recorded(step);
    if (fact(step, "http").starts_with("101")) {
      return web_contrary(level, step, "upgraded though nobody asked for it");
    }
    if (!fact(step, "http").empty()) return web_in_order(level, step, "answered, as expected");
    if (step.outcome == Outcome::hang) return web_contrary(level, step, "no answer came in time");
    return web_contrary(level, step, "closed without an HTTP answer");
  });
}

CheckSpec http_get() {
  ScriptPlan plan;
  plan.drive = [](Bench& bench) {
    ScriptEvidence evidence;
    evidence.steps.push_back(with_conversation(
        bench, evidence, plain_get, {},
        [](Conversation& talk, Step&) { talk.upgrade(plain_request(talk.endpoint())); }));
    return evidence;
  };
  plan.judge = judge_get;
  return wss_spec("ws-http-get", std::move(plan));
}

void play_alpn(Conversation& talk, Step& step) {
  const auto& selected = talk.line().tls().facts().alpn;
  step.facts.emplace_back("selected", selected.empty() ? "none" : selected);
  if (selected == "h2") {
    const auto seen = connect_over_http2(talk);
    talk.note(seen.served, "WebSocket over HTTP/2");
    if (seen.ended && !seen.served) talk.give_up("the stream was ended by the broker");
    step.facts.emplace_back("extended CONNECT", seen.announced ? "announced" : "absent");
  } else if (talk.upgrade()) {
    talk.to_pingresp();
  }
}

Move offering_alpn(std::string what, std::vector<std::string> names) {
  Move move;
  move.what = std::move(what);
  move.play = play_alpn;
  move.options = {.alpn = std::move(names), .judges_tls = true};
  return move;
}

CheckSpec alpn_row() {
  const std::string otherwise = "a protocol was selected in which no WebSocket is possible";
  auto first = offering_alpn("ALPN http/1.1", {"http/1.1"});
  first.facts = {{.name = "selected", .values = {"none", "http/1.1"}, .otherwise = otherwise}};
  auto second = offering_alpn("ALPN h2, http/1.1", {"h2", "http/1.1"});
  second.level = Level::should;
  second.facts = {
      {.name = "selected", .values = {"none", "http/1.1", "h2"}, .otherwise = otherwise}};
  MoveRow row;
  row.moves = {std::move(first), std::move(second)};
  return wss_spec("ws-alpn-http11", std::move(row));
}

}  // namespace

std::vector<CheckSpec> request_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(header_flood());
  rows.push_back(dribble());
  rows.push_back(piggyback());
  rows.push_back(http_get());
  rows.push_back(alpn_row());
  return rows;
}

}  // namespace handfast::check::wss
