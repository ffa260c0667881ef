// Judges of the rows about WebSocket, with evidence written by hand.
#include <algorithm>

#include "harness/check/websocket/rows.hpp"
#include "harness/check/websocket/survival.hpp"
#include "harness/check/websocket/user_name.hpp"
#include "harness/check/websocket/verdicts.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using probe::Outcome;
using reports::Verdict;
using Facts = std::vector<std::pair<std::string, std::string>>;

Step step_of(Outcome outcome, Facts facts = {}, std::string what = "it") {
  Step step;
  step.what = std::move(what);
  step.outcome = outcome;
  step.facts = std::move(facts);
  return step;
}

Step http(const std::string& status) {
  return step_of(Outcome::reject, {{"http", status}, {"ended by", "HTTP answer"}});
}

Step closed_with(const std::string& code) {
  return step_of(
      Outcome::reject,
      {{"http", "101 Switching Protocols"}, {"close code", code}, {"ended by", "close frame"}});
}

Step bare_end() {
  return step_of(Outcome::reject, {{"http", "101 Switching Protocols"}, {"ended by", "fin"}});
}

const ScriptPlan& plan_of(const std::string& id) {
  static const auto specs = websocket_specs();
  const auto found = std::ranges::find(specs, id, &CheckSpec::id);
  REQUIRE(found != specs.end());
  return std::get<ScriptPlan>(found->plan);
}

/// The judge of row `id` on these steps, at the level must.
Judgement judged(const std::string& id, std::vector<Step> steps, Level level = Level::must) {
  ScriptEvidence evidence;
  evidence.steps = std::move(steps);
  return plan_of(id).judge(level, evidence);
}

TEST_CASE("a request that must be refused is judged by its HTTP status", "[check]") {
  constexpr std::uint16_t statuses[] = {426, 400};
  const auto verdict = [&](const Step& step) {
    return wss::judge_refused(Level::should, step, statuses).verdict;
  };
  CHECK(verdict(http("426 Upgrade Required")) == Verdict::pass);
  CHECK(verdict(http("400 Bad Request")) == Verdict::pass);
  CHECK(verdict(http("404 Not Found")) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::reject, {{"ended by", "fin"}})) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::hang)) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::not_sent)) == Verdict::inconclusive);
  // Upgraded is contrary, whatever became of the WebSocket.
  CHECK(wss::judge_refused(Level::must, bare_end(), statuses).verdict == Verdict::fail);
  CHECK_THAT(wss::judge_refused(Level::should, http("400 Bad Request"), statuses).reason,
             Catch::Matchers::Contains("specified is 426"));
  CHECK(wss::judge_refused(Level::should, http("404 Not Found"), statuses).observed ==
        "reject: HTTP 404 Not Found");
}

TEST_CASE("a connection that must be closed tells silence from an end, and ends apart", "[check]") {
  constexpr std::uint16_t codes[] = {1003, 1002};
  const auto verdict = [&](const Step& step) {
    return wss::judge_closed(Level::must, step, codes).verdict;
  };
  CHECK(verdict(closed_with("1003 unsupported_data")) == Verdict::pass);
  CHECK(verdict(closed_with("1002 protocol_error")) == Verdict::pass);
  CHECK(verdict(closed_with("1000 normal_closure")) == Verdict::warn);
  CHECK(verdict(bare_end()) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::accept)) == Verdict::fail);
  CHECK(verdict(step_of(Outcome::refuse)) == Verdict::fail);
  CHECK(verdict(step_of(Outcome::not_sent)) == Verdict::inconclusive);
  const auto silent = wss::judge_closed(Level::must, step_of(Outcome::hang), codes);
  CHECK(silent.verdict == Verdict::warn);
  CHECK_THAT(silent.reason, Catch::Matchers::Contains("neither served nor closed"));
  CHECK_THAT(silent.observed, Catch::Matchers::Contains("stayed open"));
  CHECK(wss::judge_closed(Level::must, closed_with("1002 protocol_error"), codes).observed ==
        "reject: close frame 1002 protocol_error");
}

TEST_CASE("an acceptance tolerates the statuses that its row names and no other", "[check]") {
  constexpr std::uint16_t not_found[] = {404};
  CHECK(wss::judge_served(Level::must, step_of(Outcome::accept)).verdict == Verdict::pass);
  CHECK(wss::judge_served(Level::must, step_of(Outcome::hang)).verdict == Verdict::fail);
  CHECK(wss::judge_served(Level::must, http("404 Not Found")).verdict == Verdict::fail);
  CHECK(wss::judge_served(Level::should, http("404 Not Found"), not_found).verdict ==
        Verdict::pass);
  CHECK(wss::judge_served(Level::should, http("400 Bad Request"), not_found).verdict ==
        Verdict::warn);
}

TEST_CASE("an upgrade must select mqtt and answer the client's key", "[check]") {
  const auto verdict = [](const std::string& protocol, const std::string& hash) {
    return judged("ws-upgrade-mqtt",
                  {step_of(Outcome::accept, {{"subprotocol", protocol}, {"accept hash", hash}},
                           "upgrade with \"mqtt\"")})
        .verdict;
  };
  CHECK(verdict("mqtt", "right") == Verdict::pass);
  CHECK(verdict("absent", "right") == Verdict::fail);
  CHECK(verdict("mqtt", "wrong") == Verdict::fail);
}

TEST_CASE("an unknown subprotocol is echoed: fail; gives a session: warn", "[check]") {
  const auto verdict = [](Step step) {
    step.what = "upgrade with \"foo\"";
    return judged("ws-upgrade-unknown", {std::move(step)}).verdict;
  };
  CHECK(verdict(step_of(Outcome::reject, {{"http", "101 x"}, {"subprotocol", "foo"}})) ==
        Verdict::fail);
  CHECK(verdict(step_of(Outcome::accept, {{"http", "101 x"}, {"subprotocol", "absent"}})) ==
        Verdict::warn);
  CHECK(verdict(http("400 Bad Request")) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::reject, {{"ended by", "fin"}})) == Verdict::warn);
  auto closed = closed_with("1002 protocol_error");
  closed.facts.emplace_back("subprotocol", "absent");
  CHECK(verdict(closed) == Verdict::pass);
}

TEST_CASE("426 has to name the version that is spoken", "[check]") {
  const auto verdict = [](Step step, const std::string& named) {
    step.what = "Sec-WebSocket-Version: 8";
    step.facts.emplace_back("names version 13", named);
    return judged("ws-upgrade-version", {std::move(step)}, Level::should).verdict;
  };
  CHECK(verdict(http("426 Upgrade Required"), "yes") == Verdict::pass);
  CHECK(verdict(http("426 Upgrade Required"), "no") == Verdict::warn);
  CHECK(verdict(http("400 Bad Request"), "not asked") == Verdict::pass);
}

TEST_CASE("a plain GET deserves any answer but 101", "[check]") {
  const auto verdict = [](Step step) {
    step.what = "GET without upgrade";
    return judged("ws-http-get", {std::move(step)}, Level::should).verdict;
  };
  CHECK(verdict(http("404 Not Found")) == Verdict::pass);
  CHECK(verdict(http("200 OK")) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::accept, {{"http", "101 x"}})) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::reject, {{"ended by", "fin"}})) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::hang)) == Verdict::warn);
}

TEST_CASE("the second offer of ALPN weighs less than the first", "[check]") {
  const auto verdict = [](const std::string& first, const std::string& second, Outcome last) {
    return judged("ws-alpn-http11",
                  {step_of(Outcome::accept, {{"selected", first}}, "ALPN http/1.1"),
                   step_of(last, {{"selected", second}}, "ALPN h2, http/1.1")})
        .verdict;
  };
  CHECK(verdict("http/1.1", "none", Outcome::accept) == Verdict::pass);
  CHECK(verdict("none", "h2", Outcome::accept) == Verdict::pass);
  CHECK(verdict("none", "h2", Outcome::reject) == Verdict::warn);
  CHECK(verdict("h2", "none", Outcome::accept) == Verdict::fail);
}

TEST_CASE("a 64-bit header counts only where the packet is taken whole", "[check]") {
  const auto verdict = [](Outcome small, Outcome whole, Outcome split) {
    return judged("ws-frame-header-split",
                  {step_of(small, {}, "CONNECT, its header split"),
                   step_of(Outcome::accept, {}, "a PUBLISH of 300 bytes, its 16-bit header split"),
                   step_of(whole, {}, "a PUBLISH of 70,000 bytes, its header whole"),
                   step_of(split, {}, "a PUBLISH of 70,000 bytes, its 64-bit header split")});
  };
  CHECK(verdict(Outcome::accept, Outcome::accept, Outcome::accept).verdict == Verdict::pass);
  CHECK(verdict(Outcome::accept, Outcome::accept, Outcome::reject).verdict == Verdict::fail);
  CHECK(verdict(Outcome::reject, Outcome::accept, Outcome::accept).verdict == Verdict::fail);
  const auto limited = verdict(Outcome::accept, Outcome::reject, Outcome::reject);
  CHECK(limited.verdict == Verdict::pass);
  CHECK_THAT(limited.reason, Catch::Matchers::Contains("packet limit"));
}

TEST_CASE("a Will belongs behind a close without DISCONNECT and nowhere else", "[check]") {
  const auto verdict = [](const std::string& first, const std::string& second, bool first_echo,
                          bool second_echo) {
    const auto closing = [](std::string what, const std::string& will, bool echo) {
      auto step =
          step_of(echo ? Outcome::accept : Outcome::reject, {{"will", will}}, std::move(what));
      if (echo) step.facts.emplace_back("close code", "1000 normal_closure");
      return step;
    };
    return judged("ws-close-clean", {closing("close behind DISCONNECT", first, first_echo),
                                     closing("close without DISCONNECT", second, second_echo)})
        .verdict;
  };
  CHECK(verdict("absent", "published", true, true) == Verdict::pass);
  CHECK(verdict("absent", "published", false, true) == Verdict::warn);
  CHECK(verdict("absent", "published", true, false) == Verdict::fail);
  CHECK(verdict("published", "published", true, true) == Verdict::fail);
  CHECK(verdict("absent", "absent", true, true) == Verdict::fail);
}

TEST_CASE("each ping must have its pong, and each frame of the broker its form", "[check]") {
  const auto pinged = [](const std::string& before, const std::string& behind) {
    return judged("ws-ping",
                  {step_of(Outcome::accept,
                           {{"pong before CONNECT", before}, {"pong in a session", behind}},
                           "a ping before CONNECT and one behind it")})
        .verdict;
  };
  CHECK(pinged("yes", "yes") == Verdict::pass);
  CHECK(pinged("no", "yes") == Verdict::fail);
  CHECK(pinged("yes", "no") == Verdict::fail);
  const auto framed = [](const std::string& masked, const std::string& text) {
    return judged("ws-outbound-frames",
                  {step_of(Outcome::accept,
                           {{"masked", masked}, {"text", text}, {"reserved bits", "0"}},
                           "the frames of a session")})
        .verdict;
  };
  CHECK(framed("0", "0") == Verdict::pass);
  CHECK(framed("3", "0") == Verdict::fail);
  CHECK(framed("0", "3") == Verdict::fail);
}

TEST_CASE("the layers of wss end in their order", "[check]") {
  const auto verdict = [](const std::string& order, const std::string& when = "at once") {
    return judged("wss-close-order",
                  {step_of(Outcome::accept, {{"order", order}, {"TCP ended", when}},
                           "a close frame in a session")},
                  Level::should)
        .verdict;
  };
  CHECK(verdict("close frame, close_notify, FIN") == Verdict::pass);
  CHECK(verdict("close frame, close_notify, FIN", "late") == Verdict::warn);
  CHECK(verdict("close frame, FIN") == Verdict::warn);
  CHECK(verdict("close_notify, FIN") == Verdict::warn);
}

std::vector<Step> between_controls(Step stimulus, Outcome before, Outcome after) {
  return {step_of(before, {}, "control before the stimulus"), std::move(stimulus),
          step_of(after, {}, "control behind the stimulus")};
}

TEST_CASE("a huge length may be closed or streamed, and costs neither memory nor service",
          "[check]") {
  const auto verdict = [](Step step, const std::string& memory, Outcome after) {
    step.what = "a length of 2^62";
    step.facts.emplace_back("memory", memory);
    return judged("ws-length-huge", between_controls(std::move(step), Outcome::accept, after))
        .verdict;
  };
  CHECK(verdict(closed_with("1009 message_too_big"), "steady", Outcome::accept) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::accept), "not visible", Outcome::accept) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::hang), "steady", Outcome::accept) == Verdict::warn);
  CHECK(verdict(step_of(Outcome::accept), "grown", Outcome::accept) == Verdict::fail);
  CHECK(verdict(bare_end(), "steady", Outcome::reject) == Verdict::fail);
}

TEST_CASE("a control that is lost to a stimulus fails a row about survival", "[check]") {
  auto flood = http("431 Request Header Fields Too Large");
  flood.what = "200 headers of 64 KB";
  const auto verdict = [&](Outcome before, Outcome after) {
    return judged("ws-upgrade-header-flood", between_controls(flood, before, after)).verdict;
  };
  CHECK(verdict(Outcome::accept, Outcome::accept) == Verdict::pass);
  CHECK(verdict(Outcome::accept, Outcome::hang) == Verdict::fail);
  CHECK(verdict(Outcome::reject, Outcome::reject) == Verdict::inconclusive);
}

TEST_CASE("compression is declined, or spoken with a limit", "[check]") {
  const auto verdict = [](Step step) {
    step.what = "permessage-deflate offered";
    return judged("ws-deflate", between_controls(std::move(step), Outcome::accept, Outcome::accept))
        .verdict;
  };
  CHECK(verdict(step_of(Outcome::accept, {{"extensions", "none"}})) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::accept, {{"extensions", "permessage-deflate"},
                                          {"memory", "steady"}})) == Verdict::pass);
  CHECK(verdict(step_of(Outcome::accept, {{"extensions", "permessage-deflate"},
                                          {"memory", "grown"}})) == Verdict::fail);
  CHECK(verdict(closed_with("1002 protocol_error")) == Verdict::fail);
}

TEST_CASE("the user name on wss is that on mqtts, or nothing is shown", "[check]") {
  const auto verdict = [](const std::string& mqtts, const std::string& wss) {
    return judged("wss-identity", {step_of(Outcome::accept, {{"user name", mqtts}}, "ident"),
                                   step_of(Outcome::accept, {{"user name", wss}}, "wss-ident")})
        .verdict;
  };
  CHECK(verdict("L", "L") == Verdict::pass);
  CHECK(verdict("L", "") == Verdict::fail);
  CHECK(verdict("L", "someone") == Verdict::fail);
  CHECK(verdict("", "") == Verdict::inconclusive);
  CHECK(verdict("L", "not observable") == Verdict::skip);
}

TEST_CASE("a broker's log names its user in the broker's own words", "[check]") {
  CHECK(wss::user_name_in("1795833450: New client connected from 127.0.0.1:41234 as hf-c0-1 "
                          "(p2, c1, k60, u'dev-1').") == "dev-1");
  CHECK(wss::user_name_in("connect client \"hf-c0-1\" user \"dev-1\" listener \"ident\"") ==
        "dev-1");
  CHECK_FALSE(wss::user_name_in("New client connected from 127.0.0.1:41234 as a (p2, c1, k60)."));
  CHECK_FALSE(wss::user_name_in("connect client \"a\" user null listener \"wss-ident\""));
  CHECK_FALSE(wss::user_name_in("as a (p2, c1, k60, u'cut"));
}

TEST_CASE("every row on wss needs the capability, and some a further one", "[check]") {
  for (const auto& spec : websocket_specs()) {
    INFO(spec.id);
    CHECK(spec.capabilities.front() == "wss");
    CHECK_FALSE(spec.needs.empty());
  }
}

}  // namespace
}  // namespace handfast::check
