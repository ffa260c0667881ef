// Rows about versions: of the handshake, and of the first record.
#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/dtls/turns.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::dtls {

namespace {

namespace alert = tls_protocol::alert;

CheckSpec dtls12_row() {
  MoveRow row;
  row.moves.push_back({.what = "a handshake of DTLS 1.2", .play = whole({})});
  auto spec = spec_of("dtls12-handshake", std::move(row));
  std::get<ScriptPlan>(spec.plan).twin = false;  // it is the twin of all others
  return spec;
}

/// The path is made anew for each try: its turns remember what passed.
Move record_version_move(std::string what, std::uint16_t version) {
  return {.what = std::move(what), .play = [version](Bench& bench, ScriptEvidence& evidence) {
            TalkOptions options;
            options.path.out = hello_in_version(version);
            return whole(std::move(options))(bench, evidence);
          }};
}

CheckSpec record_version_row() {
  MoveRow row;
  row.moves.push_back(record_version_move("first record of version 1.0", probe::dtls_1_0));
  row.moves.push_back(record_version_move("first record of version 1.2", probe::dtls_1_2));
  return spec_of("dtls-hello-record-version", std::move(row));
}

/// As far as the first answer beyond the cookie: without an implementation of DTLS 1.3 on our side
/// no more can be said.
Step ask_dtls13(Bench& bench, ScriptEvidence& evidence) {
  const auto endpoint = bench.endpoint(one_way);
  auto hello = probe::make_dtls13_hello(endpoint.host);
  if (!hello) return unplayed(hello.error(), evidence);
  auto line = probe::UdpLine::open(endpoint);
  if (!line) return unplayed(line.error(), evidence);
  return step_of(probe::ask(*line, probe::hello_datagrams(*hello), answer_patience));
}

CheckSpec dtls13_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a hello of DTLS 1.3 alone", .play = ask_dtls13, .expect = Expect::either});
  return spec_of("dtls13-handshake", std::move(row));
}

/// A HelloVerifyRequest that wears version 1.0 is no acceptance (RFC 6347 section 4.2.1).
Step ask_dtls10(Bench& bench, ScriptEvidence& evidence) {
  auto greeting = greet(bench, {}, [](probe::DatagramHello& hello) {
    hello.message.legacy_version = probe::dtls_1_0;
    // Suites that DTLS 1.0 knows: ECDHE with AES-CBC (RFC 4492).
    for (const auto suite : {0xc009, 0xc013, 0xc00a, 0xc014}) {
      hello.message.cipher_suites.push_back(static_cast<std::uint16_t>(suite));
    }
  });
  if (!greeting) return unplayed(greeting.error(), evidence);
  if (!greeting->cookie_asked()) return step_of(greeting->answer);
  return step_of(
      probe::ask(greeting->line, probe::hello_datagrams(greeting->second()), answer_patience));
}

CheckSpec dtls10_row() {
  MoveRow row;
  row.moves.push_back({.what = "a hello of DTLS 1.0, with the cookie when one is asked for",
                       .play = ask_dtls10,
                       .expect = Expect::reject_or_silence,
                       .alerts = {alert::protocol_version, alert::handshake_failure}});
  return spec_of("dtls10-refused", std::move(row));
}

}  // namespace

std::vector<CheckSpec> version_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(dtls12_row());
  rows.push_back(record_version_row());
  rows.push_back(dtls13_row());
  rows.push_back(dtls10_row());
  return rows;
}

}  // namespace handfast::check::dtls
