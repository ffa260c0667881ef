#include "harness/check/server_choice_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/spare_start.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/probe/fetch_chain.hpp"

namespace handfast::check {

namespace {

using probe::HelloBase;
using probe::Outcome;
using reports::Verdict;
using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::MoveRow;
using tls_protocol::TalkOptions;

/// A spare broker with the server of `fixture`: whether it starts, and whom it then serves.
ScriptEvidence start_with(Bench& bench, const std::string& fixture, std::string_view what) {
  ScriptEvidence evidence;
  const auto listener = "one@" + fixture;
  const auto spare = start_spare(bench, evidence, std::string(what), listener, "one");
  if (spare == nullptr) return evidence;
  const auto seen = probe::fetch_chain(spare->endpoint(listener), std::string(fixture_host),
                                       bench.timeouts().handshake);
  const bool served = seen && seen->completed;
  Step step{.what = "a client of that listener"};
  step.outcome = served ? Outcome::accept : Outcome::reject;
  step.detail = seen ? seen->ended : seen.error().text();
  evidence.steps.push_back(std::move(step));
  return evidence;
}

CheckSpec start_row(const std::string& id, std::string_view what,
                    Judgement (*judge)(Level, const ScriptEvidence&)) {
  ScriptPlan plan;
  plan.listeners = {"one"};
  plan.identities = {id};
  plan.drive = [id, what](Bench& bench) { return start_with(bench, id, what); };
  plan.judge = judge;
  auto spec = spec_of_row(id, std::move(plan));
  spec.capabilities = {"oob.restart"};
  return spec;
}

CheckSpec key_mismatch() {
  return start_row("server-key-mismatch-config", wrong_key_start, judge_wrong_key);
}

CheckSpec expired_config() {
  return start_row("server-cert-expired-config", expired_start, judge_expired_start);
}

/// An EC server, and a client that offers RSA schemes alone.
CheckSpec sigalg_limited() {
  ScriptPlan plan;
  plan.listeners = {"one"};
  plan.drive = [](Bench& bench) {
    ScriptEvidence evidence;
    for (const auto version : {tls::Version::tls1_3, tls::Version::tls1_2}) {
      TalkOptions options;
      options.settings.min_version = options.settings.max_version = version;
      options.settings.signature_algorithms = {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"};
      auto step = tls_protocol::with_talk(
          bench, evidence, tls::to_string(version), std::move(options),
          [](tls_protocol::Talk& talk, Step& noted) {
            talk.to_pingresp();
            const auto cause = talk.line().tls().failure().cause;
            const bool by_us = cause == tls::Cause::alert_sent || cause == tls::Cause::protocol;
            noted.facts.emplace_back("ended by", by_us ? "our client" : "the broker");
          });
      evidence.steps.push_back(std::move(step));
    }
    return evidence;
  };
  const auto alerts = alerts_of(find_row("server-sigalg-limited")->alerts, "1.3");
  plan.judge = [alerts](Level level, const ScriptEvidence& evidence) {
    return judge_scheme_mismatch(level, evidence, alerts);
  };
  return spec_of_row("server-sigalg-limited", std::move(plan));
}

/// The certificate that a hello of these is shown; fact "shown".
Step shown_step(Bench& bench, ScriptEvidence& evidence, std::string_view fixture,
                TalkOptions options) {
  const auto [first, second] = dual_servers(fixture);
  options.listener = "dual@" + std::string(fixture);
  return tls_protocol::with_talk(
      bench, evidence, "", std::move(options), [&](tls_protocol::Talk& talk, Step& step) {
        talk.to_pingresp();
        const auto& chain = talk.line().tls().facts().peer_chain;
        std::string shown = "none";
        for (const auto& name : {first, second}) {
          const auto& leaf = bench.materials().identity(name)->list.front();
          if (!chain.empty() && chain.front() == leaf) shown = name.substr(name.find('/') + 1);
        }
        step.facts.emplace_back("shown", shown);
      });
}

Move shown_move(std::string what, std::string_view fixture, TalkOptions options, std::string wanted,
                std::string otherwise) {
  options.record_messages = true;
  Move move;
  move.what = std::move(what);
  move.play = [fixture, options = std::move(options)](Bench& bench, ScriptEvidence& evidence) {
    return shown_step(bench, evidence, fixture, options);
  };
  move.facts = {
      {.name = "shown", .values = {std::move(wanted)}, .otherwise = std::move(otherwise)}};
  return move;
}

CheckSpec dual_row(const std::string& id, std::string_view fixture, std::vector<Move> moves) {
  MoveRow row;
  row.moves = std::move(moves);
  row.listeners = {"dual@" + std::string(fixture)};
  auto spec = tls_protocol::spec_of(id, std::move(row));
  const auto [first, second] = dual_servers(fixture);
  auto& plan = std::get<ScriptPlan>(spec.plan);
  plan.identities = {first, second};
  plan.twin = false;  // its moves are acceptances
  return spec;
}

TalkOptions offering(std::vector<std::string> schemes) {
  TalkOptions options;
  options.settings.signature_algorithms = std::move(schemes);
  return options;
}

CheckSpec dual_cert() {
  constexpr std::string_view fixture = "server-dual-cert";
  const std::string otherwise = "the certificate does not go by the client's schemes";
  auto spec = dual_row(
      "server-dual-cert", fixture,
      {shown_move("ECDSA schemes alone", fixture, offering({"ecdsa_secp256r1_sha256"}), "ec",
                  otherwise),
       shown_move("RSA schemes alone", fixture,
                  offering({"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}), "rsa", otherwise)});
  return spec;
}

TalkOptions naming(std::string host) {
  TalkOptions options;
  options.server_name = std::move(host);
  return options;
}

CheckSpec sni_select() {
  constexpr std::string_view fixture = "server-sni-select";
  const std::string otherwise = "the certificate does not belong to the name that was asked for";
  auto spec = dual_row("server-sni-select", fixture, {});
  auto& plan = std::get<ScriptPlan>(spec.plan);
  // The names are those of the fixtures, which the run alone knows.
  plan.drive = [fixture, otherwise](Bench& bench) {
    ScriptEvidence evidence;
    for (const auto& name : {dual_servers(fixture).first, dual_servers(fixture).second}) {
      auto options = naming(bench.materials().identity(name)->host);
      options.record_messages = true;
      auto step = shown_step(bench, evidence, fixture, std::move(options));
      step.what = name.substr(name.find('/') + 1);
      evidence.steps.push_back(std::move(step));
    }
    return evidence;
  };
  plan.judge = [otherwise](Level level, const ScriptEvidence& evidence) {
    if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
    std::vector<tls_protocol::Part> parts;
    for (const auto& step : evidence.steps) {
      const tls_protocol::FactWant want{
          .name = "shown", .values = {step.what}, .otherwise = otherwise};
      auto judgement = tls_protocol::judge_acceptance(level, step);
      if (auto objection = judge_fact(want, want.values, level, step)) judgement = *objection;
      parts.push_back({step.what, std::move(judgement)});
    }
    return tls_protocol::worst_of(std::move(parts));
  };
  spec.capabilities = {"sni=select"};
  return spec;
}

Move naming_move(std::string what, std::string name, std::optional<HelloBase> base) {
  Move move;
  move.what = std::move(what);
  move.play = [name](Bench& bench, ScriptEvidence& evidence) {
    return tls_protocol::whole_connection(bench, "", naming(name), evidence);
  };
  move.expect = Expect::either;
  move.needs = base;
  return move;
}

CheckSpec sni_unknown() {
  MoveRow row;
  row.moves = {naming_move("a name that no certificate has", "nobody.broker.lab.test", {})};
  return tls_protocol::spec_of("server-sni-unknown", std::move(row));
}

/// Our libraries put no address into SNI, so the hello is ours.
Move address_move(HelloBase base) {
  Move move;
  move.what = fmt::format("127.0.0.1 as server name, {}", to_string(base));
  move.play = [base](Bench& bench, ScriptEvidence& evidence) -> Step {
    auto hello = probe::make_hello(base, {});
    if (!hello) {
      evidence.problem = hello.error().text();
      return {};
    }
    hello->message.server_name = "127.0.0.1";
    return tls_protocol::step_of(
        "", probe::ask(bench.endpoint("one"), probe::to_wire(*hello), bench.timeouts()));
  };
  move.expect = Expect::either;
  move.needs = base;
  return move;
}

/// What the broker makes of the name is its own affair; that it goes on serving is not.
CheckSpec sni_ip() {
  MoveRow row;
  row.moves = {address_move(HelloBase::tls13),
               address_move(HelloBase::tls12),
               {.what = "the next client", .play = tls_protocol::whole("", {})}};
  auto spec = tls_protocol::spec_of("server-sni-ip", std::move(row));
  std::get<ScriptPlan>(spec.plan).twin = false;  // a control that fails would hide the failure
  return spec;
}

}  // namespace

std::vector<CheckSpec> server_choice_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make :
       {key_mismatch, expired_config, sigalg_limited, dual_cert, sni_select, sni_unknown, sni_ip}) {
    specs.push_back(make());
  }
  return specs;
}

Judgement judge_expired_start(Level /*level*/, const ScriptEvidence& evidence) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  if (evidence.steps.empty()) return {.verdict = Verdict::error, .reason = "nothing was played"};
  const auto& start = evidence.steps.front();
  const auto& client = evidence.steps.back();
  Judgement recorded{.verdict = Verdict::info, .observed = start.detail, .reason = {}};
  if (start.outcome == Outcome::reject) {
    recorded.reason = "the broker does not start with an expired certificate";
  } else if (client.outcome == Outcome::accept) {
    recorded.observed = "the handshake was completed";
    recorded.reason = "the broker serves an expired certificate: clients have to refuse it";
  } else {
    recorded.observed = client.detail;
    recorded.reason = "the broker starts with an expired certificate, and no handshake succeeds";
  }
  return recorded;
}

Judgement judge_wrong_key(Level level, const ScriptEvidence& evidence) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  if (evidence.steps.empty()) return {.verdict = Verdict::error, .reason = "nothing was played"};
  const auto& start = evidence.steps.front();
  if (start.outcome == Outcome::reject) {
    return {.verdict = Verdict::pass,
            .observed = start.detail,
            .reason = "the broker does not start with a key that does not fit"};
  }
  const auto& client = evidence.steps.back();
  const bool served = client.outcome == Outcome::accept;
  return {.verdict = contrary(level),
          .observed = served ? "the handshake was completed" : client.detail,
          .reason = served ? "a listener with a key that does not fit its certificate serves"
                           : "the listener is open, and every handshake fails"};
}

Judgement judge_scheme_mismatch(Level level, const ScriptEvidence& evidence,
                                std::span<const std::uint8_t> alerts) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  std::vector<tls_protocol::Part> parts;
  for (const auto& step : evidence.steps) {
    if (tls_protocol::fact(step, "ended by") == "our client") {
      parts.push_back({step.what, tls_protocol::in_order(
                                      level, step,
                                      "the broker went on with what it has (RFC 8446 section "
                                      "4.4.3 lets it); our client refused the scheme")});
    } else {
      parts.push_back({step.what, tls_protocol::judge_rejection(level, step, alerts)});
    }
  }
  return tls_protocol::worst_of(std::move(parts));
}

}  // namespace handfast::check
