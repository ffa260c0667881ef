// Rows about the cookie: what a server makes of a client whose address is not proved yet.
#include <fmt/format.h>

#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::dtls {

namespace {

constexpr const char* other_address = "127.0.0.2";
constexpr std::uint64_t odd_sequence = 7;

std::string alert_text(std::uint8_t description) {
  probe::FirstAnswer answer;
  answer.kind = probe::AnswerKind::alert;
  answer.alert = description;
  return answer.text();
}

/// A second hello that proves nothing gets a new cookie, silence or an alert.
FactWant no_server_hello(std::string otherwise) {
  return {.name = "answer",
          .values = {new_cookie, silence, alert_text(tls_protocol::alert::handshake_failure),
                     alert_text(tls_protocol::alert::illegal_parameter)},
          .otherwise = std::move(otherwise)};
}

Move cookie_move(std::string what, std::function<Step(Bench&, Greeting&)> play,
                 std::string otherwise) {
  return {.what = std::move(what),
          .play = behind_cookie(std::move(play)),
          .expect = Expect::any,
          .facts = {no_server_hello(std::move(otherwise))}};
}

Step second_answer(Greeting& greeting, const probe::DatagramHello& hello) {
  return step_of(probe::ask(greeting.line, probe::hello_datagrams(hello), answer_patience));
}

CheckSpec asked_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a first hello",
       .play =
           [](Bench& bench, ScriptEvidence& evidence) {
             auto greeting = greet(bench);
             if (!greeting) return unplayed(greeting.error(), evidence);
             auto step = step_of(greeting->answer);
             const auto asked = probe::hello_datagrams(greeting->hello).front().size();
             step.facts.emplace_back("size", greeting->answer.bytes > asked
                                                 ? "larger than the hello"
                                                 : "not larger than the hello");
             step.facts.emplace_back("bytes",
                                     fmt::format("{} for {}", greeting->answer.bytes, asked));
             return step;
           },
       .expect = Expect::any,
       .facts = {{.name = "answer",
                  .values = {new_cookie},
                  .otherwise = "a client whose address is not proved is answered with more than a "
                               "cookie"},
                 {.name = "size",
                  .values = {"not larger than the hello"},
                  .otherwise = "the answer is larger than what asked for it"}}});
  return spec_of("dtls-cookie-asked", std::move(row));
}

CheckSpec wrong_row() {
  MoveRow row;
  row.moves.push_back(cookie_move(
      "one bit of the cookie flipped",
      [](Bench&, Greeting& greeting) {
        auto hello = greeting.second();
        if (hello.cookie.empty()) return tls_protocol::left_out("empty-cookie");
        hello.cookie.back() ^= 1;
        return second_answer(greeting, hello);
      },
      "a cookie that the server never gave out is taken"));
  return spec_of("dtls-cookie-wrong", std::move(row));
}

/// The cookie that one socket got, sent from another.
Step from_elsewhere(Bench& bench, const Greeting& greeting, const probe::LocalAddress& local) {
  auto other = probe::UdpLine::open(bench.endpoint(one_way), local);
  if (!other) return tls_protocol::left_out("no-second-address");
  return step_of(probe::ask(*other, probe::hello_datagrams(greeting.second()), answer_patience));
}

CheckSpec other_port_row() {
  MoveRow row;
  // From the same port, so that the address alone differs.
  row.moves.push_back(cookie_move(
      "the cookie from another address",
      [](Bench& bench, Greeting& greeting) {
        const auto port = greeting.line.local().port;
        return from_elsewhere(bench, greeting, {.host = other_address, .port = port});
      },
      "a cookie is taken from an address that it was not given to"));
  auto port = cookie_move(
      "the cookie from another port",
      [](Bench& bench, Greeting& greeting) { return from_elsewhere(bench, greeting, {}); },
      "a cookie is taken from another port of the address");
  port.level = Level::may;
  row.moves.push_back(std::move(port));
  return spec_of("dtls-cookie-other-port", std::move(row));
}

CheckSpec changed_hello_row() {
  MoveRow row;
  row.moves.push_back(cookie_move(
      "another random with the cookie",
      [](Bench&, Greeting& greeting) {
        auto hello = greeting.second();
        hello.message.random.front() ^= 1;
        return second_answer(greeting, hello);
      },
      "the cookie is taken with another hello than it was given for"));
  auto suites = cookie_move(
      "one suite less with the cookie",
      [](Bench&, Greeting& greeting) {
        auto hello = greeting.second();
        hello.message.cipher_suites.pop_back();
        return second_answer(greeting, hello);
      },
      "the cookie is taken with another hello than it was given for");
  suites.level = Level::may;  // servers that bind the random need not look at the rest
  row.moves.push_back(std::move(suites));
  return spec_of("dtls-cookie-changed-hello", std::move(row));
}

CheckSpec sequence_row() {
  MoveRow row;
  row.moves.push_back({.what = "a first hello with record sequence number 7",
                       .play =
                           [](Bench& bench, ScriptEvidence& evidence) {
                             auto greeting = greet(bench, {}, [](probe::DatagramHello& hello) {
                               hello.record_sequence = odd_sequence;
                             });
                             if (!greeting) return unplayed(greeting.error(), evidence);
                             if (!greeting->cookie_asked())
                               return tls_protocol::left_out("no-cookie");
                             auto step = step_of(greeting->answer);
                             step.facts.emplace_back(
                                 "sequence", std::to_string(greeting->answer.record_sequence));
                             step.detail = fmt::format("the answer has the sequence number {}",
                                                       greeting->answer.record_sequence);
                             return step;
                           },
                       .expect = Expect::any});
  return spec_of("dtls-hvr-sequence", std::move(row));
}

}  // namespace

std::vector<CheckSpec> cookie_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(asked_row());
  rows.push_back(wrong_row());
  rows.push_back(other_port_row());
  rows.push_back(changed_hello_row());
  rows.push_back(sequence_row());
  return rows;
}

}  // namespace handfast::check::dtls
