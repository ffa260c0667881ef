// Rows about the life of an association: a client that starts anew on its port, resumption, and the
// end.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/tls_protocol/answer.hpp"

namespace handfast::check::dtls {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;

constexpr Nanos late_time = 1s;  // in which an answer would have come

/// Clear handshake records that came since `from`, the first of them.
probe::FirstAnswer clear_answer_since(const probe::DtlsLine& line, std::size_t from) {
  const auto& seen = line.crossings();
  for (auto i = from; i < seen.size(); ++i) {
    if (seen[i].sent) continue;
    const auto answer = probe::read_answer(seen[i].datagram);
    if (answer.kind != probe::AnswerKind::something) return answer;
  }
  return {};
}

/// A first hello by hand into a live association, as a device sends that has just booted.
Step hello_into_association(Bench& bench, ScriptEvidence& evidence) {
  auto hello = probe::make_datagram_hello(bench.endpoint(one_way).host);
  if (!hello) return unplayed(hello.error(), evidence);
  return with_talk(bench, evidence, {}, [&](Talk& talk, Step& step) {
    if (!talk.whole()) return;
    auto& line = talk.line();
    const auto from = line.crossings().size();
    for (const auto& datagram : probe::hello_datagrams(*hello)) line.inject(datagram);
    line.await([] { return false; }, Clock::now() + late_time);
    step.facts.emplace_back("answer to the hello", clear_answer_since(line, from).text());
    talk.exchange();
  });
}

/// The same client anew, from the same port, without a word to the old association.
Step boot_again(Bench& bench, ScriptEvidence& evidence) {
  probe::LocalAddress port;
  {
    auto first = Talk::open(bench, {});
    if (!first) return unplayed(first.error(), evidence);
    first->whole();
    port = first->line().udp().local();
  }
  TalkOptions options;
  options.local = port;
  options.patience = 10s;
  return whole(std::move(options))(bench, evidence);
}

CheckSpec new_hello_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a first hello into a live association", .play = hello_into_association});
  row.moves.push_back({.what = "a whole handshake from the port of a live association",
                       .play = boot_again,
                       .expect = Expect::either,
                       .level = Level::may});
  return spec_of("dtls-new-hello-same-port", std::move(row));
}

Step resume(Bench& bench, ScriptEvidence& evidence) {
  TalkOptions options;
  auto engine = make_engine(options);
  if (!engine) return unplayed(engine.error(), evidence);
  options.made = std::move(*engine);
  auto first = Talk::open(bench, options);
  if (!first) return unplayed(first.error(), evidence);
  const bool served = first->whole();
  options.resume = first->line().session();
  first->line().close_notify();
  if (!served) return first->step("");
  const bool offered = options.resume != nullptr;
  auto step = whole(std::move(options))(bench, evidence);
  step.detail += offered ? "a session was offered" : "the server gave no session out";
  if (tls_protocol::fact(step, "resumed") == "yes") step.detail += " and resumed";
  return step;
}

CheckSpec resume_row() {
  MoveRow row;
  row.moves.push_back({.what = "a second handshake with the session of the first", .play = resume});
  return spec_of("dtls-resume", std::move(row));
}

/// A question is held back until close_notify went out, and comes late.
Step late_question(Bench& bench, ScriptEvidence& evidence) {
  Step step;
  auto talk = Talk::open(bench, {});
  if (!talk) return unplayed(talk.error(), evidence);
  if (!talk->whole()) return talk->step("");
  auto& line = talk->line();
  const Bytes held = talk->hold_back();
  line.close_notify();
  // Straight from the socket: our client has ended and takes no more.
  std::size_t answers = 0;
  const auto silent_for = [&](Nanos time) {
    const auto until = Clock::now() + time;
    while (const auto datagram = line.overhear(until)) {
      if (probe::holds_protected(*datagram, probe::ContentType::application_data)) ++answers;
    }
  };
  silent_for(late_time / 4);
  line.inject(held);
  silent_for(late_time);
  step = talk->step("");
  step.outcome = Outcome::accept;
  step.facts.emplace_back("answers to it", std::to_string(answers));
  return step;
}

CheckSpec close_row() {
  MoveRow row;
  row.moves.push_back({.what = "a question that comes behind close_notify",
                       .play = late_question,
                       .facts = {{.name = "answers to it",
                                  .values = {"0"},
                                  .otherwise = "a datagram behind close_notify is processed"}}});
  return spec_of("dtls-close-notify", std::move(row));
}

}  // namespace

std::vector<CheckSpec> association_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(new_hello_row());
  rows.push_back(resume_row());
  rows.push_back(close_row());
  return rows;
}

}  // namespace handfast::check::dtls
