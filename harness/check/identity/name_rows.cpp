// Section F1: who the user is, when a certificate names it and CONNECT says something too.
#include "harness/check/identity/spec.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"

namespace handfast::check::identity {

namespace {

using namespace std::chrono_literals;
using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::Move;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;

const std::string owner = "dev-1";  // the common name of the fixtures that say no other
const std::string claimed = "admin";
const std::string good_client(good_client_fixture);

TalkOptions showing(std::string identity, std::string listener = "ident") {
  TalkOptions options;
  options.listener = std::move(listener);
  options.identity = std::move(identity);
  return options;
}

FactWant user_among(std::vector<std::string> allowed, std::string otherwise) {
  return {.name = "user", .values = std::move(allowed), .otherwise = std::move(otherwise)};
}

/// A connection with these options whose user is looked for among `candidates`.
Move asks_user(std::string what, TalkOptions options, std::vector<std::string> candidates,
               FactWant want) {
  Move move;
  move.what = std::move(what);
  move.play = [=](Bench& bench, ScriptEvidence& evidence) {
    return who_is(bench, evidence, options, candidates);
  };
  move.facts = {std::move(want)};
  return move;
}

CheckSpec common_name() {
  IdentityRow row{.identities = {"ident-cn"}, .twin_identity = good_client};
  for (const auto version : {tls::Version::tls1_3, tls::Version::tls1_2}) {
    auto options = showing("ident-cn");
    options.settings.min_version = options.settings.max_version = version;
    row.moves.push_back(asks_user(tls::to_string(version), std::move(options), {owner},
                                  user_among({owner}, "the user is not the common name")));
    row.moves.back().needs =
        version == tls::Version::tls1_3 ? probe::HelloBase::tls13 : probe::HelloBase::tls12;
  }
  return spec_of("ident-cn", std::move(row));
}

CheckSpec overrides() {
  auto options = showing("ident-cn-overrides");
  options.user_name = claimed;
  auto move = asks_user("another user name in CONNECT", std::move(options), {owner, claimed},
                        user_among({owner, no_session}, "CONNECT decides who the user is"));
  move.expect = Expect::any;
  return spec_of("ident-cn-overrides", {.moves = {std::move(move)},
                                        .identities = {"ident-cn-overrides"},
                                        .twin_identity = good_client});
}

/// No certificate, or one that proves nothing, and perhaps a claim.
Move outsider(std::string what, std::string listener, std::string identity,
              std::optional<std::string> claim, Expect expect) {
  auto options = showing(std::move(identity), std::move(listener));
  options.user_name = std::move(claim);
  auto move =
      asks_user(std::move(what), std::move(options), {owner},
                user_among({no_session, somebody_else},
                           "a client that proved nothing has a registered device's session"));
  move.expect = expect;
  return move;
}

CheckSpec no_certificate() {
  return spec_of(
      "ident-no-cert-optional",
      {.moves = {outsider("no user name", "ident-opt", "", {}, Expect::no_access),
                 outsider("a registered name", "ident-opt", "", owner, Expect::no_access)},
       .listeners = {"ident-opt"},
       .capabilities = {"mtls=optional"},
       .twin_identity = good_client});
}

CheckSpec untrusted() {
  const std::string foreign = "ident-untrusted-known-cn";
  auto required =
      outsider("on the listener that requires one", "ident", foreign, {}, Expect::no_access);
  required.alerts = {tls_protocol::alert::unknown_ca, tls_protocol::alert::bad_certificate,
                     tls_protocol::alert::certificate_unknown};
  auto claiming =
      outsider("there, with the name in CONNECT", "ident", foreign, owner, Expect::no_access);
  claiming.alerts = required.alerts;
  auto optional = outsider("on the listener that does not", "ident-opt", foreign, {}, Expect::any);
  // A listener that another row brings: brokers that cannot have it play the rest.
  optional.play = [play = std::move(optional.play)](Bench& bench, ScriptEvidence& evidence) {
    return bench.has("ident-opt") ? play(bench, evidence) : tls_protocol::left_out("no-listener");
  };
  return spec_of(foreign, {.moves = {std::move(required), std::move(claiming), std::move(optional)},
                           .identities = {foreign},
                           .twin_identity = good_client});
}

/// A session of dev-1, left behind, and then dev-2 with the same client identifier.
Step comes_back(Bench& bench, ScriptEvidence& evidence) {
  auto first = showing("ident-reconnect-fresh/one");
  first.client_id = bench.fresh_id();
  first.clean_session = false;
  auto left = who_is(bench, evidence, first, {owner});
  if (tls_protocol::fact(left, "user") != owner) {
    left.outcome = probe::Outcome::not_sent;
    left.detail = "dev-1 had no session to leave behind";
    return left;
  }
  auto second = first;
  second.identity = "ident-reconnect-fresh/two";
  // The old user first: a broker that kept it would give itself away only once.
  return who_is(bench, evidence, second, {owner, "dev-2"});
}

CheckSpec reconnect() {
  Move move;
  move.what = "another certificate, the same client identifier";
  move.play = comes_back;
  move.expect = Expect::any;
  move.facts = {user_among({"dev-2", no_session}, "the stored session keeps its user")};
  return spec_of("ident-reconnect-fresh",
                 {.moves = {std::move(move)},
                  .identities = {"ident-reconnect-fresh/one", "ident-reconnect-fresh/two"},
                  .twin_identity = good_client});
}

CheckSpec two_authorities() {
  const std::string one = "ident-same-name-two-cas/one";
  const std::string two = "ident-same-name-two-cas/two";
  const auto listener = "ident@" + one;
  const auto of = [&](std::string what, const std::string& identity) {
    auto move = asks_user(std::move(what), showing(identity, listener), {owner},
                          user_among({owner, no_session, somebody_else}, ""));
    move.expect = Expect::either;
    return move;
  };
  return spec_of("ident-same-name-two-cas",
                 {.moves = {of("under the first root", one), of("under the second root", two)},
                  .listeners = {listener},
                  .identities = {one, two},
                  .twin_identity = one});
}

/// A client that is connected while the broker reads its settings again.
Step through_reload(Bench& bench, ScriptEvidence& evidence) {
  return tls_protocol::with_talk(bench, evidence, "", showing("ident-reload-keeps-session"),
                                 [&](Talk& talk, Step& step) {
                                   if (!talk.to_pingresp()) return;
                                   if (auto reloaded = bench.reload(); !reloaded) {
                                     evidence.problem = reloaded.error().text();
                                     return;
                                   }
                                   // reload() may return before the broker has done it.
                                   const bool stays = !talk.await_end(1s) && talk.ping();
                                   step.facts.emplace_back("session", stays ? "stays" : "ended");
                                 });
}

CheckSpec through_reload_row() {
  Move move;
  move.what = "a reload while connected";
  move.play = through_reload;
  move.expect = Expect::any;
  move.facts = {{.name = "session",
                 .values = {"stays"},
                 .otherwise = "the reload ended a session of a certificate user"}};
  return spec_of("ident-reload-keeps-session", {.moves = {std::move(move)},
                                                .identities = {"ident-reload-keeps-session"},
                                                .capabilities = {"reload"},
                                                .twin_identity = good_client});
}

}  // namespace

std::vector<CheckSpec> name_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make : {common_name, overrides, no_certificate, untrusted, reconnect,
                           two_authorities, through_reload_row}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
