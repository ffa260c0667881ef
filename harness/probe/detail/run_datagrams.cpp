#include "harness/probe/detail/run_datagrams.hpp"

#include <fmt/format.h>

#include "harness/probe/datagram/exchange.hpp"
#include "harness/probe/datagram/line.hpp"

namespace handfast::probe::detail {

namespace {

constexpr int questions = 2;  // a datagram may be lost

void note_ending(const DtlsLine& line, const Exchange& exchange, Transcript& seen) {
  seen.tls = line.tls().facts();
  seen.tls_failure = line.tls().failure();
  seen.handshake_completed = line.handshake_done();
  for (const auto& crossing : line.crossings()) seen.datagrams.push_back(crossing.text());
  seen.answer = exchange.answer();
  seen.total = Clock::now() - seen.started;
  if (!exchange.answer().empty()) {
    seen.outcome = Outcome::accept;
    return;
  }
  seen.stopped_in = seen.handshake_completed ? "exchange" : "tls";
  seen.detail = exchange.refusal();
  const bool ended = line.over() || !exchange.refusal().empty();
  seen.outcome = ended ? Outcome::reject : Outcome::hang;
  const auto& alert = seen.tls.alert_received;
  if (alert && alert->description != 0) {
    seen.close = CloseKind::alert;
  } else if (line.peer_closed()) {
    seen.close = CloseKind::close_notify;
  } else if (line.udp().refused()) {
    seen.detail = "ICMP says that nobody listens";
  }
}

}  // namespace

Result<Transcript> run_datagrams(const Options& options) {
  auto tls = options.tls;
  tls.min_version = tls.max_version = tls::Version::dtls1_2;
  auto engine = tls::make_engine(options.engine, tls);
  if (!engine) return engine.error();
  DtlsLine::Options wanted{.endpoint = options.endpoint};
  wanted.connection.host =
      options.server_name.empty() ? options.endpoint.host : options.server_name;
  wanted.connection.identity = options.identity;
  wanted.connection.psk = options.psk;

  Transcript seen;
  seen.started = Clock::now();
  auto line = DtlsLine::open(std::move(*engine), std::move(wanted));
  if (!line) {
    if (line.error().kind != ProblemKind::environment) return line.error();
    seen.outcome = Outcome::reject;
    seen.stopped_in = "tcp";  // no transport, as elsewhere
    seen.detail = line.error().text();
    return seen;
  }
  Exchange exchange(options.application, options.client_id);
  line->handshake(seen.started + options.timeouts.handshake);
  seen.phases.emplace_back("tls", Clock::now() - seen.started);
  if (line->handshake_done()) {
    const auto begin = Clock::now();
    exchange.ask(*line, options.timeouts.pingresp, questions);
    seen.phases.emplace_back("exchange", Clock::now() - begin);
  }
  note_ending(*line, exchange, seen);
  line->close_notify();
  return seen;
}

}  // namespace handfast::probe::detail
