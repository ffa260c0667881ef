// Section C3: resumption and early data. Sessions come from a first connection of the same client.
#include <algorithm>

#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/after_first.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/watch.hpp"
#include "harness/probe/sessions.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::HelloBase;
using probe::SessionHandle;
using tls::Version;

const std::string good_client(good_client_fixture);

Step resumed(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
             const SessionHandle& session) {
  options.resume = session;
  return whole_connection(bench, "", std::move(options), evidence);
}

CheckSpec resume_row(const std::string& id, std::vector<Move> moves,
                     std::vector<std::string> listeners = {"one"}, std::string identity = {}) {
  MoveRow row;
  row.moves = std::move(moves);
  row.listeners = std::move(listeners);
  row.identity = std::move(identity);
  return spec_of(id, std::move(row));
}

CheckSpec resume_mtls() {
  return resume_row("tls-resume-mtls",
                    {after_first("TLS 1.3", Version::tls1_3, "mtls", good_client, resumed),
                     after_first("TLS 1.2", Version::tls1_2, "mtls", good_client, resumed)},
                    {"one", "mtls"}, good_client);
}

/// Resumed connections whose user is looked for; what is not resumed says nothing. A broker may
/// turn away whoever names a user without a password, as RabbitMQ does, after any handshake: then
/// the same without a name decides.
Step resumed_user(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
                  const SessionHandle& session) {
  options.resume = session;
  options.user_name = "admin";
  auto step = identity::who_is(bench, evidence, options, {"dev-1", "admin"});
  if (step.outcome == probe::Outcome::refuse) {
    options.user_name.reset();
    step = identity::who_is(bench, evidence, options, {"dev-1"});
  }
  return fact(step, "resumed") == "yes" ? step : left_out("not-resumed");
}

CheckSpec resume_identity() {
  std::vector<Move> moves{
      after_first("TLS 1.3", Version::tls1_3, "ident", good_client, resumed_user),
      after_first("TLS 1.2", Version::tls1_2, "ident", good_client, resumed_user)};
  for (auto& move : moves) {
    move.facts = {{.name = "user",
                   .values = {"dev-1"},
                   .otherwise = "the resumed session has another user than the full handshake"}};
  }
  MoveRow row{.moves = std::move(moves), .listeners = {"ident"}, .identity = good_client};
  auto spec = spec_of("tls-resume-identity", std::move(row));
  std::get<ScriptPlan>(spec.plan).twin_identity = good_client;
  return spec;
}

/// A session of the one-way listener in front of the two-way one, without a certificate.
Step crosses_over(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
                  const SessionHandle& session) {
  options.listener = "mtls";
  return resumed(bench, evidence, std::move(options), session);
}

CheckSpec cross_listener() {
  auto new_way = after_first("TLS 1.3", Version::tls1_3, "one", "", crosses_over);
  new_way.expect = Expect::reject;
  new_way.alerts = {alert::certificate_required, alert::bad_certificate};
  auto old_way = after_first("TLS 1.2", Version::tls1_2, "one", "", crosses_over);
  old_way.expect = Expect::reject;
  old_way.alerts = {alert::handshake_failure, alert::bad_certificate};
  return resume_row("tls-resume-cross-listener", {std::move(new_way), std::move(old_way)},
                    {"one", "mtls"}, good_client);
}

Step tampered(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
              const SessionHandle& session) {
  const auto flipped = probe::with_flipped_ticket(*session);
  if (flipped == nullptr) {
    evidence.problem = "libssl does not take the session apart";
    return {};
  }
  return resumed(bench, evidence, std::move(options), flipped);
}

CheckSpec ticket_tampered() {
  std::vector<Move> moves{after_first("TLS 1.3", Version::tls1_3, "one", "", tampered),
                          after_first("TLS 1.2", Version::tls1_2, "one", "", tampered)};
  for (auto& move : moves) {
    move.level = Level::should;
    move.facts = {{.name = "resumed",
                   .values = {"no"},
                   .otherwise = "a session was resumed whose ticket had been tampered with",
                   .level = Level::must}};
  }
  return resume_row("tls-ticket-tampered", std::move(moves));
}

/// A Step that is about the session itself: nothing more is sent.
Step about(const SessionHandle& session, std::string name, bool in_order) {
  Step step;
  step.outcome = probe::Outcome::accept;
  const auto facts = probe::facts_of(*session);
  step.facts = {{std::move(name), in_order ? "in order" : "too much"},
                {"ticket lifetime", std::to_string(facts.lifetime_s) + " s"},
                {"max_early_data", std::to_string(facts.max_early_data) + " B"}};
  return step;
}

CheckSpec ticket_lifetime() {
  auto move = after_first(
      "ticket lifetime", Version::tls1_3, "one", "",
      [](Bench&, ScriptEvidence&, const TalkOptions&, const SessionHandle& session) {
        constexpr std::uint64_t a_week_s = 604'800;
        return about(session, "lifetime", probe::facts_of(*session).lifetime_s <= a_week_s);
      });
  move.facts = {
      {.name = "lifetime", .values = {"in order"}, .otherwise = "tickets live above 7 days"}};
  return resume_row("tls-ticket-lifetime", {std::move(move)});
}

CheckSpec early_data_limit() {
  auto move = after_first(
      "max_early_data_size", Version::tls1_3, "one", "",
      [](Bench&, ScriptEvidence&, const TalkOptions&, const SessionHandle& session) {
        return about(session, "early data", probe::facts_of(*session).max_early_data == 0);
      });
  move.facts = {{.name = "early data",
                 .values = {"in order"},
                 .otherwise = "tickets allow early data, for which MQTT has no rules"}};
  return resume_row("tls13-early-data-limit", {std::move(move)});
}

/// CONNECT and PUBLISH as early data that the ticket does not allow, a watcher on the topic, and
/// then the same client in order.
Step early_data(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
                const SessionHandle& session) {
  if (probe::facts_of(*session).max_early_data != 0) return left_out("early-data-allowed");
  TalkOptions watching;
  auto watcher = Talk::open(bench, std::move(watching));
  const auto topic = "handfast/early/" + bench.fresh_id();
  Step step;
  if (!watcher || !watcher->to_pingresp() || !subscribe(*watcher, topic)) {
    step.detail = "the client that is to see the message was not served";
    return step;
  }
  options.resume = probe::with_early_data(*session, 16384);
  options.connect_early = true;
  options.more_early = publish_bytes(topic, Bytes{'e', 'a', 'r', 'l', 'y'});
  return with_talk(bench, evidence, "", std::move(options), [&](Talk& talk, Step& noted) {
    noted.facts.emplace_back("early data sent", talk.line().early_sent() ? "yes" : "no");
    talk.to_pingresp();
    const bool seen = watcher->await(mqtt::PacketType::publish, 1s).has_value();
    noted.facts.emplace_back("message", seen ? "delivered" : "absent");
  });
}

CheckSpec early_data_sent() {
  auto move =
      after_first("early data that no ticket allowed", Version::tls1_3, "one", "", early_data);
  move.level = Level::should;
  move.facts = {{.name = "early data sent",
                 .values = {"yes"},
                 .otherwise = "our client sent no early data",
                 .level = Level::self},
                {.name = "message",
                 .values = {"absent"},
                 .otherwise = "early data that nobody had allowed took effect",
                 .level = Level::must}};
  return resume_row("tls13-early-data-sent", {std::move(move)});
}

Result<Talk> open_native(Bench& bench, const std::shared_ptr<tls::Engine>& engine,
                         SessionHandle resume, tls::Mutation mutation) {
  TalkOptions options;
  options.made = engine;
  options.resume = std::move(resume);
  options.mutation = mutation;
  return Talk::open(bench, std::move(options));
}

/// Three connections of one client: in full, resumed, and with a binder that is wrong.
Step bad_binder(Bench& bench, ScriptEvidence& evidence) {
  tls::ClientSettings settings{.verify = false};
  settings.keep_sessions = true;
  auto made = tls::make_engine(tls::EngineKind::native, settings);
  Step failed;
  if (!made) {
    evidence.problem = made.error().text();
    return failed;
  }
  const std::shared_ptr<tls::Engine> engine = std::move(*made);
  SessionHandle session;
  for (const bool second : {false, true}) {
    auto talk = open_native(bench, engine, std::exchange(session, nullptr), tls::Mutation::none);
    if (!talk || !talk->to_pingresp()) {
      failed.detail = "a connection before was not served";
      return failed;
    }
    if (second && !talk->line().tls().facts().resumed) return left_out("not-resumed");
    session = talk->line().session();
    if (session == nullptr) return left_out("no-session-given");
  }
  auto talk = open_native(bench, engine, session, tls::Mutation::binder_flipped);
  if (!talk) {
    failed.detail = talk.error().text();
    return failed;
  }
  talk->to_pingresp();
  return talk->step("");
}

CheckSpec binder_bad() {
  Move move;
  move.what = "a bit of the binder is wrong";
  move.play = bad_binder;
  move.expect = Expect::reject;
  move.alerts = {alert::decrypt_error, alert::illegal_parameter, alert::handshake_failure};
  move.needs = HelloBase::tls13;
  return resume_row("tls13-binder-bad", {std::move(move)});
}

CheckSpec plain_resumption(const std::string& id, Version version) {
  return resume_row(
      id, {after_first("the session of a first connection", version, "one", "", resumed)});
}

}  // namespace

std::vector<CheckSpec> resume_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(plain_resumption("tls12-resume", Version::tls1_2));
  rows.push_back(plain_resumption("tls13-resume", Version::tls1_3));
  for (auto* const make : {ticket_lifetime, ticket_tampered, binder_bad, resume_mtls,
                           resume_identity, cross_listener, early_data_limit, early_data_sent}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::tls_protocol
