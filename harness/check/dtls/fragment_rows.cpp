// Rows about messages in pieces and flights in odd packages: what a path and other stacks do to
// them, without keys.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/dtls/turns.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::dtls {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t hello_fragment_bytes = 40;
constexpr std::uint16_t small_mtu = 256 + 28;  // datagrams of 256 bytes behind IP and UDP
constexpr std::size_t narrow_path_bytes = 512;
constexpr std::size_t largest_unfragmented = 1472;  // of payload, on links of 1500
constexpr Nanos retransmission_patience = 60s;
constexpr std::uint32_t lie_bytes = 20;

TalkOptions with_certificate() {
  TalkOptions options;
  options.listener = two_way;
  options.identity = good_client_fixture;
  return options;
}

/// A handshake through a path that is made anew for each try: turns remember what passed.
Move bent(std::string what, TalkOptions options, std::function<probe::Turn()> turn) {
  return {.what = std::move(what),
          .play = [options = std::move(options), turn = std::move(turn)](Bench& bench,
                                                                         ScriptEvidence& evidence) {
            auto own = options;
            own.path.out = turn();
            return whole(std::move(own))(bench, evidence);
          }};
}

MoveRow with_certificate_row() {
  MoveRow row;
  row.listeners = {two_way};
  row.identity = good_client_fixture;
  return row;
}

CheckSpec hello_fragmented_row() {
  MoveRow row;
  row.moves.push_back(bent("the first hello in fragments of 40 bytes", {},
                           [] { return hello_in_fragments(hello_fragment_bytes); }));
  return spec_of("dtls-hello-fragmented", std::move(row));
}

CheckSpec flight_fragments_row() {
  auto row = with_certificate_row();
  auto options = with_certificate();
  options.mtu = small_mtu;
  row.moves.push_back({.what = "a flight in datagrams of 256 bytes", .play = whole(options)});
  return spec_of("dtls-flight-fragments", std::move(row));
}

CheckSpec overlap_row() {
  auto row = with_certificate_row();
  row.moves.push_back(bent("fragments that overlap, in reverse order, one of them twice",
                           with_certificate(), overlapping_fragments));
  return spec_of("dtls-fragments-overlap", std::move(row));
}

CheckSpec duplicate_row() {
  auto row = with_certificate_row();
  row.moves.push_back(bent("the last flight twice", with_certificate(), last_flight_twice));
  return spec_of("dtls-duplicate-flight", std::move(row));
}

CheckSpec repacked_row() {
  auto row = with_certificate_row();
  row.moves.push_back(
      bent("the last flight as one datagram", with_certificate(), last_flight_in_one));
  row.moves.push_back(bent("a datagram for each record", with_certificate(), record_by_record));
  auto early = with_certificate();
  early.patience = retransmission_patience;
  row.moves.push_back(bent("Finished ahead of ChangeCipherSpec", std::move(early), finished_first));
  return spec_of("dtls-flight-repacked", std::move(row));
}

/// `hello` whose only fragment says that the message ends before it does.
std::vector<Bytes> lying(const probe::DatagramHello& hello) {
  auto datagrams = probe::hello_datagrams(hello);
  auto records = probe::split_datagram(datagrams.front());
  auto& record = records->front();
  auto fragment = probe::fragments_of(record).front();
  fragment.length -= lie_bytes;
  record.fragment = probe::to_bytes(fragment);
  return {probe::datagram_of(record)};
}

CheckSpec lie_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a hello whose fragment is longer than its message",
       .play =
           [](Bench& bench, ScriptEvidence& evidence) {
             // With the cookie when there is one: else nobody looks further.
             auto greeting = greet(bench);
             if (!greeting) return unplayed(greeting.error(), evidence);
             auto hello = greeting->cookie_asked() ? greeting->second() : greeting->hello;
             auto line = greeting->cookie_asked()
                             ? Result<probe::UdpLine>(std::move(greeting->line))
                             : probe::UdpLine::open(bench.endpoint(one_way));
             if (!line) return unplayed(line.error(), evidence);
             return step_of(probe::ask(*line, lying(hello), answer_patience));
           },
       .expect = Expect::reject_or_silence,
       .alerts = {tls_protocol::alert::illegal_parameter, tls_protocol::alert::decode_error}});
  return spec_of("dtls-fragment-lie", std::move(row));
}

std::size_t largest_received(const std::vector<probe::Crossing>& crossings) {
  std::size_t largest = 0;
  for (const auto& crossing : crossings) {
    if (!crossing.sent) largest = std::max(largest, crossing.datagram.size());
  }
  return largest;
}

CheckSpec small_path_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a path that loses datagrams above 512 bytes",
       .play = [](Bench& bench, ScriptEvidence& evidence) {
         TalkOptions options;
         options.patience = retransmission_patience;
         options.path.in = drop_larger_than(narrow_path_bytes);
         return with_talk(bench, evidence, std::move(options), [](Talk& talk, Step& step) {
           talk.whole();
           const auto largest = largest_received(talk.line().crossings());
           step.facts.emplace_back("largest datagram", std::to_string(largest));
           step.detail =
               fmt::format("largest datagram {} B{}", largest,
                           largest > largest_unfragmented ? ", more than links carry" : "");
         });
       }});
  return long_spec_of("dtls-mtu-small", std::move(row));
}

}  // namespace

std::vector<CheckSpec> fragment_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(hello_fragmented_row());
  rows.push_back(flight_fragments_row());
  rows.push_back(overlap_row());
  rows.push_back(lie_row());
  rows.push_back(small_path_row());
  rows.push_back(duplicate_row());
  rows.push_back(repacked_row());
  return rows;
}

}  // namespace handfast::check::dtls
