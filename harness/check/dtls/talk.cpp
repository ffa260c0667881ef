#include "harness/check/dtls/talk.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::check::dtls {

using probe::CloseKind;
using probe::Outcome;

namespace {

constexpr int questions_in_all = 3;  // a datagram may be lost, and its answer
constexpr std::size_t messages_kept = 60;

Result<tls::Identity> identity_of(const Bench& bench, const TalkOptions& options) {
  const auto* identity = bench.materials().identity(options.identity);
  if (identity == nullptr) return internal_problem("there is no such identity", options.identity);
  return options.leaf_only ? identity->value.leaf_only() : identity->value;
}

}  // namespace

probe::DatagramApplication application_of(const Bench& bench) {
  return probe::datagram_application(bench.capabilities().get("dtls"));
}

Result<std::shared_ptr<tls::Engine>> make_engine(const TalkOptions& options) {
  tls::ClientSettings settings;
  settings.verify = false;
  settings.min_version = settings.max_version = tls::Version::dtls1_2;
  settings.keep_sessions = true;
  settings.datagrams.mtu = options.mtu;
  settings.datagrams.first_timeout = options.first_timeout;
  auto made = tls::make_engine(tls::EngineKind::libssl, settings);
  if (!made) return made.error();
  return std::shared_ptr<tls::Engine>(std::move(*made));
}

Result<Talk> Talk::open(Bench& bench, TalkOptions options) {
  if (!options.made) {
    auto made = make_engine(options);
    if (!made) return made.error();
    options.made = std::move(*made);
  }
  probe::DtlsLine::Options line{.endpoint = bench.endpoint(options.listener)};
  line.local = options.local;
  line.path = std::move(options.path);
  line.connection.psk = options.psk;
  line.connection.resume = std::move(options.resume);
  if (!options.identity.empty()) {
    auto identity = identity_of(bench, options);
    if (!identity) return identity.error();
    line.connection.identity = std::move(*identity);
  }
  auto opened = probe::DtlsLine::open(std::move(options.made), std::move(line));
  if (!opened) return opened.error();
  const auto patience = options.patience > Nanos(0) ? options.patience : bench.timeouts().handshake;
  return Talk(std::move(*opened), probe::Exchange(application_of(bench), bench.fresh_id()),
              bench.timeouts(), patience);
}

bool Talk::handshake() {
  answered_ = line_.handshake(line_.opened_at() + patience_);
  return answered_;
}

bool Talk::exchange() {
  asked_ = true;
  answered_ = questions_.ask(line_, timeouts_.pingresp, questions_in_all);
  return answered_;
}

Bytes Talk::hold_back() {
  Bytes held;
  probe::DatagramPath holding;
  holding.out = [&held](ByteView datagram) -> std::vector<Bytes> {
    held.assign(datagram.begin(), datagram.end());
    return {};
  };
  line_.take_path(std::move(holding));
  line_.send(questions_.question());
  line_.take_path({});
  return held;
}

void Talk::add_facts(Step& step) const {
  const auto& facts = line_.tls().facts();
  const auto add = [&step](std::string name, std::string value) {
    if (!value.empty()) step.facts.emplace_back(std::move(name), std::move(value));
  };
  if (facts.version) add("version", tls::to_string(*facts.version));
  add("suite", std::string(facts.cipher_suite));
  add("resumed", facts.resumed ? "yes" : "no");
  if (const auto* datagrams = line_.tls().datagrams()) {
    add("cookie", datagrams->cookie ? "asked for" : "not asked for");
    add("retransmits", std::to_string(datagrams->retransmits));
  }
  add("answer", questions_.answer());
}

Step Talk::step(std::string what) const {
  Step step;
  step.what = std::move(what);
  step.took = Clock::now() - line_.opened_at();
  add_facts(step);
  const auto& crossings = line_.crossings();
  for (const auto& crossing : crossings) {
    if (step.messages.size() >= messages_kept) break;
    step.messages.push_back(crossing.text());
  }
  if (answered_) {
    step.outcome = Outcome::accept;
    return step;
  }
  const auto& tls = line_.tls();
  const auto& alert = tls.facts().alert_received;
  const bool refused = !questions_.refusal().empty();
  step.outcome = line_.over() ? Outcome::reject : refused ? Outcome::refuse : Outcome::hang;
  if (tls.failure().cause == tls::Cause::local) step.outcome = Outcome::not_sent;
  step.detail = asked_ ? "no answer behind the handshake" : "stopped in the handshake";
  if (refused) step.detail = questions_.refusal();
  if (alert && alert->description != 0) {
    step.close = CloseKind::alert;
    step.alert = alert->description;
  } else if (line_.peer_closed()) {
    step.close = CloseKind::close_notify;
  } else if (line_.udp().refused()) {
    step.detail = "ICMP says that nobody listens";
  } else if (step.outcome == Outcome::reject) {
    step.detail += ": " + tls.failure().detail;
  }
  return step;
}

Step unplayed(const Problem& problem, ScriptEvidence& evidence) {
  if (problem.kind != ProblemKind::environment) evidence.problem = problem.text();
  Step step;
  step.detail = problem.text();
  return step;
}

Step with_talk(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
               const std::function<void(Talk&, Step&)>& play) {
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) return unplayed(talk.error(), evidence);
  Step step;
  play(*talk, step);
  auto seen = talk->step("");
  // What the play noted by itself comes behind.
  seen.facts.insert(seen.facts.end(), step.facts.begin(), step.facts.end());
  if (!step.detail.empty()) seen.detail += (seen.detail.empty() ? "" : "; ") + step.detail;
  talk->line().close_notify();
  return seen;
}

std::function<Step(Bench&, ScriptEvidence&)> whole(TalkOptions options) {
  return [options = std::move(options)](Bench& bench, ScriptEvidence& evidence) {
    return with_talk(bench, evidence, options, [](Talk& talk, Step&) { talk.whole(); });
  };
}

}  // namespace handfast::check::dtls
