#include "harness/check/rejection_rows.hpp"

#include <fmt/format.h>

#include <string_view>

#include "harness/check/chain_rows.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using reports::Verdict;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;
using namespace std::chrono_literals;

constexpr std::string_view rejected_fixture = "client-cert-expired";
constexpr auto effect_patience = 3s;  // "watcher on the topic for 3 s"
constexpr auto kept_patience = 1s;    // a kept message comes with CONNACK
constexpr auto loss_patience = 1s;    // brokers end who was taken over when they come to it

/// A client whose CONNECT goes out with its Finished, before the broker has judged its certificate.
TalkOptions eager_client(std::string_view identity) {
  TalkOptions options;
  options.listener = "mtls";
  options.identity = identity;
  options.settings.min_version = tls::Version::tls1_3;
  options.connect_with_finished = true;
  return options;
}

TalkOptions good_client() { return eager_client(good_client_fixture); }

/// Plays one client to its end, as far as CONNACK.
Step rejected_client(Bench& bench, ScriptEvidence& evidence, TalkOptions options) {
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) {
    evidence.problem = talk.error().text();
    return {.what = "the rejected client"};
  }
  if (talk->handshake()) talk->connect();
  return talk->step("the rejected client");
}

Step effect_step(std::string what, bool as_wanted, std::string detail) {
  Step step;
  step.what = std::move(what);
  step.outcome = as_wanted ? Outcome::accept : Outcome::reject;
  step.detail = std::move(detail);
  return step;
}

/// True while `talk` is served.
bool alive(Talk& talk) { return talk.ping(); }

ScriptEvidence play_takeover(Bench& bench) {
  ScriptEvidence evidence;
  auto options = good_client();
  options.client_id = bench.fresh_id();
  auto online = Talk::open(bench, options);
  if (!online || !online->to_pingresp()) {
    evidence.problem = "the client that is to stay online was not served";
    return evidence;
  }
  auto rejected = eager_client(rejected_fixture);
  rejected.client_id = options.client_id;
  evidence.steps.push_back(rejected_client(bench, evidence, std::move(rejected)));
  const bool stays = !online->await_end(loss_patience) && alive(*online);
  evidence.steps.push_back(effect_step("the client that was there first", stays,
                                       stays ? "still answered" : "lost its connection"));
  auto second = Talk::open(bench, options);
  const bool taken =
      second && second->to_pingresp() && (online->await_end(effect_patience) || !alive(*online));
  evidence.steps.push_back(effect_step("control: a good client with the same identifier", taken,
                                       taken ? "takes over" : "does not take over"));
  return evidence;
}

/// Whether the Will of a client with this identity, cut off at once, reaches a watcher.
std::optional<bool> will_arrives(Bench& bench, ScriptEvidence& evidence, TalkOptions options) {
  auto watcher = Talk::open(bench, good_client());
  const auto topic = "handfast/will/" + bench.fresh_id();
  if (!watcher || !watcher->to_pingresp() || !tls_protocol::subscribe(*watcher, topic)) {
    evidence.problem = "the client that is to see the Will was not served";
    return std::nullopt;
  }
  const bool good = options.identity == good_client_fixture;
  options.will = mqtt::Will{.topic = topic, .payload = {'g', 'o', 'n', 'e'}};
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) {
    evidence.problem = talk.error().text();
    return std::nullopt;
  }
  if (talk->handshake()) talk->connect();
  if (!good) evidence.steps.push_back(talk->step("the rejected client"));
  talk->line().raw().reset();
  return watcher->await(mqtt::PacketType::publish, effect_patience).has_value();
}

ScriptEvidence play_will(Bench& bench) {
  ScriptEvidence evidence;
  const auto published = will_arrives(bench, evidence, eager_client(rejected_fixture));
  if (!published) return evidence;
  evidence.steps.push_back(
      effect_step("its Will", !*published, *published ? "was published" : "was not published"));
  const auto control = will_arrives(bench, evidence, good_client());
  if (!control) return evidence;
  evidence.steps.push_back(effect_step("control: the Will of a good client that is cut off",
                                       *control, *control ? "was published" : "was not published"));
  return evidence;
}

Bytes subscribe_bytes(const std::string& topic) {
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions.push_back({.filter = topic, .qos = 1});
  Bytes bytes;
  // Fails for a filter that cannot be encoded alone.
  if (!mqtt::encode_packet(bytes, mqtt::Version::v3_1_1, request)) bytes.clear();
  return bytes;
}

/// A good client publishes to `topic` with QoS 1, which a session keeps for who is away.
bool leave_message(Bench& bench, const std::string& topic) {
  auto talk = Talk::open(bench, good_client());
  if (!talk || !talk->to_pingresp()) return false;
  talk->send(
      mqtt::Publish{.qos = 1, .topic = topic, .packet_id = 1, .payload = {'l', 'e', 'f', 't'}});
  return talk->await(mqtt::PacketType::puback, talk->timeouts().connack).has_value();
}

/// Whether a session of this identifier is there. CONNACK says so; a broker whose CONNACK never
/// does (ActiveMQ 5.17) shows it by the message that came meanwhile. nullopt: a client was not
/// served.
std::optional<bool> session_exists(Bench& bench, const std::string& client_id,
                                   const std::string& topic) {
  if (!leave_message(bench, topic)) return std::nullopt;
  auto options = good_client();
  options.client_id = client_id;
  options.clean_session = false;
  auto talk = Talk::open(bench, std::move(options));
  // No PINGREQ yet: its answer would be read over the message.
  if (!talk || !talk->handshake() || !talk->connect()) return std::nullopt;
  return talk->session_present().value_or(false) ||
         talk->await(mqtt::PacketType::publish, kept_patience).has_value();
}

ScriptEvidence play_session(Bench& bench) {
  ScriptEvidence evidence;
  std::optional<bool> present[2];
  const std::string_view identities[] = {rejected_fixture, good_client_fixture};
  for (std::size_t i = 0; i < 2; ++i) {
    auto options = eager_client(identities[i]);
    options.client_id = bench.fresh_id();
    options.clean_session = false;
    const auto topic = "handfast/" + options.client_id;
    options.more_with_finished = subscribe_bytes(topic);
    const auto client_id = options.client_id;
    auto step = rejected_client(bench, evidence, std::move(options));
    if (evidence.problem) return evidence;
    if (i == 0) evidence.steps.push_back(std::move(step));
    present[i] = session_exists(bench, client_id, topic);
    if (!present[i]) {
      evidence.problem = "the client that asks for the session was not served";
      return evidence;
    }
  }
  evidence.steps.push_back(
      effect_step("its session", !*present[0], *present[0] ? "exists" : "does not exist"));
  evidence.steps.push_back(effect_step("control: the session of a good client", *present[1],
                                       *present[1] ? "exists" : "does not exist"));
  return evidence;
}

Step count_step(std::string what, std::size_t good, std::size_t all) {
  Step step;
  step.what = std::move(what);
  step.outcome = good == all ? Outcome::accept : Outcome::reject;
  step.detail = fmt::format("{} of {}", good, all);
  step.facts = {{"as expected", std::to_string(good)}, {"of", std::to_string(all)}};
  return step;
}

/// How many of `count` clients of this identity are served up to CONNACK, one after the other.
std::size_t served(Bench& bench, std::string_view identity, std::size_t count) {
  std::size_t good = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto talk = Talk::open(bench, eager_client(identity));
    if (talk && talk->handshake() && talk->connect()) ++good;
  }
  return good;
}

ScriptEvidence play_storm(Bench& bench) {
  constexpr std::size_t storm = 200;
  ScriptEvidence evidence;
  evidence.steps.push_back(
      count_step("clients rejected", storm - served(bench, rejected_fixture, storm), storm));
  return evidence;
}

ScriptEvidence play_parallel(Bench& bench) {
  constexpr std::size_t each = 50;
  std::vector<Talk> talks;
  for (std::size_t i = 0; i < 2 * each; ++i) {
    auto talk =
        Talk::open(bench, eager_client(i % 2 == 0 ? good_client_fixture : rejected_fixture));
    if (!talk) {
      ScriptEvidence broken;
      broken.problem = talk.error().text();
      return broken;
    }
    talks.push_back(std::move(*talk));
  }
  std::size_t right[2] = {0, 0};
  std::size_t slow = 0;
  for (std::size_t i = 0; i < talks.size(); ++i) {
    const bool let_in = talks[i].handshake() && talks[i].connect();
    if (let_in == (i % 2 == 0)) ++right[i % 2];
    if (i % 2 == 0 && !let_in && talks[i].step("").outcome == Outcome::hang) ++slow;
  }
  // One retry for each good client that was kept waiting: a slow start is not cross-talk, an end
  // is.
  right[0] += served(bench, good_client_fixture, slow);
  ScriptEvidence evidence;
  evidence.steps.push_back(count_step("good clients served", right[0], each));
  evidence.steps.push_back(count_step("bad clients rejected", right[1], each));
  return evidence;
}

ScriptEvidence play_survivors(Bench& bench) {
  constexpr std::size_t live = 20;
  constexpr std::size_t bad = 100;
  ScriptEvidence evidence;
  std::vector<Talk> talks;
  for (std::size_t i = 0; i < live; ++i) {
    auto talk = Talk::open(bench, good_client());
    if (!talk || !talk->to_pingresp()) {
      evidence.problem = "a client that is to stay online was not served";
      return evidence;
    }
    talks.push_back(std::move(*talk));
  }
  evidence.steps.push_back(
      count_step("clients rejected", bad - served(bench, rejected_fixture, bad), bad));
  std::size_t still = 0;
  for (auto& talk : talks) still += alive(talk) ? 1 : 0;
  evidence.steps.push_back(count_step("live clients that still are", still, live));
  return evidence;
}

const std::vector<std::string>& rejected_kinds() {
  static const std::vector<std::string> kinds{"client-cert-expired", "client-chain-wrong-root",
                                              "client-self-signed", "client-eku-server-only",
                                              "client-forged-leaf"};
  return kinds;
}

ScriptEvidence play_visibility(Bench& bench) {
  ScriptEvidence evidence;
  for (const auto& identity : rejected_kinds()) {
    for (const auto version : {tls::Version::tls1_2, tls::Version::tls1_3}) {
      const auto seen = bench.probe(stimulus_for("mtls", identity), version, probe::Mode::patient);
      Step step;
      step.what = fmt::format("{}, {}", identity, tls::to_string(version));
      step.outcome = seen.transcript.outcome;
      step.close = seen.transcript.close;
      if (const auto& alert = seen.transcript.tls.alert_received) step.alert = alert->description;
      step.detail = seen.transcript.sentence();
      evidence.steps.push_back(std::move(step));
    }
  }
  return evidence;
}

using Drive = ScriptEvidence (*)(Bench&);
using Judge = Judgement (*)(Level, const ScriptEvidence&);

CheckSpec rejection_spec(std::string_view id, Drive drive, Judge judge,
                         std::vector<std::string> identities = {std::string(rejected_fixture)}) {
  ScriptPlan plan;
  plan.listeners = {"mtls"};
  plan.identities = std::move(identities);
  plan.drive = drive;
  plan.judge = judge;
  plan.twin_identity = good_client_fixture;
  return spec_of_row(id, std::move(plan));
}

}  // namespace

std::vector<CheckSpec> rejection_specs() {
  std::vector<CheckSpec> specs;
  specs.push_back(rejection_spec("client-reject-no-session", play_session, judge_no_effect));
  specs.push_back(rejection_spec("client-reject-no-takeover", play_takeover, judge_no_effect));
  specs.push_back(rejection_spec("client-reject-no-will", play_will, judge_no_effect));
  specs.push_back(rejection_spec("client-reject-storm", play_storm, judge_counts));
  specs.push_back(rejection_spec("client-mixed-parallel", play_parallel, judge_counts));
  specs.push_back(rejection_spec("client-existing-sessions-survive", play_survivors, judge_counts));
  specs.push_back(rejection_spec("client-reject-alert-visible", play_visibility,
                                 judge_alerts_visible, rejected_kinds()));
  return specs;
}

Judgement judge_no_effect(Level level, const ScriptEvidence& evidence) {
  const auto& client = evidence.steps.at(0);
  const auto& effect = evidence.steps.at(1);
  const auto& control = evidence.steps.at(2);
  const auto says = [](Verdict verdict, const Step& step, std::string reason) {
    return Judgement{
        .verdict = verdict, .observed = step.what + " " + step.detail, .reason = std::move(reason)};
  };
  if (client.outcome == Outcome::accept) {
    return says(Verdict::inconclusive, client, "the client that is to be rejected was accepted");
  }
  // An effect of a rejected client is a failure at any level (chain-cases.md 1.2).
  if (effect.outcome != Outcome::accept) {
    return says(Verdict::fail, effect, "the CONNECT of a rejected client took effect");
  }
  if (control.outcome != Outcome::accept) {
    return says(Verdict::inconclusive, control,
                "the same bytes of a good client had no effect either, so nothing was shown");
  }
  return says(level == Level::may ? Verdict::info : Verdict::pass, effect,
              "the rejected client's CONNECT had no effect, a good client's has");
}

Judgement judge_counts(Level level, const ScriptEvidence& evidence) {
  std::string observed;
  bool good = true;
  for (const auto& step : evidence.steps) {
    observed += fmt::format("{}{}: {}", observed.empty() ? "" : "; ", step.what, step.detail);
    good = good && step.outcome == Outcome::accept;
  }
  if (good) {
    return {.verdict = Verdict::pass, .observed = observed, .reason = "every client got its due"};
  }
  return {.verdict = contrary(level),
          .observed = observed,
          .reason = "not every client was treated as its certificate deserves"};
}

Judgement judge_alerts_visible(Level level, const ScriptEvidence& evidence) {
  for (const auto& step : evidence.steps) {
    if (step.outcome == Outcome::accept) {
      return {.verdict = Verdict::inconclusive,
              .observed = step.what + ": " + step.detail,
              .reason = "a client that is to be rejected was accepted"};
    }
    if (step.alert) continue;
    if (step.outcome == Outcome::refuse) {
      return {.verdict = level == Level::may ? Verdict::info : Verdict::warn,
              .observed = step.what + ": " + step.detail,
              .reason = "access was denied, but only by MQTT: the client got through TLS"};
    }
    return {.verdict = contrary(level),
            .observed = step.what + ": " + step.detail,
            .reason = "the connection ended without an alert that its client could read"};
  }
  return {.verdict = Verdict::pass,
          .observed = fmt::format("{} rejections, each with its alert", evidence.steps.size()),
          .reason = "every rejected client could read why"};
}

}  // namespace handfast::check
