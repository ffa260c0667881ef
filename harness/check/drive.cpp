#include "harness/check/drive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "harness/check/judge.hpp"
#include "harness/check/log_tail.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check {

namespace {

constexpr Nanos death_notice = std::chrono::milliseconds(500);

/// The last connection of a drive is a control or an acceptance; that it failed may be a death.
bool ended_badly(const Evidence& evidence) {
  if (!evidence.round_trips.empty()) return !evidence.round_trips.back().completed;
  if (evidence.rounds.empty()) return false;
  const auto& round = evidence.rounds.back();
  const Attempt* last = nullptr;
  if (!round.twin_after.empty()) {
    last = &round.twin_after.back();
  } else if (!round.trials.empty()) {
    last = &round.trials.back().tries.back();
  } else if (round.twin_before) {
    last = &*round.twin_before;
  }
  return last != nullptr && last->transcript.outcome != probe::Outcome::accept;
}

using namespace std::chrono_literals;

constexpr std::size_t tries_in_all = 3;  // chain-cases.md 1.2: "the three tries disagreed"
constexpr auto control_pause = 200ms;    // between fresh controls after a lost one
constexpr auto log_patience = 1s;        // for the line of a client that was accepted
constexpr std::size_t log_lines_kept = 8;

std::vector<std::optional<tls::Version>> versions_of(const ProbePlan& plan) {
  if (plan.only_version) return {plan.only_version};
  if (!plan.each_version) return {std::nullopt};
  return {tls::Version::tls1_2, tls::Version::tls1_3};
}

std::vector<probe::Mode> modes_of(const ProbePlan& plan) {
  if (!plan.each_mode) return {probe::Mode::patient};
  return {probe::Mode::patient, probe::Mode::eager};
}

}  // namespace

Evidence Driver::drive(const ProbePlan& plan) {
  Evidence evidence;
  evidence.timeouts = context_.timeouts;
  evidence.log_available = !log_file().empty() && !accepted_line(context_.driver, "any").empty();
  problem_.reset();
  const pid_t before = pid();
  if (!plan.negative_control && !plan.stimulus.identity.empty()) {
    ask_two_way(plan, evidence);
  }
  for (const auto version : versions_of(plan)) {
    evidence.rounds.push_back(play_round(plan, version));
  }
  note_broker(evidence, before);
  evidence.problem = problem_;
  return evidence;
}

Evidence Driver::drive(const RoundTripPlan& plan) {
  Evidence evidence;
  problem_.reset();
  const pid_t before = pid();
  if (!plan.identity.empty()) evidence.not_two_way = lets_anyone_in(plan.listener);

  probe::RoundTripOptions options;
  const auto* listener = find(plan.listener);
  options.endpoint = listener->endpoint;
  const auto who = login(plan.listener, plan.identity);
  options.user_name = who.user;
  options.password = who.password;
  if (const auto* trust = context_.materials.trust(plan.trust)) options.trust_file = trust->file;
  if (const auto* identity = context_.materials.identity(plan.identity)) {
    options.certificate_file = identity->chain;
    options.key_file = identity->key;
  }
  for (std::size_t i = 0; i < tries_in_all; ++i) {
    options.client_id = fresh_id();
    options.topic = "handfast/" + options.client_id;
    options.payload = "round trip of " + options.client_id;
    evidence.round_trips.push_back(probe::round_trip(options));
    if (evidence.round_trips.back().completed) break;
  }
  note_broker(evidence, before);
  evidence.problem = problem_;
  return evidence;
}

Round Driver::play_round(const ProbePlan& plan, std::optional<tls::Version> version) {
  Round round;
  round.version = version;
  // Controls are played in eager mode: acceptance does not need the grace time to be seen.
  if (plan.twin) {
    round.twin_before = attempt(*plan.twin, version, probe::Mode::eager, false);
    if (round.twin_before->transcript.outcome != probe::Outcome::accept) return round;
  }
  for (const auto mode : modes_of(plan)) round.trials.push_back(play_trial(plan, version, mode));
  if (!plan.twin) return round;

  round.twin_after = twin_again(*plan.twin, version);
  return round;
}

std::vector<Attempt> Driver::twin_again(const Stimulus& twin, std::optional<tls::Version> version) {
  std::vector<Attempt> seen;
  const auto give_up = Clock::now() + context_.recovery;
  while (true) {
    seen.push_back(attempt(twin, version, probe::Mode::eager, false));
    if (seen.back().transcript.outcome == probe::Outcome::accept) return seen;
    if (Clock::now() >= give_up) return seen;
    std::this_thread::sleep_for(control_pause);
  }
}

ScriptRun Driver::drive(const ScriptPlan& plan, Level level) {
  ScriptRun run;
  problem_.reset();
  const pid_t before = pid();
  const auto& listener = plan.listeners.front();
  const auto twin = stimulus_for(listener, plan.twin_identity);
  if (plan.twin) {
    run.twin_before = attempt(twin, std::nullopt, probe::Mode::eager, false);
    if (run.twin_before->transcript.outcome != probe::Outcome::accept) return run;
  }
  while (run.tries.size() < plan.tries) {
    if (const auto file = log_file(); !file.empty()) script_log_.emplace(file);
    run.tries.push_back(plan.drive(*this));
    if (run.tries.back().problem || run.tries.back().skip) break;  // nothing to judge
    const auto verdict = plan.judge(level, run.tries.back()).verdict;
    const bool contrary = verdict == reports::Verdict::fail || verdict == reports::Verdict::warn;
    if (!contrary) break;
  }
  if (plan.twin) run.twin_after = twin_again(twin, std::nullopt);
  note_broker(run.circumstances, before);
  run.circumstances.problem = problem_;
  return run;
}

Attempt Driver::probe(const Stimulus& stimulus, std::optional<tls::Version> version,
                      probe::Mode mode) {
  return attempt(stimulus, version, mode, false);
}

broker::Login Driver::login(const std::string& listener, const std::string& identity) const {
  const auto* on = find(listener);
  if (on == nullptr) return {};  // a spare broker's: it has the usual login
  auto who = on->login;
  const auto* shown = context_.materials.identity(identity);
  if (!who.from_certificate || shown == nullptr) return who;
  if (auto name = common_name_of(shown->value); !name.empty()) who.user = std::move(name);
  return who;
}

pid_t Driver::pid() const { return context_.broker != nullptr ? context_.broker->pid() : 0; }

std::filesystem::path Driver::log_file() const {
  return context_.broker != nullptr ? context_.broker->log_file() : context_.log_file;
}

std::optional<bool> Driver::log_says(const std::string& text, Nanos patience) {
  if (!script_log_) return std::nullopt;
  return script_log_->await(text, patience);
}

Result<void> Driver::reload() {
  if (context_.reload) return context_.reload();
  if (context_.broker == nullptr) {
    return environment_problem("the broker is not ours to reload", context_.driver);
  }
  return context_.broker->reload();
}

Result<std::unique_ptr<SpareBroker>> Driver::spare(const std::vector<std::string>& listeners) {
  if (!context_.spare) {
    return environment_problem("no further broker can be started", context_.driver);
  }
  std::vector<broker::ListenerSettings> settings;
  for (const auto& name : listeners) {
    auto one = profile_settings(name, context_.materials);
    if (!one) return one.error();
    settings.push_back(std::move(*one));
  }
  return context_.spare(settings);
}

Trial Driver::play_trial(const ProbePlan& plan, std::optional<tls::Version> version,
                         probe::Mode mode) {
  Trial trial;
  trial.mode = mode;
  while (trial.tries.size() < tries_in_all) {
    trial.tries.push_back(attempt(plan.stimulus, version, mode, plan.expect.log_line));
    if (as_expected(plan.expect, trial.tries.back().transcript)) break;
  }
  return trial;
}

Attempt Driver::attempt(const Stimulus& stimulus, std::optional<tls::Version> version,
                        probe::Mode mode, bool await_log_line) {
  probe::Options options;
  const auto* listener = find(stimulus.listener);
  options.endpoint = listener->endpoint;
  const auto who = login(stimulus.listener, stimulus.identity);
  options.user_name = who.user;
  options.password = who.password;
  options.server_name = stimulus.server_name;
  if (context_.server_name && stimulus.server_name == fixture_host) {
    options.server_name = *context_.server_name;
  }
  if (const auto* server = context_.materials.identity(stimulus.host_of)) {
    options.server_name = server->host;
  }
  options.mode = mode;
  options.timeouts = context_.timeouts;
  options.client_id = stimulus.connect.empty() ? fresh_id() : stimulus.connect_id;
  // Bytes that name no user are nothing to a broker that insists on one.
  if (options.user_name.empty()) options.connect = stimulus.connect;
  if (const auto* trust = context_.materials.trust(stimulus.trust))
    options.tls.trust = trust->value;
  options.tls.partial_chain = stimulus.partial_chain;
  options.tls.verify = stimulus.verify;
  options.tls.weak_material = stimulus.weak_material;
  options.tls.signature_algorithms = stimulus.offered_schemes;
  options.tls.server_name_indication = stimulus.server_name_indication;
  options.engine = stimulus.engine;
  options.mutation = stimulus.mutation;
  options.psk = stimulus.psk;
  options.proxy_protocol = stimulus.proxy_header;
  options.preface = stimulus.preface;
  options.application = probe::datagram_application(context_.capabilities.get("dtls"));
  if (version) options.tls.min_version = options.tls.max_version = *version;
  if (const auto* identity = context_.materials.identity(stimulus.identity)) {
    options.identity = stimulus.leaf_only ? identity->value.leaf_only() : identity->value;
  }

  std::optional<LogTail> log;
  if (const auto file = log_file(); !file.empty()) log.emplace(file);
  Attempt result;
  auto transcript = probe::run(options);
  if (!transcript) {
    problem_ = transcript.error().text();
    return result;
  }
  result.transcript = std::move(*transcript);
  if (!log) return result;
  const bool accepted = result.transcript.outcome == probe::Outcome::accept;
  const auto patience = accepted && await_log_line ? Nanos(log_patience) : Nanos(0);
  const auto wording = accepted_line(context_.driver, options.client_id);
  result.log_named_client = !wording.empty() && log->await(wording, patience);
  result.log_lines = log->lines(log_lines_kept);
  return result;
}

void Driver::ask_two_way(const ProbePlan& plan, Evidence& evidence) {
  const auto& listener = plan.stimulus.listener;
  const bool first = plan.twin && !open_listeners_.contains(listener);
  const auto served = [](const Attempt& seen) {
    return seen.transcript.outcome == probe::Outcome::accept;
  };
  const bool before = first && served(attempt(*plan.twin, std::nullopt, probe::Mode::eager, false));
  evidence.not_two_way = lets_anyone_in(listener);
  // The negative controls are bad handshakes too: a listener may stop serving after them.
  if (before) evidence.lost_to_controls = !served(twin_again(*plan.twin, std::nullopt).back());
}

bool Driver::lets_anyone_in(const std::string& listener) {
  const auto* found = find(listener);
  if (found == nullptr || !found->kind.two_way) return false;
  if (const auto profile = parse_profile(listener)) {
    if (profile->profile.ends_with("-opt")) return false;  // it is meant to let anyone in
  }
  if (const auto known = open_listeners_.find(listener); known != open_listeners_.end()) {
    return known->second;
  }
  bool open = false;
  const std::string stranger =
      parse_profile(listener) ? std::string(foreign_client_fixture) : "stranger";
  for (const auto& identity : {std::string(), stranger}) {
    if (!identity.empty() && context_.materials.identity(identity) == nullptr) continue;
    const auto stimulus = stimulus_for(listener, identity);
    const auto seen = attempt(stimulus, std::nullopt, probe::Mode::eager, false);
    open = open || seen.transcript.outcome == probe::Outcome::accept;
  }
  open_listeners_[listener] = open;
  return open;
}

void Driver::note_broker(Evidence& evidence, pid_t before) {
  if (context_.broker == nullptr) return;
  // A dying process closes its sockets before its parent can see that it died.
  const auto give_up = Clock::now() + (ended_badly(evidence) ? death_notice : Nanos(0));
  auto exit = context_.broker->died();
  while (!exit && Clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    exit = context_.broker->died();
  }
  if (exit) evidence.broker_died = exit->text();
  evidence.broker_restarted = context_.broker->pid() != before;
}

const broker::Listener* Driver::find(const std::string& name) const {
  const auto found = std::ranges::find(context_.listeners, name, &broker::Listener::name);
  return found == context_.listeners.end() ? nullptr : &*found;
}

std::string Driver::fresh_id() {
  return fmt::format("hf-{}-{}{}", context_.run_tag, tag_, ++connections_);
}

}  // namespace handfast::check
