#include "harness/check/descriptor_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/base/text.hpp"
#include "harness/check/chain_alerts.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/talk.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using reports::Verdict;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;

constexpr std::string_view declared_fact = "declared";
constexpr std::string_view seen_fact = "seen";
constexpr std::string_view revoked_fixture = "crl-revoked-leaf";

std::string_view fact_of(const Step& step, std::string_view name) {
  const auto found = std::ranges::find(
      step.facts, name, [](const auto& fact) -> std::string_view { return fact.first; });
  return found == step.facts.end() ? std::string_view() : std::string_view(found->second);
}

/// `what` is the key, and words behind it where it is looked at twice.
Step compared(std::string what, std::string_view declared, std::string seen, std::string detail) {
  Step step;
  step.what = std::move(what);
  step.outcome = Outcome::accept;
  step.detail = std::move(detail);
  step.facts = {{std::string(declared_fact), std::string(declared)},
                {std::string(seen_fact), std::move(seen)}};
  return step;
}

void compare_versions(Bench& bench, ScriptEvidence& evidence) {
  const auto declared = bench.capabilities().get("tls.versions");
  if (declared.empty()) return;
  std::vector<std::string> spoken;
  for (const auto& [version, name] :
       {std::pair(tls::Version::tls1_2, "1.2"), std::pair(tls::Version::tls1_3, "1.3")}) {
    const auto seen = bench.probe(stimulus_for("one"), version, probe::Mode::eager);
    if (seen.transcript.handshake_completed) spoken.emplace_back(name);
  }
  // Older ones are beyond our client: what is declared of them stands.
  for (const auto& version : split(declared, ',')) {
    if (version != "1.2" && version != "1.3") spoken.push_back(version);
  }
  std::ranges::sort(spoken);
  evidence.steps.push_back(
      compared("tls.versions", declared, join(spoken, ","), "one handshake for each version"));
}

/// What a client without a certificate meets on a two-way listener.
void compare_client_authentication(Bench& bench, ScriptEvidence& evidence) {
  const auto one = bench.probe(stimulus_for("one"), std::nullopt, probe::Mode::eager);
  evidence.steps.push_back(
      compared("mtls on a one-way listener", "none",
               one.transcript.tls.certificate_requested ? "asks for a certificate" : "none",
               one.transcript.sentence()));
  const auto declared = bench.capabilities().get("mtls");
  if (declared.empty() || !bench.has("mtls")) return;
  const auto seen = bench.probe(stimulus_for("mtls", ""), std::nullopt, probe::Mode::eager);
  const bool let_in = seen.transcript.outcome == Outcome::accept;
  const auto* word = !seen.transcript.tls.certificate_requested ? "none"
                     : let_in                                   ? "optional"
                                                                : "required";
  evidence.steps.push_back(compared("mtls", declared, word, seen.transcript.sentence()));
}

bool resumes(Bench& bench, tls::Version version) {
  TalkOptions options;
  options.settings.min_version = options.settings.max_version = version;
  options.settings.keep_sessions = true;
  auto engine = tls::make_engine(tls::EngineKind::libssl, options.settings);
  if (!engine) return false;
  options.made = std::move(*engine);
  auto first = Talk::open(bench, options);
  if (!first || !first->to_pingresp()) return false;
  options.resume = first->line().session();
  if (options.resume == nullptr) return false;
  auto second = Talk::open(bench, options);
  return second && second->to_pingresp() && second->line().tls().facts().resumed;
}

void compare_resumption(Bench& bench, ScriptEvidence& evidence) {
  for (const auto& [key, version] : {std::pair("resume.tls12", tls::Version::tls1_2),
                                     std::pair("resume.tls13", tls::Version::tls1_3)}) {
    const auto declared = bench.capabilities().get(key);
    if (declared.empty()) continue;
    evidence.steps.push_back(compared(key, declared, resumes(bench, version) ? "yes" : "no",
                                      "a second connection with the session of a first"));
  }
}

void compare_websocket(Bench& bench, ScriptEvidence& evidence) {
  for (const auto& [key, listener] : {std::pair("ws", "ws-plain"), std::pair("wss", "wss-one")}) {
    const auto declared = bench.capabilities().get(key);
    if (declared.empty() || !bench.has(listener)) continue;
    const auto seen = bench.probe(stimulus_for(listener), std::nullopt, probe::Mode::eager);
    evidence.steps.push_back(compared(key, declared,
                                      seen.transcript.outcome == Outcome::accept ? "yes" : "no",
                                      seen.transcript.sentence()));
  }
}

void compare_revocation(Bench& bench, ScriptEvidence& evidence) {
  const auto listener = fmt::format("mtls-crl@{}", revoked_fixture);
  const auto declared = bench.capabilities().get("crl.file");
  if (declared.empty() || !bench.has(listener)) return;
  const auto seen = bench.probe(stimulus_for(listener, std::string(revoked_fixture)), std::nullopt,
                                probe::Mode::eager);
  evidence.steps.push_back(compared("crl.file", declared,
                                    seen.transcript.outcome == Outcome::accept ? "no" : "yes",
                                    "a revoked client: " + seen.transcript.sentence()));
}

ScriptEvidence compare(Bench& bench) {
  ScriptEvidence evidence;
  compare_versions(bench, evidence);
  compare_client_authentication(bench, evidence);
  compare_resumption(bench, evidence);
  compare_websocket(bench, evidence);
  compare_revocation(bench, evidence);
  return evidence;
}

/// Of the versions all are seen.
bool agrees(const Step& step) {
  const auto declared = fact_of(step, declared_fact);
  const auto seen = fact_of(step, seen_fact);
  if (declared == seen) return true;
  auto wanted = split(declared, ',');
  if (step.what == "tls.versions") {
    std::ranges::sort(wanted);
    return wanted == split(seen, ',');
  }
  if (step.what == "mtls") {
    // The listener was to require a certificate: who can do that, and lets others in, does not.
    const auto can = [&wanted](std::string_view word) {
      return std::ranges::find(wanted, word) != wanted.end();
    };
    return can("required") ? seen == "required" : can(seen);
  }
  // "yes" stands for any declaration that is not no.
  return seen == "yes" && declared != "no" && declared != "none";
}

}  // namespace

CheckSpec descriptor_spec() {
  ScriptPlan plan;
  plan.listeners = {"one"};
  plan.identities = {std::string(good_client_fixture)};
  plan.drive = compare;
  plan.judge = judge_descriptor;
  plan.tries = 1;
  CheckSpec spec;
  spec.id = descriptor_row_id;
  spec.group = "descriptor";
  spec.title = "The broker behaves as its descriptor declares, where that is seen cheaply";
  spec.level = Level::should;
  spec.reference = "chain-cases.md section 1.6";
  spec.quote =
      "A probe pass compares declaration and behaviour; a mismatch is reported and the declaration "
      "loses";
  spec.expected = "TLS versions, client authentication, resumption, WebSocket and CRLs as declared";
  return with_plan(std::move(spec), std::move(plan));
}

std::map<std::string, std::string> corrections(const ScriptEvidence& evidence) {
  std::map<std::string, std::string> out;
  for (const auto& step : evidence.steps) {
    // What a one-way listener does is nothing that a key says.
    if (step.what.find(' ') != std::string::npos || agrees(step)) continue;
    out[step.what] = fact_of(step, seen_fact);
  }
  return out;
}

Judgement judge_descriptor(Level level, const ScriptEvidence& evidence) {
  std::vector<std::string> differences;
  for (const auto& step : evidence.steps) {
    if (agrees(step)) continue;
    differences.push_back(fmt::format("{}: declared {}, seen {}", step.what,
                                      fact_of(step, declared_fact), fact_of(step, seen_fact)));
  }
  if (differences.empty()) {
    return {.verdict = level == Level::may ? Verdict::info : Verdict::pass,
            .observed = fmt::format("{} as declared", evidence.steps.size()),
            .reason = "what the descriptor declares was seen"};
  }
  return {.verdict = contrary(level),
          .observed = join(differences, "; "),
          .reason = "descriptor-mismatch: " + differences.front()};
}

}  // namespace handfast::check
