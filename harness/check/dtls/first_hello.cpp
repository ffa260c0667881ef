#include "harness/check/dtls/first_hello.hpp"

#include <fmt/format.h>

#include "harness/check/dtls/talk.hpp"
#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::dtls {

using probe::AnswerKind;
using probe::Outcome;

namespace {

constexpr int hellos = 2;  // the first may be lost, or find no acceptor

std::string version_text(std::uint16_t version) {
  switch (version) {
    case probe::dtls_1_0:
      return "DTLS 1.0";
    case probe::dtls_1_2:
      return "DTLS 1.2";
    case probe::dtls_1_3:
      return "DTLS 1.3";
    default:
      return fmt::format("{:04x}", version);
  }
}

}  // namespace

Result<Greeting> greet(Bench& bench, const probe::LocalAddress& local,
                       const std::function<void(probe::DatagramHello&)>& change) {
  const auto endpoint = bench.endpoint(one_way);
  auto hello = probe::make_datagram_hello(endpoint.host);
  if (!hello) return hello.error();
  if (change) change(*hello);
  auto line = probe::UdpLine::open(endpoint, local);
  if (!line) return line.error();
  probe::FirstAnswer answer;
  for (int i = 0; i < hellos && answer.kind == AnswerKind::silence; ++i) {
    if (i > 0) ++hello->record_sequence;
    answer = probe::ask(*line, probe::hello_datagrams(*hello), answer_patience);
  }
  return Greeting{std::move(*line), std::move(*hello), std::move(answer)};
}

Step step_of(const probe::FirstAnswer& answer) {
  Step step;
  step.outcome = Outcome::hang;
  step.took = answer.took;
  step.messages = answer.messages;
  step.facts.emplace_back("answer", answer.text());
  step.detail = answer.text();
  if (answer.kind == AnswerKind::server_hello) {
    step.outcome = Outcome::accept;
    step.facts.emplace_back("version", version_text(answer.version));
  } else if (answer.kind == AnswerKind::alert) {
    step.outcome = Outcome::reject;
    step.close = probe::CloseKind::alert;
    step.alert = answer.alert;
  } else if (answer.kind == AnswerKind::refused) {
    step.outcome = Outcome::reject;
    step.detail = "ICMP says that nobody listens";
  }
  return step;
}

std::function<Step(Bench&, ScriptEvidence&)> behind_cookie(
    std::function<Step(Bench&, Greeting&)> play) {
  return [play = std::move(play)](Bench& bench, ScriptEvidence& evidence) {
    auto greeting = greet(bench);
    if (!greeting) return unplayed(greeting.error(), evidence);
    if (!greeting->cookie_asked()) return tls_protocol::left_out("no-cookie");
    return play(bench, *greeting);
  };
}

}  // namespace handfast::check::dtls
