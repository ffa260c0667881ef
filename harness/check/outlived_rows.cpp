#include "harness/check/outlived_rows.hpp"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "harness/check/chain_rows.hpp"
#include "harness/check/fixture_material.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/swapped_file.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/probe/sessions.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::check {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using reports::Verdict;
using tls::Version;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;

constexpr Version versions[] = {Version::tls1_3, Version::tls1_2};
constexpr std::string_view expiring_client = "client-expires-while-connected";
/// Of the minted client; what is left of it when it is shown.
constexpr auto minted_lifetime = 15s;
constexpr auto lifetime_left = 6s;

std::string versioned(Version version, std::string_view what) {
  return fmt::format("{}: {}", tls::to_string(version), what);
}

/// One client's way through a row: its engine, which keeps sessions, and the newest of them.
struct SessionHolder {
  Version version;
  TalkOptions options;
  probe::SessionHandle session;
};

/// Connects up to PINGRESP, notes the step, and keeps the session that was given.
void connect_and_keep(Bench& bench, ScriptEvidence& evidence, SessionHolder& holder,
                      std::string_view what, bool resuming) {
  auto options = holder.options;
  if (resuming) options.resume = holder.session;
  Step step;
  auto talk = Talk::open(bench, std::move(options));
  if (talk) {
    talk->to_pingresp();
    step = talk->step(versioned(holder.version, what));
    const auto given = talk->line().session();
    // A resumption under TLS 1.2 brings no new ticket: the old one goes on.
    if (given != nullptr) holder.session = given;
    step.facts.emplace_back("session", given == nullptr ? "none" : "given");
  } else {
    if (talk.error().kind != ProblemKind::environment) evidence.problem = talk.error().text();
    step.what = versioned(holder.version, what);
    step.detail = talk.error().text();
  }
  evidence.steps.push_back(std::move(step));
}

std::optional<SessionHolder> holder_of(ScriptEvidence& evidence, Version version,
                                       const TalkOptions& options) {
  tls::ClientSettings settings{.verify = false};
  settings.min_version = settings.max_version = version;
  settings.keep_sessions = true;
  auto engine = tls::make_engine(tls::EngineKind::libssl, settings);
  if (!engine) {
    evidence.problem = engine.error().text();
    return std::nullopt;
  }
  SessionHolder holder{.version = version, .options = options, .session = nullptr};
  holder.options.made = std::move(*engine);
  return holder;
}

/// Brings the change about; a problem of ours, or nothing.
using Changing = std::function<Result<void>(const std::function<void()>& looks)>;

/// First connections and resumptions, then `change` around what is looked at after it.
ScriptEvidence hold_sessions(Bench& bench, const TalkOptions& options, const Changing& change) {
  ScriptEvidence evidence;
  std::vector<SessionHolder> holders;
  for (const auto version : versions) {
    auto holder = holder_of(evidence, version, options);
    if (!holder) return evidence;
    connect_and_keep(bench, evidence, *holder, first_connection, false);
    if (holder->session != nullptr) {
      connect_and_keep(bench, evidence, *holder, resumed_before, true);
    }
    holders.push_back(std::move(*holder));
  }
  const auto looks = [&] {
    for (auto& holder : holders) {
      auto fresh = holder;
      connect_and_keep(bench, evidence, fresh, full_after, false);
      if (holder.session != nullptr) {
        connect_and_keep(bench, evidence, holder, resumed_after, true);
      }
    }
  };
  if (auto done = change(looks); !done) evidence.problem = done.error().text();
  return evidence;
}

/// Until a client of these options is rejected, or the patience ends.
void await_rejection(Bench& bench, const TalkOptions& options) {
  const auto give_up = Clock::now() + reload_patience;
  while (Clock::now() < give_up) {
    auto talk = Talk::open(bench, options);
    if (!talk || !talk->to_pingresp()) return;
    std::this_thread::sleep_for(reload_poll);
  }
}

/// Files, reload, looks, files back, reload.
Result<void> while_reloaded(Bench& bench, const Result<std::vector<Change>>& changes,
                            const TalkOptions& client, const std::function<void()>& looks) {
  if (!changes) return changes.error();
  {
    const auto swapped = SwappedFiles::put(*changes);
    if (!swapped) return swapped.error();
    if (auto done = bench.reload(); !done) return done;
    await_rejection(bench, client);
    looks();
  }
  return bench.reload();
}

/// A client with some seconds to live, and when it has none left.
struct Expiring {
  TalkOptions options;
  WallTime dead_at;
};

Result<Expiring> expiring_now(const Bench& bench) {
  const auto base = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                    lifetime_left - minted_lifetime;
  auto identity = mint_again(expiring_client, base);
  if (!identity) return identity.error();
  Expiring out;
  out.options.listener = "mtls";
  out.options.own_identity = *identity;
  auto login = bench.login(out.options.listener, {});
  if (login.from_certificate) login.user = common_name_of(*identity);
  out.options.login = std::move(login);
  // not_after itself still belongs to the period (RFC 5280 section 4.1.2.5).
  out.dead_at = pki::period_of(identity->leaf()).not_after + 1500ms;
  return out;
}

ScriptEvidence session_outlives_certificate(Bench& bench) {
  auto client = expiring_now(bench);
  if (!client) return {.problem = client.error().text()};
  return hold_sessions(bench, client->options,
                       [&](const std::function<void()>& looks) -> Result<void> {
                         std::this_thread::sleep_until(client->dead_at);
                         looks();
                         return {};
                       });
}

/// A connection before and after `change`, and a fresh one after it.
ScriptEvidence hold_connection(Bench& bench, const TalkOptions& options, const Changing& change) {
  ScriptEvidence evidence;
  auto talk = Talk::open(bench, options);
  if (!talk) return {.problem = talk.error().text()};
  talk->to_pingresp();
  evidence.steps.push_back(talk->step(std::string(live_before)));
  const auto looks = [&] {
    evidence.steps.push_back(
        tls_protocol::whole_connection(bench, std::string(full_after), options, evidence));
    // A broker that ends such connections may need a moment.
    talk->await_end(2s);
    talk->ping();
    evidence.steps.push_back(talk->step(std::string(live_after)));
  };
  if (auto done = change(looks); !done) evidence.problem = done.error().text();
  return evidence;
}

ScriptEvidence connection_outlives_certificate(Bench& bench) {
  auto client = expiring_now(bench);
  if (!client) return {.problem = client.error().text()};
  return hold_connection(bench, client->options,
                         [&](const std::function<void()>& looks) -> Result<void> {
                           std::this_thread::sleep_until(client->dead_at);
                           looks();
                           return {};
                         });
}

const std::string clean_set = "crl-reason-hold/released";
const std::string listed_set = "crl-reason-hold/held";
const std::string old_anchor = "server-reload-trust/old-before";
const std::string new_anchor = "server-reload-trust/old-after";

TalkOptions client_of(const std::string& profile, const std::string& fixture) {
  TalkOptions options;
  options.listener = profile + "@" + fixture;
  options.identity = fixture;
  return options;
}

ScriptPlan script_of(const TalkOptions& client, const std::string& other) {
  ScriptPlan plan;
  plan.listeners = {client.listener};
  plan.identities = {client.identity, other};
  plan.twin_identity = client.identity;
  plan.tries = 1;  // it takes seconds, and the broker's files change
  return plan;
}

CheckSpec session_spec(std::string_view id, ScriptPlan plan) {
  const auto alerts = rejection_of(*find_row(id)).alerts_tls13;
  plan.judge = [alerts](Level level, const ScriptEvidence& evidence) {
    return judge_outlived_session(level, evidence, alerts);
  };
  return spec_of_row(id, std::move(plan));
}

CheckSpec after_expiry() {
  ScriptPlan plan;
  plan.listeners = {"mtls"};
  plan.twin_identity = good_client_fixture;
  plan.drive = session_outlives_certificate;
  plan.tries = 1;
  return session_spec("tls-resume-after-expiry", std::move(plan));
}

CheckSpec after_revocation() {
  const auto client = client_of("mtls-crl", clean_set);
  auto plan = script_of(client, listed_set);
  plan.drive = [client](Bench& bench) {
    return hold_sessions(bench, client, [&](const std::function<void()>& looks) {
      return while_reloaded(bench, other_crls(bench.materials(), clean_set, listed_set), client,
                            looks);
    });
  };
  auto spec = session_spec("crl-resume-after-revoke", std::move(plan));
  spec.capabilities = {"reload", "crl.file"};
  return spec;
}

CheckSpec after_distrust() {
  const auto client = client_of("mtls", old_anchor);
  auto plan = script_of(client, new_anchor);
  plan.drive = [client](Bench& bench) {
    return hold_sessions(bench, client, [&](const std::function<void()>& looks) {
      return while_reloaded(bench, other_trust(bench.materials(), old_anchor, new_anchor), client,
                            looks);
    });
  };
  auto spec = session_spec("tls-resume-after-untrust", std::move(plan));
  spec.capabilities = {"reload"};
  return spec;
}

CheckSpec expires_while_connected() {
  ScriptPlan plan;
  plan.listeners = {"mtls"};
  plan.twin_identity = good_client_fixture;
  plan.drive = connection_outlives_certificate;
  plan.judge = [](Level, const ScriptEvidence& evidence) {
    return judge_outlived_connection(evidence, true);
  };
  plan.tries = 1;
  return spec_of_row(expiring_client, std::move(plan));
}

CheckSpec revoked_while_connected() {
  const auto client = client_of("mtls-crl", clean_set);
  auto plan = script_of(client, listed_set);
  plan.drive = [client](Bench& bench) {
    return hold_connection(bench, client, [&](const std::function<void()>& looks) {
      return while_reloaded(bench, other_crls(bench.materials(), clean_set, listed_set), client,
                            looks);
    });
  };
  plan.judge = [](Level, const ScriptEvidence& evidence) {
    return judge_outlived_connection(evidence, false);
  };
  auto spec = spec_of_row("crl-reload-live-session", std::move(plan));
  spec.capabilities = {"reload", "crl.file"};
  return spec;
}

Judgement left_out_of_judging(std::string token) {
  return {.verdict = Verdict::skip, .observed = {}, .reason = std::move(token)};
}

Judgement judge_one_version(Level level, const ScriptEvidence& evidence, Version version,
                            std::span<const std::uint8_t> alerts) {
  const auto find = [&](std::string_view what) {
    return tls_protocol::find_step(evidence, versioned(version, what));
  };
  const auto* first = find(first_connection);
  if (first == nullptr || first->outcome != Outcome::accept) {
    return left_out_of_judging("not-served-before");
  }
  const auto* before = find(resumed_before);
  if (before == nullptr) return left_out_of_judging("no-session-given");
  if (tls_protocol::fact(*before, "resumed") != "yes") return left_out_of_judging("not-resumed");
  const auto* full = find(full_after);
  if (full == nullptr || full->outcome == Outcome::accept) {
    return left_out_of_judging("full-handshake-accepted");
  }
  const auto* after = find(resumed_after);
  if (after == nullptr) return left_out_of_judging("no-session-given");
  if (after->outcome == Outcome::accept) {
    const bool resumed = tls_protocol::fact(*after, "resumed") == "yes";
    return tls_protocol::contrary_to(
        level, *after,
        resumed ? "the session was resumed, where a full handshake is rejected"
                : "accepted by a full handshake, where one that offers no session is rejected");
  }
  return tls_protocol::judge_rejection(level, *after, alerts);
}

}  // namespace

std::vector<CheckSpec> outlived_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make : {after_expiry, after_revocation, after_distrust, expires_while_connected,
                           revoked_while_connected}) {
    specs.push_back(make());
  }
  return specs;
}

Judgement judge_outlived_session(Level level, const ScriptEvidence& evidence,
                                 std::span<const std::uint8_t> alerts) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  std::vector<tls_protocol::Part> parts;
  for (const auto version : versions) {
    parts.push_back({tls::to_string(version), judge_one_version(level, evidence, version, alerts)});
  }
  return tls_protocol::worst_of(std::move(parts));
}

Judgement judge_outlived_connection(const ScriptEvidence& evidence, bool fresh_is_must) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  const auto* before = tls_protocol::find_step(evidence, std::string(live_before));
  const auto* fresh = tls_protocol::find_step(evidence, std::string(full_after));
  const auto* live = tls_protocol::find_step(evidence, std::string(live_after));
  if (before == nullptr || fresh == nullptr || live == nullptr ||
      before->outcome != Outcome::accept) {
    return {.verdict = Verdict::inconclusive,
            .observed = before == nullptr ? std::string() : tls_protocol::sentence(*before),
            .reason = "the client was not served before the change"};
  }
  if (fresh->outcome == Outcome::accept) {
    return {.verdict = fresh_is_must ? Verdict::fail : Verdict::inconclusive,
            .observed = tls_protocol::sentence(*fresh),
            .reason = "a fresh connection of the same client was accepted after the change"};
  }
  const bool kept = live->outcome == Outcome::accept;
  return {.verdict = Verdict::info,
          .observed = kept ? "the connection was kept" : "the connection was ended",
          .reason = "recorded: what is connected may be kept or ended"};
}

}  // namespace handfast::check
