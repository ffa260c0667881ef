// What came of a conversation, as the Step that a judge reads.
#include <fmt/format.h>

#include "harness/check/websocket/conversation.hpp"

namespace handfast::check::wss {

using probe::CloseKind;
using probe::Outcome;

namespace {

CloseKind close_kind_of(const probe::TlsLine& line) {
  const auto& facts = line.tls().facts();
  if (facts.alert_received && facts.alert_received->description != 0) return CloseKind::alert;
  if (line.peer_closed()) return CloseKind::close_notify;
  if (line.raw().end() == probe::RawEnd::reset) return CloseKind::rst;
  return line.raw().end() == probe::RawEnd::fin ? CloseKind::fin : CloseKind::none;
}

std::string accept_hash_fact(const Answer& answer, const std::string& key) {
  const auto hash = answer.field("Sec-WebSocket-Accept");
  if (hash.empty()) return "absent";
  return hash == websocket::websocket_accept(key) ? "right" : "wrong";
}

std::string or_absent(std::string value) { return value.empty() ? "absent" : value; }

}  // namespace

Outcome Conversation::outcome() const {
  if (answered_) return Outcome::accept;
  if (connack_code_ && *connack_code_ != 0) return Outcome::refuse;
  if (line_.tls().failure().cause == tls::Cause::local) return Outcome::not_sent;
  const bool refused = answer_ && !answer_->upgrades();
  return refused || over() || !trouble_.empty() ? Outcome::reject : Outcome::hang;
}

std::string Conversation::ended_by() const {
  if (answer_ && !answer_->upgrades()) return "HTTP answer";
  const auto below = close_kind_of(line_);
  const auto line = below == CloseKind::none ? std::string() : std::string(to_string(below));
  if (!close_seen_) return line;
  return line.empty() ? "close frame" : "close frame, " + line;
}

Step Conversation::step(std::string what) const {
  Step step;
  step.what = std::move(what);
  step.outcome = outcome();
  step.close = step.outcome == Outcome::reject ? close_kind_of(line_) : CloseKind::none;
  const auto& tls = line_.tls().facts();
  if (step.close == CloseKind::alert) step.alert = tls.alert_received->description;
  if (step.outcome != Outcome::accept) {
    step.detail = "stopped in " + stage_;
    if (!trouble_.empty()) step.detail += ": " + trouble_;
  }
  const auto add = [&step](std::string name, std::string value) {
    if (!value.empty()) step.facts.emplace_back(std::move(name), std::move(value));
  };
  add("alpn", tls.alpn);
  if (answer_) {
    add("http", answer_->status_text);
    if (answer_->upgrades()) {
      add("subprotocol", or_absent(answer_->field("Sec-WebSocket-Protocol")));
      add("accept hash", accept_hash_fact(*answer_, key_));
    }
  }
  if (close_seen_) {
    add("close code",
        close_code_ ? fmt::format("{} {}", *close_code_, websocket::close_code_name(*close_code_))
                    : "none");
  }
  add("ended by", ended_by());
  step.took = Clock::now() - line_.raw().opened_at();
  return step;
}

Step with_conversation(Bench& bench, ScriptEvidence& evidence, const std::string& what,
                       const Options& options,
                       const std::function<void(Conversation&, Step&)>& play) {
  Step noted;
  auto talk = Conversation::open(bench, options);
  if (!talk) {
    // Nobody listening is something that was seen; the rest is our own doing.
    if (talk.error().kind != ProblemKind::environment) evidence.problem = talk.error().text();
    noted.what = what;
    noted.detail = talk.error().text();
    return noted;
  }
  noted.outcome = Outcome::accept;  // unless the play says that nothing was sent
  if (talk->tls_done()) play(*talk, noted);
  auto seen = talk->step(what);
  const bool unsent = noted.outcome == Outcome::not_sent;
  if (unsent || (!talk->tls_done() && !options.judges_tls)) seen.outcome = Outcome::not_sent;
  // What the play noted by itself comes behind.
  seen.facts.insert(seen.facts.end(), noted.facts.begin(), noted.facts.end());
  if (!noted.detail.empty()) seen.detail += (seen.detail.empty() ? "" : "; ") + noted.detail;
  return seen;
}

}  // namespace handfast::check::wss
