// What is different for a session over DTLS: its timers, its phases, how it fails, and the dialogue
// that speaks for MQTT.
#include <algorithm>

#include "loadgen/cause.hpp"
#include "loadgen/session.hpp"

namespace handfast::loadgen {

std::optional<TimePoint> Session::next_deadline() const {
  if (!protocol_.datagrams || over() || state_ == State::silent) return std::nullopt;
  auto next = client_->next_deadline();
  const auto answer = dialogue_ ? dialogue_->next_deadline() : std::nullopt;
  if (answer) next = std::min(next.value_or(*answer), *answer);
  return next;
}

void Session::on_retransmission(Exchange& io) {
  if (over()) return;
  const TimePoint now = io.clock();
  client_->on_deadline(now, io.out);
  pump_tls(io);
  if (over() || !dialogue_) return;
  Dialogue::Step step;
  dialogue_->on_deadline(now, step);
  carry_out(step, io);
}

/// How the handshake failed; where it only came to no end, how far it had come.
std::string Session::broken_tls_cause() const {
  const tls::Failure& why = client_->failure();
  const tls::DatagramFacts* facts = client_->datagrams();
  if (state_ != State::tls || facts == nullptr) return tls_cause(why);
  const bool closed = why.cause == tls::Cause::truncated;
  const bool stalled = why.cause == tls::Cause::stalled;
  return closed || stalled ? stall_cause(tls::stall_of(*facts, closed)) : tls_cause(why);
}

/// Beside the phase of the handshake, which was finished just now.
void Session::note_datagram_phases(Exchange& io) {
  const tls::DatagramFacts& facts = *client_->datagrams();
  PhaseTime kind = io.phases.back();
  if (facts.cookie) {
    io.phases.push_back({stats::Phase::cookie, kind.begin, kind.begin + facts.cookie_time});
  }
  const bool again = began_again_ || facts.retransmits > 0;
  kind.phase = again ? stats::Phase::tls_retransmitted : stats::Phase::tls_clean;
  io.phases.push_back(kind);
}

/// Sends what a dialogue wrote, and hears what it says in MQTT's words.
void Session::carry_out(const Dialogue::Step& step, Exchange& io) {
  io.oddities.insert(io.oddities.end(), step.oddities.begin(), step.oddities.end());
  for (const Bytes& message : step.messages) {
    if (over()) return;
    send_bytes(message, io);
  }
  if (!over() && !step.packets.empty()) on_mqtt(step.packets, io);
  if (!over() && !step.cause.empty()) fail(step.cause);
}

}  // namespace handfast::loadgen
