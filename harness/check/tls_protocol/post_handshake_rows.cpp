// Section C4: messages behind the handshake. renegotiation_info is among the parameters.
#include <algorithm>

#include "core/tls/native/engine.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/probe/legacy_hello.hpp"
#include "harness/probe/renegotiate.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::HelloBase;

constexpr std::uint8_t key_update_type = 24;  // RFC 8446 section 4

TalkOptions native_with(tls::Mutation mutation) {
  TalkOptions options;
  options.engine = tls::EngineKind::native;
  options.mutation = mutation;
  return options;
}

constexpr const char* renegotiating = "the client asks for a further handshake";
constexpr const char* flooding = "20 further handshakes are asked for";
constexpr const char* client_afterwards = "the next client";

/// Outcome accept: the first handshake was done; what came of the others is in facts.
Step renegotiation(Bench& bench, int attempts) {
  const auto seen = probe::renegotiate(bench.endpoint("one"), attempts, bench.timeouts());
  Step step;
  step.detail = seen.trouble;
  if (!seen.connected) return step;
  const bool all = seen.served == attempts;
  step.outcome = all ? probe::Outcome::accept : probe::Outcome::hang;
  if (seen.alert || seen.ended) step.outcome = probe::Outcome::reject;
  if (seen.alert) step.close = probe::CloseKind::alert;
  if (seen.ended && !seen.alert) step.close = probe::CloseKind::fin;
  step.alert = seen.alert;
  step.facts = {{"asked for", std::to_string(seen.attempts)},
                {"served", std::to_string(seen.served)}};
  return step;
}

Move renegotiating_move(const char* what, int attempts) {
  Move move;
  move.what = what;
  move.play = [attempts](Bench& bench, ScriptEvidence&) { return renegotiation(bench, attempts); };
  move.expect = Expect::reject;
  move.needs = HelloBase::tls12;
  return move;
}

CheckSpec renegotiation_refused() {
  auto move = renegotiating_move(renegotiating, 1);
  move.alerts = {alert::no_renegotiation, alert::handshake_failure, alert::unexpected_message};
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of("tls12-reneg-client", std::move(row));
}

CheckSpec renegotiation_flood() {
  MoveRow row;
  row.moves = {renegotiating_move(flooding, 20),
               {.what = client_afterwards, .play = whole("", {}), .needs = HelloBase::tls12}};
  row.moves[0].level = Level::should;
  return spec_of("tls12-reneg-flood", std::move(row));
}

/// Only where renegotiation is served at all does the extension decide anything.
Step legacy_renegotiation(Bench& bench, ScriptEvidence& /*evidence*/) {
  const auto& endpoint = bench.endpoint("one");
  const auto secure = probe::renegotiate(endpoint, 1, bench.timeouts());
  if (secure.connected && secure.served == 0) return left_out("renegotiation-refused");
  const auto seen = probe::renegotiate_without_extension(endpoint, bench.timeouts());
  Step step;
  step.detail = seen.trouble;
  if (!seen.sent) return step;
  step.outcome = probe::Outcome::hang;
  if (seen.alert || seen.ended) step.outcome = probe::Outcome::reject;
  if (seen.answered) {
    step.outcome = probe::Outcome::accept;
    step.detail = "a ServerHello answers it";
  }
  step.alert = seen.alert;
  if (seen.alert) step.close = probe::CloseKind::alert;
  if (seen.ended && !seen.alert) step.close = probe::CloseKind::fin;
  return step;
}

CheckSpec legacy_renegotiation_refused() {
  MoveRow row;
  row.moves = {
      {.what = "a further ClientHello without renegotiation_info",
       .play = legacy_renegotiation,
       .expect = Expect::reject,
       .alerts = {alert::handshake_failure, alert::no_renegotiation, alert::unexpected_message},
       .needs = HelloBase::tls12}};
  return spec_of("tls12-reneg-legacy", std::move(row));
}

CheckSpec tls13_row(const std::string& id, std::vector<Move> moves) {
  MoveRow row;
  row.moves = std::move(moves);
  for (auto& move : row.moves) move.needs = HelloBase::tls13;
  return spec_of(id, std::move(row));
}

CheckSpec ended(const std::string& id, std::string what, tls::Mutation mutation,
                std::vector<std::uint8_t> alerts) {
  return tls13_row(id, {{.what = std::move(what),
                         .play = whole("", native_with(mutation)),
                         .expect = Expect::reject,
                         .alerts = std::move(alerts)}});
}

/// Our key is updated in front of every record but the first.
Step own_updates(Bench& bench, ScriptEvidence& evidence) {
  const tls::ClientSettings settings{.verify = false};
  auto engine = tls::native::NativeEngine::make(settings);
  if (!engine) {
    evidence.problem = engine.error().text();
    return {};
  }
  (*engine)->update_keys_after(1);
  TalkOptions options;
  options.made = std::move(*engine);
  return whole_connection(bench, "", std::move(options), evidence);
}

std::size_t updates_of_peer(Talk& talk) {
  return static_cast<std::size_t>(std::ranges::count_if(
      talk.line().tls().facts().messages,
      [](const auto& message) { return !message.sent && message.type == key_update_type; }));
}

Step asks_for_update(Bench& bench, ScriptEvidence& evidence) {
  return with_talk(bench, evidence, "", native_with(tls::Mutation::key_update_requested),
                   [](Talk& talk, Step& step) {
                     talk.to_pingresp();
                     step.facts.emplace_back("KeyUpdate back",
                                             updates_of_peer(talk) > 0 ? "yes" : "no");
                   });
}

Step update_flood(Bench& bench, ScriptEvidence& evidence) {
  constexpr int updates = 1000;
  return with_talk(bench, evidence, "", native_with(tls::Mutation::key_update_requested),
                   [](Talk& talk, Step& step) {
                     if (!talk.handshake() || !talk.connect()) return;
                     int sent = 0;
                     while (sent < updates && talk.send(mqtt::Pingreq{})) {
                       ++sent;
                       // Answers are taken as they come.
                       talk.line().await([] { return false; }, Clock::now());
                     }
                     talk.ping();
                     step.facts.emplace_back("updates sent", std::to_string(sent));
                     step.facts.emplace_back("updates back", std::to_string(updates_of_peer(talk)));
                   });
}

Step watched(Bench& bench, ScriptEvidence& evidence) {
  return with_talk(bench, evidence, "", native_with(tls::Mutation::none), [](Talk& talk, Step&) {
    if (!talk.handshake() || !talk.connect()) return;
    // Our client refuses a CertificateRequest that it did not offer to answer.
    talk.await_end(5s);
    talk.ping();
  });
}

}  // namespace

std::vector<CheckSpec> post_handshake_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(renegotiation_refused());
  rows.push_back(legacy_renegotiation_refused());
  rows.push_back(renegotiation_flood());
  rows.push_back(ended("tls13-hello-after-handshake", "ClientHello behind the handshake",
                       tls::Mutation::hello_again, {alert::unexpected_message}));
  rows.push_back(
      tls13_row("tls13-keyupdate", {{.what = "KeyUpdate, then PINGREQ", .play = own_updates}}));
  rows.push_back(
      tls13_row("tls13-keyupdate-requested",
                {{.what = "KeyUpdate that asks for one, then PINGREQ",
                  .play = asks_for_update,
                  .facts = {{.name = "KeyUpdate back",
                             .values = {"yes"},
                             .otherwise = "the broker did not update its key when asked to"}}}}));
  rows.push_back(ended("tls13-keyupdate-bad-value", "request_update 2",
                       tls::Mutation::key_update_bad_value,
                       {alert::illegal_parameter, alert::decode_error}));
  rows.push_back(ended("tls13-keyupdate-early", "KeyUpdate in front of Finished",
                       tls::Mutation::key_update_early, {alert::unexpected_message}));
  rows.push_back(tls13_row(
      "tls13-keyupdate-flood",
      {{.what = "1,000 KeyUpdates that ask for one", .play = update_flood, .expect = Expect::any},
       {.what = client_afterwards, .play = whole("", {})}}));
  rows.push_back(tls13_row("tls13-no-unrequested-auth",
                           {{.what = "5 s of silence, then PINGREQ", .play = watched}}));
  return rows;
}

}  // namespace handfast::check::tls_protocol
