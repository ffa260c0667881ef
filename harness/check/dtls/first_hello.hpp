// Rows that are decided by the first answers in clear: a ClientHello, the cookie, a second one.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "harness/check/script.hpp"
#include "harness/probe/datagram/first_answer.hpp"

namespace handfast::check::dtls {

/// What is as right as silence where a hello is not to be answered by ServerHello.
inline constexpr const char* new_cookie = "HelloVerifyRequest";
inline constexpr const char* silence = "silence";

/// How long a first answer may take; silence costs as much.
inline constexpr Nanos answer_patience = std::chrono::milliseconds(1500);

/// One client of hellos by hand: its socket, its hello and the cookie that it got.
struct Greeting {
  probe::UdpLine line;
  probe::DatagramHello hello;
  probe::FirstAnswer answer;  ///< to the first hello, which goes out again while it is lost

  bool cookie_asked() const { return answer.kind == probe::AnswerKind::hello_verify; }
  /// The hello that a good client sends next.
  probe::DatagramHello second() const { return probe::with_cookie(hello, answer.cookie); }
};

/// Opens a socket and sends a first hello, changed by `change` before.
Result<Greeting> greet(Bench& bench, const probe::LocalAddress& local = {},
                       const std::function<void(probe::DatagramHello&)>& change = {});

/// Facts "answer" and what else it says; outcome accept for a ServerHello, reject for an alert,
/// hang for anything else.
Step step_of(const probe::FirstAnswer& answer);

/// Greets, and when a cookie was asked for gives the greeting to `play`; else the Step is left out
/// with the token no-cookie.
std::function<Step(Bench&, ScriptEvidence&)> behind_cookie(
    std::function<Step(Bench&, Greeting&)> play);

}  // namespace handfast::check::dtls
