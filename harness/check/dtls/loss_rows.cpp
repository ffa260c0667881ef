// Rows about lost datagrams: who does not get an answer sends its flight again.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/dtls/turns.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/answer.hpp"

namespace handfast::check::dtls {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;

constexpr Nanos repeat_patience = 60s;
constexpr double random_loss = 0.1;
constexpr std::size_t lossy_handshakes = 50;
constexpr std::size_t at_once = 10;
constexpr double accepted_share = 0.95;

TalkOptions options_at(const std::string& listener) {
  TalkOptions options;
  options.listener = listener;
  if (listener == two_way) options.identity = good_client_fixture;
  options.patience = repeat_patience;
  return options;
}

struct DatagramCounts {
  std::size_t sent = 0, received = 0;
};

/// Of a handshake that loses nothing.
Result<DatagramCounts> count_datagrams(Bench& bench, const std::string& listener) {
  auto talk = Talk::open(bench, options_at(listener));
  if (!talk) return talk.error();
  if (!talk->handshake()) return environment_problem("no handshake without loss either", listener);
  DatagramCounts counts;
  for (const auto& crossing : talk->line().crossings()) {
    ++(crossing.sent ? counts.sent : counts.received);
  }
  talk->line().close_notify();
  return counts;
}

/// One handshake for each of the datagrams, which loses that one. The first that comes to nothing
/// is the Step; else the slowest is, as the one to look at.
Step lose_each(Bench& bench, ScriptEvidence& evidence, const std::string& listener) {
  if (!bench.has(listener)) return tls_protocol::left_out("no-listener");
  const auto counts = count_datagrams(bench, listener);
  if (!counts) return unplayed(counts.error(), evidence);
  Step worst;
  std::size_t played = 0;
  for (const bool sent : {true, false}) {
    for (std::size_t n = 1; n <= (sent ? counts->sent : counts->received); ++n) {
      auto options = options_at(listener);
      (sent ? options.path.out : options.path.in) = drop_nth(n);
      auto step = whole(std::move(options))(bench, evidence);
      ++played;
      if (worst.outcome == Outcome::accept && step.outcome == Outcome::accept &&
          step.took < worst.took) {
        continue;
      }
      worst = std::move(step);
      worst.detail += fmt::format("{}datagram {} of the {} lost", worst.detail.empty() ? "" : "; ",
                                  n, sent ? "client" : "server");
      if (worst.outcome != Outcome::accept) return worst;
    }
  }
  worst.facts.emplace_back("handshakes", std::to_string(played));
  worst.facts.emplace_back("slowest", fmt::format("{:.1f} s", seconds(worst.took)));
  return worst;
}

Move lose_each_move(std::string what, std::string listener) {
  return {.what = std::move(what),
          .play = [listener = std::move(listener)](Bench& bench, ScriptEvidence& evidence) {
            return lose_each(bench, evidence, listener);
          }};
}

CheckSpec loss_each_row() {
  MoveRow row;
  row.moves.push_back(lose_each_move("each datagram lost once", one_way));
  row.moves.push_back(
      lose_each_move("each datagram lost once, with a client certificate", two_way));
  auto spec = long_spec_of("dtls-loss-each", std::move(row));
  // The two-way listener is used when it happens to be there.
  std::get<ScriptPlan>(spec.plan).identities = {std::string(good_client_fixture)};
  return spec;
}

/// Plays the associations side by side, as each may wait for timers of either side.
std::size_t count_accepted(std::vector<Talk>& talks) {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> accepted = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < at_once; ++i) {
      threads.emplace_back([&] {
        for (auto at = next++; at < talks.size(); at = next++) {
          if (talks[at].handshake()) {
            // The weather ends with the handshake: nobody sends application bytes again.
            talks[at].line().take_path({});
            if (talks[at].exchange()) ++accepted;
          }
          talks[at].line().close_notify();
        }
      });
    }
  }
  return accepted;
}

Step random_losses(Bench& bench, ScriptEvidence& evidence) {
  Step step;
  const auto begin = Clock::now();
  std::size_t accepted = 0;
  std::uint64_t retransmits = 0;
  for (std::size_t first = 0; first < lossy_handshakes; first += at_once) {
    std::vector<Talk> talks;
    for (std::size_t i = first; i < first + at_once; ++i) {
      TalkOptions options = options_at(one_way);
      options.path.out_weather = options.path.in_weather = ImpairmentSettings{.loss = random_loss};
      options.path.seed = i + 1;
      auto talk = Talk::open(bench, std::move(options));
      if (!talk) return unplayed(talk.error(), evidence);
      talks.push_back(std::move(*talk));
    }
    accepted += count_accepted(talks);
    for (auto& talk : talks) retransmits += talk.line().tls().datagrams()->retransmits;
  }
  const bool enough = static_cast<double>(accepted) >= accepted_share * lossy_handshakes;
  step.outcome = enough ? Outcome::accept : Outcome::hang;
  step.took = Clock::now() - begin;
  step.detail = fmt::format("{} of {} handshakes in time, {} flights of ours sent again", accepted,
                            lossy_handshakes, retransmits);
  return step;
}

CheckSpec loss_random_row() {
  MoveRow row;
  row.moves.push_back({.what = "a tenth of the datagrams lost", .play = random_losses});
  return long_spec_of("dtls-loss-random", std::move(row));
}

/// Loses what comes after our Finished until our flight goes out again.
void lose_final_flight(probe::DatagramPath& path) {
  const auto finished = std::make_shared<std::size_t>(0);
  path.out = [finished](ByteView datagram) -> std::vector<Bytes> {
    if (probe::holds_protected(datagram, probe::ContentType::handshake)) ++*finished;
    return {Bytes(datagram.begin(), datagram.end())};
  };
  path.in = [finished](ByteView datagram) {
    std::vector<Bytes> out;
    if (*finished != 1) out.emplace_back(datagram.begin(), datagram.end());
    return out;
  };
}

CheckSpec final_flight_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "the server's last flight lost", .play = [](Bench& bench, ScriptEvidence& evidence) {
         auto options = options_at(one_way);
         options.patience = 15s;  // our own flight goes four times by then
         lose_final_flight(options.path);
         return whole(std::move(options))(bench, evidence);
       }});
  return spec_of("dtls-final-flight-lost", std::move(row));
}

}  // namespace

std::vector<CheckSpec> loss_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(loss_each_row());
  rows.push_back(loss_random_row());
  rows.push_back(final_flight_row());
  return rows;
}

}  // namespace handfast::check::dtls
