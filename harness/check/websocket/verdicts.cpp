#include "harness/check/websocket/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/tls/alert.hpp"
#include "core/websocket/frame.hpp"
#include "harness/check/judge_trial.hpp"

namespace handfast::check::wss {

using probe::Outcome;
using reports::Verdict;

namespace {

/// The number in front of "404 Not Found" and "1002 protocol_error"; 0 for none.
std::uint16_t number_of(const std::string& text) {
  std::uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Judgement web_not_sent(const Step& step) {
  return {.verdict = Verdict::inconclusive,
          .observed = web_sentence(step),
          .reason = "the stimulus was not sent"};
}

Judgement reached_badly(const Step& step, std::string reason) {
  return {.verdict = Verdict::warn, .observed = web_sentence(step), .reason = std::move(reason)};
}

bool among(std::uint16_t code, Codes codes) {
  return std::ranges::find(codes, code) != codes.end();
}

std::string code_text(std::uint16_t code) {
  return code < 1000 ? std::to_string(code)
                     : fmt::format("{} {}", code, websocket::close_code_name(code));
}

/// `seen` is an answer of the right kind; which one it is decides.
Judgement judge_code(Level level, const Step& step, std::uint16_t seen, Codes codes) {
  if (codes.empty() || seen == codes.front()) {
    return web_in_order(level, step, "as expected");
  }
  const auto specified = code_text(codes.front());
  if (among(seen, codes)) {
    return web_in_order(level, step, fmt::format("as expected; specified is {}", specified));
  }
  return reached_badly(step, fmt::format("ended, but by something else than {}", specified));
}

std::string ending_text(const Step& step) {
  if (const auto http = fact(step, "http"); fact(step, "ended by") == "HTTP answer") {
    return "HTTP " + http;
  }
  if (step.alert) return "alert " + tls::to_string(tls::Alert{.description = *step.alert});
  if (const auto code = fact(step, "close code"); !code.empty()) return "close frame " + code;
  return fact(step, "ended by");
}

/// "HTTP 101 with mqtt", "HTTP 101 without subprotocol"
std::string upgrade_text(const Step& step) {
  const auto protocol = fact(step, "subprotocol");
  if (protocol.empty()) return {};
  return "HTTP 101 " + (protocol == "absent" ? "without subprotocol" : "with " + protocol);
}

}  // namespace

std::string web_sentence(const Step& step) {
  auto text = std::string(probe::to_string(step.outcome));
  const auto how = step.outcome == Outcome::accept ? upgrade_text(step) : ending_text(step);
  if (!how.empty()) text += ": " + how;
  if (step.outcome == Outcome::hang) text += ": the connection stayed open, and nothing came";
  if (!step.detail.empty()) text += fmt::format(" ({})", step.detail);
  return text;
}

Judgement web_in_order(Level level, const Step& step, std::string reason) {
  return {.verdict = level == Level::may ? Verdict::info : Verdict::pass,
          .observed = web_sentence(step),
          .reason = std::move(reason)};
}

Judgement web_contrary(Level level, const Step& step, std::string reason) {
  return {.verdict = contrary(level), .observed = web_sentence(step), .reason = std::move(reason)};
}

Judgement judge_served(Level level, const Step& step, Codes tolerated) {
  if (step.outcome == Outcome::not_sent) return web_not_sent(step);
  if (step.outcome == Outcome::accept) return web_in_order(level, step, "accepted, as expected");
  if (step.outcome == Outcome::hang) {
    return web_contrary(level, step, "no answer came where an acceptance is expected");
  }
  if (among(number_of(fact(step, "http")), tolerated)) {
    return web_in_order(level, step, "refused with a status that is tolerated; specified is 101");
  }
  return web_contrary(level, step, "ended where an acceptance is expected");
}

Judgement judge_refused(Level level, const Step& step, Codes statuses) {
  if (step.outcome == Outcome::not_sent) return web_not_sent(step);
  const auto status = number_of(fact(step, "http"));
  if (status == 101) return web_contrary(level, step, "upgraded where a refusal is expected");
  if (step.outcome == Outcome::hang) return reached_badly(step, "no answer came in time");
  if (status == 0) return reached_badly(step, "closed without an HTTP answer");
  return judge_code(level, step, status, statuses);
}

Judgement judge_closed(Level level, const Step& step, Codes codes) {
  if (step.outcome == Outcome::not_sent) return web_not_sent(step);
  if (step.outcome == Outcome::accept || step.outcome == Outcome::refuse) {
    return web_contrary(level, step, "answered where the connection should be closed");
  }
  if (step.outcome == Outcome::hang) {
    return reached_badly(step, "ignored: the connection was neither served nor closed");
  }
  const auto code = fact(step, "close code");
  if (code.empty()) return reached_badly(step, "closed, but without a close frame");
  return judge_code(level, step, number_of(code), codes);
}

Judgement judge_recorded(const Step& step) {
  if (step.outcome == Outcome::not_sent) return web_not_sent(step);
  return {.verdict = Verdict::info,
          .observed = web_sentence(step),
          .reason = "acceptance and refusal are both legitimate"};
}

}  // namespace handfast::check::wss
