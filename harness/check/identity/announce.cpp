#include "harness/check/identity/announce.hpp"

#include <thread>

#include "core/mqtt/connect.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::identity {

using namespace std::chrono_literals;
using probe::Outcome;
using tls_protocol::Expect;
using tls_protocol::Move;

namespace {

// Values of the fact "address".
const std::string taken = "taken";
const std::string not_taken = "not taken";
const std::string no_log = "no log";
const std::string no_connection = "no connection";

const std::string gone_detail = "nobody listens";
constexpr auto return_patience = 3s;
constexpr auto return_poll = 50ms;

/// A listener that is gone has decided nothing: neither an acceptance nor a rejection.
Step gone() { return {.outcome = Outcome::hang, .detail = gone_detail}; }

Step step_of(const Attempt& attempt) {
  const auto& seen = attempt.transcript;
  if (seen.stopped_in == "tcp") return gone();
  Step step;
  step.outcome = seen.outcome;
  step.close = seen.close;
  if (seen.close == probe::CloseKind::alert && seen.tls.alert_received) {
    step.alert = seen.tls.alert_received->description;
  }
  step.detail = seen.detail;
  step.took = seen.total;
  return step;
}

void note_address(Bench& bench, const Announced& announced, Step& step) {
  if (announced.source.empty()) return;
  if (step.outcome != Outcome::accept) {
    step.facts.emplace_back("address", no_connection);
    return;
  }
  const auto patience = announced.source_counts ? Nanos(1s) : Nanos(300ms);
  const auto said = bench.log_says(announced.source, patience);
  step.facts.emplace_back("address", !said ? no_log : *said ? taken : not_taken);
}

}  // namespace

Move announces(Announced announced, Expect expect) {
  Move move;
  move.what = announced.what;
  move.expect = expect;
  if (!announced.source.empty()) {
    move.facts = {{.name = "address",
                   .values = {announced.source_counts ? taken : not_taken, no_log, no_connection},
                   .otherwise = announced.source_counts
                                    ? "the client's address in the header is not taken"
                                    : "an address is taken that says nothing"}};
  }
  move.play = [announced = std::move(announced)](Bench& bench, ScriptEvidence&) {
    auto stimulus = stimulus_for(announced.listener);
    stimulus.proxy_header.reset();
    stimulus.preface = announced.header;
    auto step = step_of(bench.probe(stimulus, std::nullopt, probe::Mode::eager));
    // A header of before may have broken the acceptor: that is not this one's doing.
    const auto give_up = Clock::now() + return_patience;
    while (step.outcome == Outcome::hang && step.detail == gone_detail && Clock::now() < give_up) {
      std::this_thread::sleep_for(return_poll);
      step = step_of(bench.probe(stimulus, std::nullopt, probe::Mode::eager));
    }
    note_address(bench, announced, step);
    return step;
  };
  return move;
}

std::vector<Move> all_of(std::vector<Announced> list, Expect expect) {
  std::vector<Move> moves;
  for (auto& one : list) moves.push_back(announces(std::move(one), expect));
  return moves;
}

CheckSpec header_row(const std::string& id, std::vector<Move> moves, std::string version,
                     std::vector<std::string> listeners) {
  IdentityRow row{.moves = std::move(moves), .listeners = std::move(listeners)};
  if (!version.empty()) row.capabilities = {std::move(version)};
  return spec_of(id, std::move(row));
}

BinaryHeader from(std::string_view source) { return {.addresses = ipv4_addresses(source)}; }

Step nobody_listens(const Problem& problem, ScriptEvidence& evidence) {
  // That is something that was seen; the rest is our own doing.
  if (problem.kind != ProblemKind::environment) evidence.problem = problem.text();
  auto step = gone();
  step.facts.emplace_back("decided", "no");
  return step;
}

Step by_hand(Bench& bench, ScriptEvidence& evidence,
             const std::function<void(probe::RawConnection&)>& play, Nanos patience) {
  Step step;
  auto raw = probe::RawConnection::open(bench.endpoint("proxy"), bench.timeouts().tcp);
  if (!raw) return nobody_listens(raw.error(), evidence);
  play(*raw);
  const Bytes welcome{0x20, 2, 0, 0};
  const auto welcomed = [&] { return raw->received() == welcome; };
  const bool accepted = raw->await(welcomed, Clock::now() + patience);
  step.outcome = accepted ? Outcome::accept : raw->over() ? Outcome::reject : Outcome::hang;
  if (step.outcome == Outcome::reject) {
    step.close = raw->end() == probe::RawEnd::reset ? probe::CloseKind::rst : probe::CloseKind::fin;
  }
  step.took = Clock::now() - raw->opened_at();
  step.facts.emplace_back("decided", step.outcome == Outcome::hang ? "no" : "yes");
  return step;
}

tls_protocol::FactWant decided(std::string otherwise) {
  return {.name = "decided", .values = {"yes"}, .otherwise = std::move(otherwise)};
}

Bytes connect_bytes(Bench& bench) {
  mqtt::Connect connect;
  connect.version = mqtt::Version::v3_1_1;
  connect.client_id = bench.fresh_id();
  Bytes bytes;
  // Fails for names above 64 KiB alone.
  if (!mqtt::encode_connect(bytes, connect)) bytes.clear();
  return bytes;
}

}  // namespace handfast::check::identity
