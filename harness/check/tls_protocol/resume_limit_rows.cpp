// Section C3, what a session must not be good for: keys without a fresh exchange, a weaker master
// secret, another server name, the same early data twice.
#include "core/tls/native/engine.hpp"
#include "core/tls/native/refusal.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/after_first.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/watch.hpp"
#include "harness/probe/odd_tls12.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::HelloBase;
using probe::Outcome;

constexpr const char* sni_fixture = "server-sni-select";
constexpr const char* sni_listener = "dual@server-sni-select";
constexpr std::uint8_t psk_ke = 0;  // RFC 8446 section 4.2.9

/// Our own client, whose second hello offers psk_ke alone; it refuses to go on without a key share.
Step without_key_exchange(Bench& bench, ScriptEvidence& evidence) {
  tls::ClientSettings settings{.verify = false};
  settings.keep_sessions = true;
  auto made = tls::native::NativeEngine::make(settings);
  if (!made) {
    evidence.problem = made.error().text();
    return {};
  }
  auto& script = (*made)->script();
  TalkOptions options;
  options.made = std::shared_ptr<tls::Engine>(std::move(*made));
  auto first = Talk::open(bench, options);
  if (!first || !first->to_pingresp()) return {.detail = "the first connection was not served"};
  options.resume = first->line().session();
  if (options.resume == nullptr) return left_out("no-session-given");
  script.edit_hello = [](tls::native::ClientHello& hello) {
    hello.psk_key_exchange_modes = {psk_ke};
  };
  return with_talk(bench, evidence, "", std::move(options), [](Talk& talk, Step& step) {
    const bool served = talk.to_pingresp();
    const auto& sent = talk.line().tls().facts().alert_sent;
    const auto missing =
        static_cast<std::uint8_t>(tls::native::AlertDescription::missing_extension);
    const bool without = sent && sent->description == missing;
    step.facts.emplace_back("resumed without key exchange", without ? "yes" : "no");
    step.facts.emplace_back("served", served ? "yes" : "no");
  });
}

CheckSpec ke_only() {
  Move move;
  move.what = "psk_ke is the only mode offered";
  move.play = without_key_exchange;
  move.expect = Expect::any;
  move.needs = HelloBase::tls13;
  move.facts = {
      {.name = "resumed without key exchange",
       .values = {"no"},
       .otherwise = "a session was resumed without forward secrecy"},
      {.name = "served", .values = {"yes"}, .otherwise = "no full handshake was done instead"}};
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of("tls13-resume-ke-only", std::move(row));
}

Step drop_ems(Bench& bench, ScriptEvidence& /*evidence*/) {
  const auto seen = probe::drop_master_secret(bench.endpoint("one"), bench.timeouts());
  if (!seen.first_served) return {.detail = "the first connection was not served"};
  if (!seen.had_secret) return left_out("no-extended-master-secret");
  if (!seen.had_session) return left_out("no-session-given");
  Step step;
  step.alert = seen.alert;
  step.facts.emplace_back("resumed", seen.resumed ? "yes" : "no");
  if (seen.served || seen.resumed) {
    step.outcome = Outcome::accept;
    step.detail =
        seen.resumed ? "the broker agreed to the resumption" : "a full handshake was done";
  } else if (seen.alert || seen.ended) {
    step.outcome = Outcome::reject;
    step.close = seen.alert ? probe::CloseKind::alert : probe::CloseKind::fin;
  } else {
    step.outcome = Outcome::hang;
  }
  return step;
}

CheckSpec ems_drop() {
  Move move;
  move.what = "a session with extended master secret, offered without it";
  move.play = drop_ems;
  move.expect = Expect::reject;
  move.alerts = {alert::handshake_failure};
  move.level = Level::should;  // a full handshake instead is safe
  move.needs = HelloBase::tls12;
  move.facts = {{.name = "resumed",
                 .values = {"no"},
                 .otherwise = "a session was resumed without its extended master secret",
                 .level = Level::must}};
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of("tls-resume-ems-drop", std::move(row));
}

std::size_t messages_within(Talk& watcher, Nanos limit) {
  std::size_t seen = 0;
  const auto give_up = Clock::now() + limit;
  while (watcher.await(mqtt::PacketType::publish, give_up - Clock::now())) ++seen;
  return seen;
}

/// CONNECT and PUBLISH as early data, and then the same bytes again on another connection.
Step replayed(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
              const probe::SessionHandle& session) {
  if (probe::facts_of(*session).max_early_data == 0) return left_out("early-data-not-allowed");
  auto watcher = Talk::open(bench, {});
  const auto topic = "handfast/replay/" + bench.fresh_id();
  if (!watcher || !watcher->to_pingresp() || !subscribe(*watcher, topic)) {
    return {.detail = "the client that is to see the message was not served"};
  }
  auto first_flight = std::make_shared<Bytes>();
  options.resume = session;
  options.connect_early = true;
  options.more_early = publish_bytes(topic, Bytes{'o', 'n', 'c', 'e'});
  options.sender = [first_flight](probe::RawConnection& raw, ByteView wire) {
    if (first_flight->empty()) first_flight->assign(wire.begin(), wire.end());
    return raw.send(wire);
  };
  bool accepted = false;
  auto seen = with_talk(bench, evidence, "", std::move(options), [&](Talk& talk, Step& step) {
    talk.to_pingresp();
    accepted = talk.line().tls().facts().early_data == tls::EarlyData::accepted;
    auto messages = messages_within(*watcher, 1s);
    auto again = probe::RawConnection::open(bench.endpoint("one"), bench.timeouts().tcp);
    if (again && again->send(*first_flight)) messages += messages_within(*watcher, 2s);
    step.facts.emplace_back("messages", std::to_string(messages));
  });
  return accepted ? seen : left_out("early-data-refused");
}

CheckSpec early_data_replay() {
  auto move = after_first("a first flight with PUBLISH, sent twice", tls::Version::tls1_3, "one",
                          "", replayed);
  move.expect = Expect::any;
  move.facts = {{.name = "messages",
                 .values = {"0", "1"},
                 .otherwise = "early data that was sent again took effect again"}};
  MoveRow row;
  row.moves.push_back(std::move(move));
  return spec_of("tls13-early-data-replay", std::move(row));
}

/// The session of the first server's name, offered under the second one's.
Step under_other_name(Bench& bench, ScriptEvidence& evidence, tls::Version version) {
  const auto [one, two] = dual_servers(sni_fixture);
  TalkOptions options;
  options.listener = sni_listener;
  options.server_name = bench.materials().identity(one)->host;
  const auto other = bench.materials().identity(two)->host;
  return session_then(bench, evidence, version, std::move(options),
                      [&other](Bench& again, ScriptEvidence& seen, TalkOptions second,
                               const probe::SessionHandle& session) {
                        second.server_name = other;
                        second.resume = session;
                        return whole_connection(again, "", std::move(second), seen);
                      });
}

CheckSpec cross_name() {
  MoveRow row;
  for (const auto version : {tls::Version::tls1_2, tls::Version::tls1_3}) {
    const bool old = version == tls::Version::tls1_2;
    Move move;
    move.what = old ? "TLS 1.2" : "TLS 1.3";
    move.play = [version](Bench& bench, ScriptEvidence& evidence) {
      return under_other_name(bench, evidence, version);
    };
    move.needs = old ? HelloBase::tls12 : HelloBase::tls13;
    move.facts = {{.name = "resumed",
                   .values = {"no"},
                   .otherwise = "a session was resumed under another server name"}};
    // RFC 8446 section 4.2.11 leaves it to the server.
    if (!old) move.facts.front().level = Level::may;
    row.moves.push_back(std::move(move));
  }
  row.listeners = {sni_listener};
  auto spec = spec_of("tls-resume-cross-name", std::move(row));
  const auto [one, two] = dual_servers(sni_fixture);
  auto& plan = std::get<ScriptPlan>(spec.plan);
  plan.identities = {one, two};
  plan.twin = false;  // its moves are acceptances
  spec.capabilities = {"sni=select"};
  return spec;
}

}  // namespace

std::vector<CheckSpec> resume_limit_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make : {cross_name, ke_only, ems_drop, early_data_replay})
    rows.push_back(make());
  return rows;
}

}  // namespace handfast::check::tls_protocol
