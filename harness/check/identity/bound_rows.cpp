// Section F1: what else a certificate decides where a broker is set up so: the client identifier, a
// user name out of the alternative names, and that a password is asked for besides.
#include "harness/check/identity/spec.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::identity {

namespace {

using namespace std::chrono_literals;
using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;

constexpr const char* bound_name = "dev-1";  // the common name of the fixtures that are not dev-2's

/// A client of the listener that binds identifiers, whose session outlives its connection.
TalkOptions lasting(std::string identity, std::string client_id) {
  TalkOptions options;
  options.listener = "ident-id";
  options.identity = std::move(identity);
  options.client_id = std::move(client_id);
  options.clean_session = false;
  return options;
}

/// Served, and with a subscription: aedes keeps no session without one.
bool settle(Talk& talk) {
  return talk.to_pingresp() && tls_protocol::subscribe(talk, "handfast/bound/" + talk.client_id());
}

/// One connection in order, for the session that it leaves behind or clears away.
Step visit(Bench& bench, ScriptEvidence& evidence, TalkOptions options) {
  return tls_protocol::with_talk(bench, evidence, "", std::move(options), [](Talk& talk, Step&) {
    if (settle(talk)) talk.send(mqtt::Disconnect{});
  });
}

Step nothing_to_show(std::string why) {
  Step step;
  step.detail = std::move(why);
  return step;
}

/// Whose session a client with another identifier comes to is told by Session Present: the fresh
/// identifier has none, that of the certificate has the one that was left behind.
Step other_identifier(Bench& bench, ScriptEvidence& evidence) {
  const std::string fixture = "ident-clientid-bound";
  const auto left = visit(bench, evidence, lasting(fixture, bound_name));
  if (left.outcome != probe::Outcome::accept) {
    return nothing_to_show("the certificate's own identifier was not served");
  }
  auto step = tls_protocol::with_talk(
      bench, evidence, "", lasting(fixture, bench.fresh_id()), [](Talk& talk, Step& noted) {
        if (!talk.to_pingresp()) return;
        const bool bound = talk.session_present().value_or(false);
        noted.facts.emplace_back("identifier", bound ? "the certificate's" : "that of CONNECT");
        talk.send(mqtt::Disconnect{});
      });
  if (step.outcome != probe::Outcome::accept) step.facts.emplace_back("identifier", no_session);
  return step;
}

CheckSpec bound() {
  Move move;
  move.what = "another client identifier in CONNECT";
  move.play = other_identifier;
  move.expect = Expect::any;
  move.facts = {{.name = "identifier",
                 .values = {"the certificate's", no_session},
                 .otherwise = "CONNECT decides which session a certificate's client has"}};
  return spec_of("ident-clientid-bound", {.moves = {std::move(move)},
                                          .listeners = {"ident-id"},
                                          .identities = {"ident-clientid-bound"},
                                          .capabilities = {"ident.to=clientid"},
                                          .twin_identity = std::string(good_client_fixture)});
}

/// dev-1 is connected when dev-2 comes with dev-1's identifier.
Step wants_the_session(Bench& bench, ScriptEvidence& evidence) {
  const std::string one = "ident-clientid-takeover/one";
  const std::string two = "ident-clientid-takeover/two";
  // dev-2's own session, if it has one, would look like dev-1's.
  auto cleared = lasting(two, "dev-2");
  cleared.clean_session = true;
  if (visit(bench, evidence, std::move(cleared)).outcome != probe::Outcome::accept) {
    return nothing_to_show("dev-2 with its own identifier was not served");
  }
  Step intruder;
  const auto owner = tls_protocol::with_talk(
      bench, evidence, "", lasting(one, bound_name), [&](Talk& first, Step& noted) {
        if (!settle(first)) return;
        bool same_session = false;
        intruder = tls_protocol::with_talk(
            bench, evidence, "", lasting(two, bound_name), [&](Talk& second, Step&) {
              if (!second.to_pingresp()) return;
              same_session = second.session_present().value_or(false);
              second.send(mqtt::Disconnect{});
            });
        const bool stays = !first.await_end(500ms) && first.ping();
        noted.facts.emplace_back("session", stays && !same_session ? "kept" : "taken");
        if (stays) first.send(mqtt::Disconnect{});
      });
  const auto session = tls_protocol::fact(owner, "session");
  if (session.empty()) return nothing_to_show("dev-1 was not served");
  intruder.facts.emplace_back("session", std::string(session));
  return intruder;
}

CheckSpec takeover() {
  Move move;
  move.what = "dev-2 with the client identifier of dev-1, which is connected";
  move.play = wants_the_session;
  move.expect = Expect::any;
  move.facts = {{.name = "session",
                 .values = {"kept"},
                 .otherwise = "another certificate took the session or ended its connection"}};
  return spec_of("ident-clientid-takeover",
                 {.moves = {std::move(move)},
                  .listeners = {"ident-id"},
                  .identities = {"ident-clientid-takeover/one", "ident-clientid-takeover/two"},
                  .capabilities = {"ident.to=clientid"},
                  .twin_identity = std::string(good_client_fixture)});
}

/// What the profile `ident-san` promises of the names in the fixture.
constexpr const char* first_dns_name = "dev-1.lab.test";

Move alternative_move(std::string what, std::optional<std::string> claim,
                      std::vector<std::string> candidates, std::vector<std::string> allowed) {
  TalkOptions options;
  options.listener = "ident-san";
  options.identity = "ident-san";
  options.user_name = std::move(claim);
  Move move;
  move.what = std::move(what);
  move.play = [options, candidates = std::move(candidates)](Bench& bench,
                                                            ScriptEvidence& evidence) {
    return who_is(bench, evidence, options, candidates);
  };
  move.facts = {{.name = "user",
                 .values = std::move(allowed),
                 .otherwise = "the user is not the first dNSName, as the listener is set up"}};
  return move;
}

CheckSpec alternative_names() {
  auto claiming = alternative_move("another user name in CONNECT", "admin",
                                   {first_dns_name, "admin"}, {first_dns_name, no_session});
  claiming.expect = Expect::any;
  return spec_of("ident-san",
                 {.moves = {alternative_move("two dNSNames, an address and a URI", {},
                                             {first_dns_name, "dev-1-b.lab.test", "dev-1@lab.test",
                                              "urn:handfast:dev:1", bound_name},
                                             {first_dns_name}),
                            std::move(claiming)},
                  .listeners = {"ident-san"},
                  .identities = {"ident-san"},
                  .capabilities = {"ident=san"},
                  .twin_identity = "ident-san"});
}

Move login_move(std::string what, std::string identity, broker::Login login, Expect expect) {
  TalkOptions options;
  options.listener = "mtls-login";
  options.identity = std::move(identity);
  options.login = std::move(login);
  Move move;
  move.what = std::move(what);
  move.play = tls_protocol::whole("", std::move(options));
  move.expect = expect;
  return move;
}

CheckSpec password_beside() {
  const std::string fixture = "ident-enhanced-auth";
  const auto account = known_account();
  const broker::Login right{.user = account.user, .password = account.password};
  const broker::Login wrong{.user = account.user, .password = "handfast-opens-not"};
  auto without = login_move("the password without a certificate", "", right, Expect::no_access);
  without.alerts = {tls_protocol::alert::certificate_required, tls_protocol::alert::bad_certificate,
                    tls_protocol::alert::handshake_failure};
  return spec_of(
      "ident-enhanced-auth",
      {.moves = {login_move("certificate and password", fixture, right, Expect::accept),
                 login_move("a wrong password", fixture, wrong, Expect::no_access),
                 login_move("no user name", fixture, {}, Expect::no_access), std::move(without)},
       .listeners = {"mtls-login"},
       .identities = {fixture},
       .capabilities = {"ident.password"},
       .twin_identity = std::string(good_client_fixture)});
}

}  // namespace

std::vector<CheckSpec> bound_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make : {alternative_names, bound, takeover, password_beside}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
