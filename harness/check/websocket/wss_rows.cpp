// What WebSocket must not change about TLS: who gets in, as whom, and how a connection ends.
#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/check/websocket/table.hpp"
#include "harness/check/websocket/user_name.hpp"

namespace handfast::check::wss {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using reports::Verdict;

// --- wss-mtls-matrix

/// A row of group A, played on another listener with the same expectation.
ProbePlan plan_on(const std::string& listener, std::string_view row, std::string identity,
                  Outcome outcome) {
  ProbePlan plan;
  plan.stimulus = stimulus_for(listener, std::move(identity));
  plan.each_version = plan.each_mode = true;
  if (outcome == Outcome::accept) return plan;
  plan.expect = rejection_of(*find_row(row));
  plan.twin = stimulus_for(listener, std::string(good_client_fixture));
  plan.negative_control = row == "client-none-required" || row == "client-chain-wrong-root";
  return plan;
}

CheckSpec mtls_matrix() {
  struct Case {
    std::string_view row;
    std::string identity;
    Outcome outcome;
  };
  const Case cases[] = {
      {"client-chain-good", std::string(good_client_fixture), Outcome::accept},
      {"client-none-required", "", Outcome::reject},
      {"client-chain-wrong-root", std::string(foreign_client_fixture), Outcome::reject},
      {"client-cert-expired", "client-cert-expired", Outcome::reject}};
  CasesPlan plan;
  for (const auto& [row, identity, outcome] : cases) {
    // The same on mqtts is what the rows of group A say.
    plan.cases.push_back(
        {.name = std::string(row), .plan = plan_on("wss-mtls", row, identity, outcome)});
  }
  auto spec = spec_of_row("wss-mtls-matrix", std::move(plan));
  spec.capabilities = {"wss"};
  return spec;
}

// --- wss-identity

const std::string not_observable = "not observable";

std::optional<std::string> name_in_log(const Attempt& seen) {
  for (const auto& line : seen.log_lines) {
    if (auto name = user_name_in(line)) return name;
  }
  return std::nullopt;
}

/// A broker may tell a client who it is; what it delivers to a subscription of that topic. Real
/// ones deliver nothing.
constexpr std::string_view who_am_i = "whoami";

std::string payload_of(const std::optional<mqtt::Packet>& packet) {
  if (!packet) return not_observable;
  return std::string(as_text(std::get<mqtt::Publish>(*packet).payload));
}

std::string told_on_mqtts(Bench& bench) {
  tls_protocol::TalkOptions options;
  options.listener = "ident";
  options.identity = good_client_fixture;
  auto talk = tls_protocol::Talk::open(bench, std::move(options));
  if (!talk || !talk->to_pingresp()) return not_observable;
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions.push_back({.filter = std::string(who_am_i), .qos = 0});
  talk->send(request);
  return payload_of(talk->await(mqtt::PacketType::publish, 1s));
}

std::string told_on_wss(Bench& bench) {
  const Options options{.listener = "wss-ident", .identity = std::string(good_client_fixture)};
  auto talk = Conversation::open(bench, options);
  if (!talk || !talk->upgrade() || !talk->connect()) return not_observable;
  if (!talk->subscribe(std::string(who_am_i))) return not_observable;
  return payload_of(talk->await(mqtt::PacketType::publish, 1s));
}

Step named_on(Bench& bench, const std::string& listener, std::string (*told)(Bench&)) {
  const auto seen = bench.probe(stimulus_for(listener, std::string(good_client_fixture)),
                                std::nullopt, probe::Mode::patient);
  Step step;
  step.what = listener;
  step.outcome = seen.transcript.outcome;
  step.close = seen.transcript.close;
  step.detail = seen.transcript.sentence();
  if (step.outcome != Outcome::accept) return step;
  const auto logged = name_in_log(seen);
  step.facts.emplace_back("user name", logged ? *logged : told(bench));
  step.facts.emplace_back("told by", logged ? "the broker's log" : "the broker itself");
  return step;
}

Judgement judge_identity(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  const auto* mqtts = find_step(evidence, "ident");
  const auto* wss = find_step(evidence, "wss-ident");
  if (mqtts == nullptr || wss == nullptr) {
    return {.verdict = Verdict::error, .reason = "one of the two listeners was not asked"};
  }
  if (mqtts->outcome != Outcome::accept) {
    return {.verdict = Verdict::inconclusive,
            .observed = web_sentence(*mqtts),
            .reason = "the client was not accepted on mqtts"};
  }
  if (wss->outcome != Outcome::accept) return judge_served(level, *wss);
  const auto expected = fact(*mqtts, "user name");
  const auto name = fact(*wss, "user name");
  if (expected == not_observable || name == not_observable) {
    return {.verdict = Verdict::skip, .reason = "user-name-not-observable"};
  }
  if (expected.empty()) {
    return {.verdict = Verdict::inconclusive,
            .observed = "no user name on mqtts",
            .reason = "the certificate's name is not taken on mqtts either"};
  }
  const auto observed = "\"" + name + "\" on wss, \"" + expected + "\" on mqtts";
  auto judgement = name == expected ? web_in_order(level, *wss, "the same user name as on mqtts")
                                    : web_contrary(level, *wss, "another user name than on mqtts");
  judgement.observed = observed;
  return judgement;
}

CheckSpec identity_row() {
  ScriptPlan plan;
  plan.listeners = {"ident", "wss-ident"};
  plan.identities = {std::string(good_client_fixture)};
  plan.twin_identity = good_client_fixture;
  plan.drive = [](Bench& bench) {
    ScriptEvidence evidence;
    evidence.steps.push_back(named_on(bench, "ident", told_on_mqtts));
    evidence.steps.push_back(named_on(bench, "wss-ident", told_on_wss));
    return evidence;
  };
  plan.judge = judge_identity;
  auto spec = wss_spec("wss-identity", std::move(plan));
  spec.capabilities.emplace_back("ident=cn");
  return spec;
}

// --- wss-close-order

/// Our close frame asks for the end; then the broker's close frame, its close_notify and its FIN
/// are awaited, each in its place.
void play_close_order(Conversation& talk, Step& step) {
  if (!talk.to_pingresp()) {
    step.outcome = Outcome::not_sent;
    return;
  }
  constexpr auto patience = 10s;
  constexpr auto at_once = 2s;
  talk.send(Frame{.opcode = websocket::Opcode::close, .payload = {0x03, 0xe8}});
  const auto asked = Clock::now();
  talk.await_line_end(talk.timeouts().pingresp);
  // Some servers wait for the client's close_notify before they let TCP go.
  talk.line().close_notify();
  const auto deadline = Clock::now() + patience;
  talk.await_line_end(patience);
  auto& raw = talk.line().raw();
  if (!raw.over()) raw.await_end(deadline);
  std::string order = talk.close_seen() ? "close frame" : "";
  const auto add = [&order](std::string_view what) {
    if (!order.empty()) order += ", ";
    order += what;
  };
  if (talk.line().peer_closed()) add("close_notify");
  if (raw.over()) add(raw.end() == probe::RawEnd::fin ? "FIN" : "RST");
  step.facts.emplace_back("order", order.empty() ? "nothing" : order);
  step.facts.emplace_back("TCP ended", Clock::now() - asked < at_once ? "at once" : "late");
  talk.note(true, "close");
}

/// RFC 6455 section 5.5.1: behind both close frames the server closes TCP "immediately".
CheckSpec close_order() {
  Move move;
  move.what = "a close frame in a session";
  move.play = when_open(play_close_order);
  move.facts = {{.name = "order",
                 .values = {"close frame, close_notify, FIN"},
                 .otherwise = "the connection was not ended layer by layer"},
                {.name = "TCP ended",
                 .values = {"at once"},
                 .otherwise = "TCP stayed open for seconds behind both close frames"}};
  return wss_spec("wss-close-order", std::move(move));
}

}  // namespace

std::vector<CheckSpec> wss_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(mtls_matrix());
  rows.push_back(identity_row());
  rows.push_back(close_order());
  return rows;
}

}  // namespace handfast::check::wss
