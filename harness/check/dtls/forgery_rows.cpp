// Rows about datagrams that others send into an association, or send again: they are dropped
// silently, and the association lives (RFC 6347 section 4.1.2.7).
#include <fmt/format.h>

#include <algorithm>

#include "core/base/random.hpp"
#include "core/coap/message.hpp"
#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::dtls {

namespace {

using namespace std::chrono_literals;
using probe::ContentType;
using probe::Outcome;

constexpr Nanos quiet_time = 1s;  // in which an answer would have come
constexpr Nanos between_questions = 2ms;
constexpr std::size_t beyond_window = 70;  // numbers; a window holds 64, 32 at least
constexpr std::uint8_t fatal = 2;
constexpr std::uint8_t made_up_type = 200;  // of content

/// Protected application records that came since `from`.
std::size_t answers_since(const probe::DtlsLine& line, std::size_t from) {
  const auto& seen = line.crossings();
  return static_cast<std::size_t>(std::count_if(
      seen.begin() + static_cast<std::ptrdiff_t>(from), seen.end(), [](const auto& crossing) {
        return !crossing.sent &&
               probe::holds_protected(crossing.datagram, ContentType::application_data);
      }));
}

/// Waits until the answers to earlier questions have come: a slow server's would be taken for one
/// to what is injected next.
void await_silence(probe::DtlsLine& line) {
  constexpr int most = 10;
  for (int i = 0; i < most; ++i) {
    const auto before = line.crossings().size();
    line.await([] { return false; }, Clock::now() + quiet_time);
    if (line.crossings().size() == before) return;
  }
}

/// Injects and says how many answers came of it.
std::size_t answers_to(Talk& talk, ByteView datagram) {
  auto& line = talk.line();
  await_silence(line);
  const auto from = line.crossings().size();
  line.inject(datagram);
  line.await([] { return false; }, Clock::now() + quiet_time);
  return answers_since(line, from);
}

/// The newest application datagram of ours.
Bytes newest_question(const probe::DtlsLine& line) {
  const auto& seen = line.crossings();
  const auto found = std::find_if(seen.rbegin(), seen.rend(), [](const auto& crossing) {
    return crossing.sent &&
           probe::holds_protected(crossing.datagram, ContentType::application_data);
  });
  return found == seen.rend() ? Bytes{} : found->datagram;
}

std::function<Step(Bench&, ScriptEvidence&)> in_association(
    std::function<void(Talk&, Step&)> play) {
  return [play = std::move(play)](Bench& bench, ScriptEvidence& evidence) {
    return with_talk(bench, evidence, {}, [&](Talk& talk, Step& step) {
      if (talk.whole()) play(talk, step);
    });
  };
}

FactWant not_processed() {
  return {.name = "answers to it",
          .values = {"0"},
          .otherwise = "a datagram that was seen before, or is too old, is processed"};
}

void replay(Talk& talk, Step& step) {
  const auto answers = answers_to(talk, newest_question(talk.line()));
  step.facts.emplace_back("answers to it", std::to_string(answers));
  talk.exchange();
}

/// A question that is held back until its number has left the window.
void too_old(Talk& talk, Step& step) {
  auto& line = talk.line();
  const Bytes held = talk.hold_back();
  // Not awaited one by one: servers let some questions lie that follow on each other at once.
  for (std::size_t i = 0; i < beyond_window; ++i) {
    line.send(talk.questions().question());
    line.await([] { return false; }, Clock::now() + between_questions);
  }
  if (!talk.exchange()) return;
  step.facts.emplace_back("answers to it", std::to_string(answers_to(talk, held)));
  talk.exchange();
}

CheckSpec replay_row() {
  MoveRow row;
  row.moves.push_back({.what = "an application datagram sent again",
                       .play = in_association(replay),
                       .facts = {not_processed()}});
  row.moves.push_back({.what = "an unseen number left of the window",
                       .play = in_association(too_old),
                       .facts = {not_processed()}});
  return spec_of("dtls-replay", std::move(row));
}

CheckSpec bad_mac_row() {
  MoveRow row;
  row.moves.push_back({.what = "an application datagram with a flipped bit",
                       .play = in_association([](Talk& talk, Step&) {
                         auto& line = talk.line();
                         // A number of its own, or it would be dropped as seen before.
                         Bytes made;
                         probe::DatagramPath spoiling;
                         spoiling.out = [&made](ByteView datagram) -> std::vector<Bytes> {
                           made.assign(datagram.begin(), datagram.end());
                           made.back() ^= 1;
                           return {};
                         };
                         line.take_path(std::move(spoiling));
                         line.send(talk.questions().question());
                         line.take_path({});
                         answers_to(talk, made);
                         talk.exchange();
                       })});
  return spec_of("dtls-bad-mac", std::move(row));
}

// --- what is no DTLS
// ------------------------------------------------------------------------------

Bytes noise(std::uint64_t seed) {
  Random random(seed);
  Bytes bytes(200);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  bytes.front() = made_up_type;  // whatever chance says, no record
  return bytes;
}

Bytes tls_over_udp() {
  const auto hello = probe::make_hello(probe::HelloBase::modern, "");
  return hello ? probe::to_wire(*hello) : Bytes{};
}

Bytes clear_coap() {
  Bytes bytes;
  coap::encode(bytes, {.id = 1});
  return bytes;
}

/// From a socket that has no association.
Move stray(std::string what, std::function<Bytes()> make) {
  Move move;
  move.what = std::move(what);
  move.play = [make = std::move(make)](Bench& bench, ScriptEvidence& evidence) {
    auto line = probe::UdpLine::open(bench.endpoint(one_way));
    if (!line) return unplayed(line.error(), evidence);
    return step_of(probe::ask(*line, {make()}, answer_patience));
  };
  move.expect = Expect::any;
  move.facts = {{.name = "answer",
                 .values = {silence, "alert handshake_failure (40)"},
                 .otherwise = "what is no DTLS is answered"}};
  return move;
}

CheckSpec garbage_row() {
  MoveRow row;
  row.moves.push_back(stray("random bytes", [] { return noise(1); }));
  row.moves.push_back(stray("a hello of TLS", tls_over_udp));
  row.moves.push_back(stray("CoAP in clear", clear_coap));
  row.moves.push_back({.what = "the same into an association",
                       .play = in_association([](Talk& talk, Step&) {
                         for (const auto& bytes : {noise(2), tls_over_udp(), clear_coap()}) {
                           talk.line().inject(bytes);
                         }
                         talk.exchange();
                       })});
  return spec_of("dtls-garbage", std::move(row));
}

Bytes forged_alert(std::uint64_t sequence) {
  return probe::datagram_of({.type = ContentType::alert,
                             .sequence = sequence,
                             .fragment = {fatal, tls_protocol::alert::handshake_failure}});
}

/// Behind the client's second hello, with a number that it will not use itself.
Step alert_in_handshake(Bench& bench, ScriptEvidence& evidence) {
  return with_talk(bench, evidence, {}, [](Talk& talk, Step&) {
    auto& line = talk.line();
    const auto hellos = [&line] {
      return std::ranges::count_if(line.crossings(), &probe::Crossing::sent) >= 2;
    };
    line.await(hellos, Clock::now() + answer_patience);
    line.inject(forged_alert(1000));
    talk.whole();
  });
}

CheckSpec forged_alert_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a forged alert into an association", .play = in_association([](Talk& talk, Step&) {
                                                       talk.line().inject(forged_alert(1000));
                                                       talk.exchange();
                                                     })});
  row.moves.push_back({.what = "a forged alert into a handshake",
                       .play = alert_in_handshake,
                       .expect = Expect::either,
                       .level = Level::may});
  return spec_of("dtls-alert-forged", std::move(row));
}

}  // namespace

std::vector<CheckSpec> forgery_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(replay_row());
  rows.push_back(bad_mac_row());
  rows.push_back(garbage_row());
  rows.push_back(forged_alert_row());
  return rows;
}

}  // namespace handfast::check::dtls
