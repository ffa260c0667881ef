// The TLS side of a session: early data, the end of the handshake, and the ticket after it.
#include "loadgen/session.hpp"

namespace handfast::loadgen {

void Session::start_tls(Exchange& io) {
  if (!early_data_) return client_->start(io.out);
  if (write_connect(io)) client_->start_with_early_data(io.packet, io.out);
}

void Session::finish_handshake(Exchange& io) {
  io.handshake_done = true;
  finish_phase(stats::Phase::tls, io);
  const tls::Facts& facts = client_->facts();
  if (protocol_.datagrams) note_datagram_phases(io);
  if (protocol_.resumes) {
    PhaseTime kind = io.phases.back();
    kind.phase = facts.resumed ? stats::Phase::tls_resumed : stats::Phase::tls_full;
    io.phases.push_back(kind);
  }
  if (protocol_.dialogues) dialogue_ = protocol_.dialogues->make();
  if (!protocol_.mqtt) {
    state_ = State::established;
    io.established = true;
  } else if (facts.early_data == tls::EarlyData::accepted) {
    state_ = State::connack;  // CONNECT is there already
  } else {
    begin_above_transport(io);
  }
}

void Session::disconnect_after_ticket(Exchange& io) {
  // TLS 1.2 gives it within the handshake, or not at all.
  const bool comes = protocol_.resumes && client_ && !has_ticket_ &&
                     client_->facts().version == tls::Version::tls1_3;
  if (!comes) return disconnect(io);
  state_ = State::ticket;
}

}  // namespace handfast::loadgen
