// OCSP answers about the broker's own certificate, stapled to it.
#include <fmt/format.h>

#include <thread>

#include "harness/check/status/moves.hpp"
#include "harness/check/status/rows.hpp"
#include "harness/check/status/staple.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::left_out;
using tls_protocol::Move;
using tls_protocol::MoveRow;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;

std::string staple_listener(std::string_view server) { return "staple@" + std::string(server); }

TalkOptions asking(std::string_view server, std::optional<tls::Version> version = {}) {
  TalkOptions options;
  options.listener = staple_listener(server);
  options.request_staple = true;
  if (version) options.settings.min_version = options.settings.max_version = *version;
  return options;
}

/// One connection that asks for a staple; fact "staple" says what came (staple.hpp).
Step asking_step(Bench& bench, ScriptEvidence& evidence, std::string_view server,
                 std::optional<tls::Version> version = {}) {
  return tls_protocol::with_talk(
      bench, evidence, "", asking(server, version), [&](Talk& talk, Step& step) {
        talk.to_pingresp();
        const auto* identity = bench.materials().identity(server);
        step.facts.emplace_back("staple",
                                staple_text(talk.line().tls().facts().ocsp_staple, identity->list,
                                            std::chrono::system_clock::now()));
      });
}

/// Servers that fetch when they are first asked have none for the first client.
void warm_up(Bench& bench, ScriptEvidence& evidence, std::string_view server) {
  for (int i = 0; i < 3; ++i) {
    const auto step = asking_step(bench, evidence, server);
    if (tls_protocol::fact(step, "staple") != no_staple) return;
    std::this_thread::sleep_for(3s);
  }
}

CheckSpec staple_row(const std::string& id, std::string_view server, std::vector<Move> moves) {
  MoveRow row;
  row.moves = std::move(moves);
  row.listeners = {staple_listener(server)};
  row.identity = server;
  auto spec = tls_protocol::spec_of(id, std::move(row));
  std::get<ScriptPlan>(spec.plan).twin = false;  // each row holds an acceptance of its own
  spec.capabilities = {"ocsp.staple"};
  return spec;
}

FactWant a_good_staple() {
  return {.name = "staple",
          .values = {std::string(good_staple)},
          .otherwise = "no OCSP answer came that says good and can be believed"};
}

Move good_under(tls::Version version) {
  return {.what = tls::to_string(version),
          .play =
              [version](Bench& bench, ScriptEvidence& evidence) {
                warm_up(bench, evidence, staple_server);
                return asking_step(bench, evidence, staple_server, version);
              },
          .facts = {a_good_staple()}};
}

CheckSpec staple_good() {
  return staple_row("ocsp-staple-good", staple_server,
                    {good_under(tls::Version::tls1_3), good_under(tls::Version::tls1_2)});
}

/// libssl ends the handshake with unsupported_extension when it is given what it did not ask for.
Step not_asking_step(Bench& bench, ScriptEvidence& evidence, tls::Version version) {
  warm_up(bench, evidence, staple_server);
  auto options = asking(staple_server, version);
  options.request_staple = false;
  return tls_protocol::with_talk(
      bench, evidence, "", std::move(options), [](Talk& talk, Step& step) {
        constexpr std::uint8_t unsupported_extension = 110;
        talk.to_pingresp();
        const auto& facts = talk.line().tls().facts();
        const bool refused =
            facts.alert_sent && facts.alert_sent->description == unsupported_extension;
        const bool sent = refused || !facts.ocsp_staple.empty();
        step.facts.emplace_back("staple", sent ? "sent" : std::string(no_staple));
      });
}

CheckSpec staple_unasked() {
  std::vector<Move> moves;
  for (const auto version : {tls::Version::tls1_3, tls::Version::tls1_2}) {
    moves.push_back({.what = tls::to_string(version),
                     .play =
                         [version](Bench& bench, ScriptEvidence& evidence) {
                           return not_asking_step(bench, evidence, version);
                         },
                     .facts = {{.name = "staple",
                                .values = {std::string(no_staple)},
                                .otherwise = "an answer was stapled that nobody asked for"}}});
  }
  return staple_row("ocsp-staple-unasked", staple_server, std::move(moves));
}

CheckSpec staple_down() {
  return staple_row("ocsp-staple-responder-down", staple_server_down,
                    {{.what = "the responder closes every connection",
                      .play =
                          [](Bench& bench, ScriptEvidence& evidence) {
                            return asking_step(bench, evidence, staple_server_down);
                          },
                      .facts = {{.name = "staple",
                                 .values = {std::string(no_staple)},
                                 .otherwise = "something was stapled that no responder gave"}}}});
}

/// A first answer that ends soon; then the responder gives no other.
Step outdated_staple(Bench& bench, ScriptEvidence& evidence) {
  auto& lab = *bench.materials().status;
  const auto path = lab.branch_of(staple_server_short)->ocsp_path();
  warm_up(bench, evidence, staple_server_short);
  const auto first = asking_step(bench, evidence, staple_server_short);
  const auto seen = tls_protocol::fact(first, "staple");
  if (seen != good_staple) return left_out("no-staple-at-first");
  lab.site().set_faults(path, responder::Faults{.down = responder::Down::close});
  std::this_thread::sleep_for(short_answer_lifetime + 1500ms);
  auto step = asking_step(bench, evidence, staple_server_short);
  lab.site().set_faults(path, std::nullopt);
  return step;
}

CheckSpec staple_stale() {
  auto spec = staple_row("ocsp-staple-stale", staple_server_short,
                         {{.what = "the answer has ended, the responder is gone",
                           .play = outdated_staple,
                           .facts = {{.name = "staple",
                                      .values = {std::string(no_staple), std::string(good_staple)},
                                      .otherwise = "an OCSP answer was stapled behind its end"}}}});
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

CheckSpec staple_revoked() {
  return staple_row("ocsp-staple-revoked", staple_server_revoked,
                    {{.what = "the responder says revoked",
                      .play =
                          [](Bench& bench, ScriptEvidence& evidence) {
                            warm_up(bench, evidence, staple_server_revoked);
                            return asking_step(bench, evidence, staple_server_revoked);
                          },
                      .expect = Expect::either}});
}

CheckSpec must_staple() {
  std::vector<Move> moves;
  for (int i = 1; i <= 3; ++i) {
    moves.push_back({.what = fmt::format("connection {}", i),
                     .play =
                         [](Bench& bench, ScriptEvidence& evidence) {
                           return asking_step(bench, evidence, staple_server_must);
                         },
                     .facts = {a_good_staple()}});
  }
  return staple_row("ocsp-must-staple", staple_server_must, std::move(moves));
}

}  // namespace

std::vector<CheckSpec> staple_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make :
       {staple_good, staple_unasked, staple_down, staple_stale, staple_revoked, must_staple}) {
    specs.push_back(make());
  }
  return specs;
}

}  // namespace handfast::check
