#include "harness/check/reload_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "core/base/file.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/swapped_file.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/probe/fetch_chain.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using reports::Verdict;
using namespace std::chrono_literals;
using tls_protocol::Talk;

Step step_of_attempt(std::string what, const Attempt& attempt) {
  const auto& transcript = attempt.transcript;
  Step step;
  step.what = std::move(what);
  step.outcome = transcript.outcome;
  step.close = transcript.close;
  if (transcript.tls.alert_received) step.alert = transcript.tls.alert_received->description;
  step.detail = transcript.sentence();
  step.took = transcript.total;
  return step;
}

/// One look at the broker; what it means to be accepted is the row's.
using Look = std::function<Step(std::string what)>;

Look probing(Bench& bench, const Stimulus& stimulus) {
  return [&bench, stimulus](std::string what) {
    return step_of_attempt(std::move(what),
                           bench.probe(stimulus, std::nullopt, probe::Mode::patient));
  };
}

/// Accept: the listener presents `list`.
Look presenting(Bench& bench, const std::string& listener, const std::vector<Bytes>& list) {
  return [&bench, listener, &list](std::string what) {
    Step step;
    step.what = std::move(what);
    const auto fetched = probe::fetch_chain(bench.endpoint(listener), std::string(fixture_host),
                                            bench.timeouts().handshake);
    if (!fetched) {
      step.outcome = Outcome::hang;
      step.detail = fetched.error().text();
      return step;
    }
    const bool shown = fetched->chain() == list;
    step.outcome = shown ? Outcome::accept : Outcome::reject;
    step.detail = shown ? "presents the new list" : "presents another list than the new one";
    return step;
  };
}

/// A broker that judges certificates at CONNECT refuses where others reject.
bool is(Outcome seen, Outcome wanted) {
  return seen == wanted || (seen == Outcome::refuse && wanted == Outcome::reject);
}

/// Looks again until the outcome is `wanted` or the patience ends; the time goes into the facts.
Step await_outcome(const Look& look, Outcome wanted, const std::string& what) {
  const auto begin = Clock::now();
  while (true) {
    auto step = look(what);
    const auto took = Clock::now() - begin;
    if (is(step.outcome, wanted) || took > reload_patience) {
      step.facts.emplace_back("time to effect", fmt::format("{:.2f} s", seconds(took)));
      return step;
    }
    std::this_thread::sleep_for(reload_poll);
  }
}

/// A client that is connected while the broker reloads.
class LiveConnection {
 public:
  /// `listener` empty: there is none.
  LiveConnection(Bench& bench, const std::string& listener) {
    if (listener.empty()) return;
    auto talk = Talk::open(bench, {.listener = listener});
    if (talk && talk->to_pingresp()) talk_ = std::move(*talk);
    wanted_ = true;
  }
  /// A ping now; nullopt when nobody was to be connected.
  std::optional<Step> still_served() {
    if (!wanted_) return std::nullopt;
    Step step{.what = std::string(connected_before)};
    if (!talk_) {
      step.detail = "was not served before the reload";
      return step;
    }
    talk_->ping();
    return talk_->step(std::string(connected_before));
  }

 private:
  std::optional<Talk> talk_;
  bool wanted_ = false;
};

/// Before, change, reload, after, back again: the frame of every row here.
ScriptEvidence reload_and_look(Bench& bench, const Look& look, const std::vector<Change>& changes,
                               Outcome expected, const std::string& beside) {
  ScriptEvidence evidence;
  LiveConnection live(bench, beside);
  evidence.steps.push_back(look("before the reload"));
  const auto before = evidence.steps.front().outcome;
  {
    const auto swapped = SwappedFiles::put(changes);
    if (!swapped) {
      evidence.problem = swapped.error().text();
      return evidence;
    }
    if (auto done = bench.reload(); !done) {
      evidence.problem = done.error().text();
      return evidence;
    }
    // A change that must not be seen needs time to show that it is not.
    if (expected == before) std::this_thread::sleep_for(1s);
    evidence.steps.push_back(await_outcome(look, expected, "after the reload"));
  }
  auto lived = live.still_served();
  if (auto done = bench.reload(); !done) {
    evidence.problem = done.error().text();
    return evidence;
  }
  evidence.steps.push_back(await_outcome(look, before, "files put back, after a reload"));
  if (lived) evidence.steps.push_back(std::move(*lived));
  return evidence;
}

/// What changes for a row: computed when it is played, from the run's material.
using Changes = std::function<Result<std::vector<Change>>(const Materials&)>;

struct ReloadRow {
  std::string_view id;
  Stimulus stimulus;
  Outcome expected;
  std::vector<std::string> identities;
  Changes changes;
  /// The server whose list is to be presented after the reload; empty: a probe decides.
  std::string new_server{};
};

Changes crls(std::string set, std::string other) {
  return [set = std::move(set), other = std::move(other)](const Materials& materials) {
    return other_crls(materials, set, other);
  };
}

/// The chain and key files of the server `from` become those of `to`.
Changes other_server(std::string from, std::string to) {
  return [from = std::move(from),
          to = std::move(to)](const Materials& materials) -> Result<std::vector<Change>> {
    const auto* before = materials.identity(from);
    const auto* after = materials.identity(to);
    auto chain = read_file(after->chain);
    if (!chain) return chain.error();
    auto key = read_file(after->key);
    if (!key) return key.error();
    return std::vector<Change>{{before->chain, std::move(*chain)}, {before->key, std::move(*key)}};
  };
}

/// Half a certificate in the chain file.
Changes broken_server(std::string of) {
  return [of = std::move(of)](const Materials& materials) -> Result<std::vector<Change>> {
    const auto* server = materials.identity(of);
    auto chain = read_file(server->chain);
    if (!chain) return chain.error();
    return std::vector<Change>{{server->chain, chain->substr(0, chain->size() / 3)}};
  };
}

/// A server whose certificate, and key, is replaced while it runs.
ReloadRow new_server_row(std::string_view id) {
  const auto before = std::string(id) + "/before";
  const auto after = std::string(id) + "/after";
  return {id,      stimulus_for("one@" + before), Outcome::accept,
          {after}, other_server(before, after),   after};
}

std::vector<ReloadRow> reload_rows() {
  const auto crl = [](const std::string& set) { return stimulus_for("mtls-crl@" + set, set); };
  auto server = stimulus_for("one@server-reload-bad/before");
  server.host_of = "server-reload-bad/before";
  return {
      {"crl-reload",
       crl("crl-reason-hold/released"),
       Outcome::reject,
       {"crl-reason-hold/held"},
       crls("crl-reason-hold/released", "crl-reason-hold/held")},
      {"crl-reload-no-collateral",
       crl("crl-empty-list"),
       Outcome::accept,
       {"crl-empty-list"},
       crls("crl-empty-list", "crl-empty-list")},
      {"crl-reason-hold",
       crl("crl-reason-hold/held"),
       Outcome::accept,
       {"crl-reason-hold/released"},
       crls("crl-reason-hold/held", "crl-reason-hold/released")},
      new_server_row("server-reload-leaf"),
      new_server_row("server-reload-chain"),
      {"server-reload-bad", server, Outcome::accept, {}, broken_server("server-reload-bad/before")},
      {"server-reload-trust",
       stimulus_for("mtls@server-reload-trust/old-before", "server-reload-trust/old-before"),
       Outcome::reject,
       {"server-reload-trust/old-after"},
       [](const Materials& materials) {
         return other_trust(materials, "server-reload-trust/old-before",
                            "server-reload-trust/old-after");
       }},
  };
}

CheckSpec spec_of_reload(const ReloadRow& row) {
  ScriptPlan plan;
  plan.listeners = {row.stimulus.listener};
  plan.identities = row.identities;
  if (!row.stimulus.identity.empty()) plan.identities.push_back(row.stimulus.identity);
  plan.drive = [row](Bench& bench) {
    auto changes = row.changes(bench.materials());
    if (!changes) {
      ScriptEvidence evidence;
      evidence.problem = changes.error().text();
      return evidence;
    }
    if (row.new_server.empty()) {
      return reload_and_look(bench, probing(bench, row.stimulus), *changes, row.expected, {});
    }
    const auto& list = bench.materials().identity(row.new_server)->list;
    // A new server certificate concerns new handshakes alone.
    return reload_and_look(bench, presenting(bench, row.stimulus.listener, list), *changes,
                           row.expected, row.stimulus.listener);
  };
  plan.judge = [expected = row.expected](Level level, const ScriptEvidence& evidence) {
    return judge_reload(level, evidence, expected);
  };
  plan.twin = false;  // the first and the last step are the controls
  plan.tries = 1;
  auto spec = spec_of_row(row.id, std::move(plan));
  spec.capabilities = {"reload"};
  if (row.id.starts_with("crl-")) spec.capabilities.emplace_back("crl.file");
  return spec;
}

}  // namespace

std::vector<CheckSpec> reload_specs() {
  std::vector<CheckSpec> specs;
  for (const auto& row : reload_rows()) specs.push_back(spec_of_reload(row));
  return specs;
}

Judgement judge_reload(Level level, const ScriptEvidence& evidence, Outcome expected) {
  const auto& before = evidence.steps.at(0);
  const auto& after = evidence.steps.at(1);
  const auto& restored = evidence.steps.at(2);
  const auto opposite = expected == Outcome::accept ? Outcome::reject : Outcome::accept;
  const bool must_change = !is(before.outcome, expected);
  if (must_change && !is(before.outcome, opposite)) {
    return {.verdict = Verdict::inconclusive,
            .observed = before.detail,
            .reason = fmt::format("before the reload: {}", before.detail)};
  }
  if (!is(after.outcome, expected)) {
    return {.verdict = contrary(level),
            .observed = after.detail,
            .reason = must_change
                          ? fmt::format("the change took no effect within {} s of the reload",
                                        reload_patience.count())
                          : "the reload itself turned away clients that it should not touch"};
  }
  if (restored.outcome != before.outcome) {
    return {.verdict = Verdict::inconclusive,
            .observed = restored.detail,
            .reason = "the files were put back and a reload did not bring the old state back"};
  }
  const auto live = std::ranges::find(evidence.steps, connected_before, &Step::what);
  if (live != evidence.steps.end() && live->outcome == Outcome::not_sent) {
    return {.verdict = Verdict::inconclusive, .observed = live->detail, .reason = live->detail};
  }
  if (live != evidence.steps.end() && live->outcome != Outcome::accept) {
    return {.verdict = contrary(level),
            .observed = fmt::format("the client that was connected: {}", live->detail),
            .reason = "the reload ended a connection that was there before"};
  }
  if (after.outcome == Outcome::refuse) {
    return {.verdict = level == Level::may ? Verdict::info : Verdict::warn,
            .observed = after.detail,
            .reason = "access was denied, but only by MQTT: the client got through TLS"};
  }
  return {.verdict = Verdict::pass,
          .observed = after.detail,
          .reason = fmt::format("as expected after the reload ({})",
                                after.facts.empty() ? "at once" : after.facts.front().second)};
}

}  // namespace handfast::check
