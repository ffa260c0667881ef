// Judges of group F, with evidence written by hand: the row's plan is real, its steps are not.
#include <algorithm>

#include "core/proxy/header.hpp"
#include "harness/check/check.hpp"
#include "harness/check/identity/header_bytes.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/check_tls/steps.hpp"

namespace handfast::check {
namespace {

using ::handfast::test::accepted;
using ::handfast::test::alerted;
using ::handfast::test::closed;
using ::handfast::test::evidence_of;
using ::handfast::test::hung;
using reports::Verdict;

const CheckSpec& row(const std::string& id) {
  const auto found = std::ranges::find(catalogue(), id, &CheckSpec::id);
  REQUIRE(found != catalogue().end());
  return *found;
}

Judgement judged(const std::string& id, std::vector<Step> steps) {
  const auto& spec = row(id);
  return std::get<ScriptPlan>(spec.plan).judge(spec.level, evidence_of(std::move(steps)));
}

Verdict verdict(const std::string& id, std::vector<Step> steps) {
  return judged(id, std::move(steps)).verdict;
}

Step as_user(std::string what, const std::string& user) {
  return accepted(std::move(what), {{"user", user}});
}

Step refused(std::string what) {
  Step step;
  step.what = std::move(what);
  step.outcome = probe::Outcome::refuse;
  step.facts = {{"user", identity::no_session}};
  return step;
}

Step without_session(Step step) {
  step.facts.emplace_back("user", identity::no_session);
  return step;
}

}  // namespace

TEST_CASE("the certificate's name, or nobody, is right where CONNECT says another", "[identity]") {
  const std::string what = "another user name in CONNECT";
  CHECK(verdict("ident-cn-overrides", {as_user(what, "dev-1")}) == Verdict::pass);
  CHECK(verdict("ident-cn-overrides", {refused(what)}) == Verdict::pass);
  const auto wrong = judged("ident-cn-overrides", {as_user(what, "admin")});
  CHECK(wrong.verdict == Verdict::fail);
  CHECK(wrong.reason == "CONNECT decides who the user is");
  CHECK(wrong.observed == "user admin where dev-1 or no session is expected");
  CHECK(verdict("ident-cn-overrides", {as_user(what, identity::somebody_else)}) == Verdict::fail);
}

TEST_CASE("a client without certificate must not get in, whatever it claims", "[identity]") {
  const auto both = [](Step claiming) {
    return verdict("ident-no-cert-optional", {refused("no user name"), std::move(claiming)});
  };
  CHECK(both(refused("a registered name")) == Verdict::pass);
  CHECK(both(without_session(closed("a registered name"))) == Verdict::pass);
  CHECK(both(as_user("a registered name", "dev-1")) == Verdict::fail);
  // Anonymous access is off in the profile.
  CHECK(both(as_user("a registered name", identity::somebody_else)) == Verdict::fail);
}

TEST_CASE("a foreign certificate may open an anonymous session where none is required",
          "[identity]") {
  const auto with = [](Step optional) {
    return verdict(
        "ident-untrusted-known-cn",
        {without_session(alerted("on the listener that requires one", 48)),
         without_session(alerted("there, with the name in CONNECT", 48)), std::move(optional)});
  };
  const std::string what = "on the listener that does not";
  CHECK(with(without_session(alerted(what, 48))) == Verdict::pass);
  CHECK(with(as_user(what, identity::somebody_else)) == Verdict::pass);
  CHECK(with(as_user(what, "dev-1")) == Verdict::fail);
}

TEST_CASE("a name cut at its NUL fails, the whole one is a warning, none passes", "[identity]") {
  const std::string what = "\"dev-1\", NUL, \".x\"";
  CHECK(verdict("ident-cn-nul", {refused(what)}) == Verdict::pass);
  CHECK(verdict("ident-cn-nul", {as_user(what, "dev-1")}) == Verdict::fail);
  CHECK(verdict("ident-cn-nul", {as_user(what, identity::somebody_else)}) == Verdict::warn);
}

TEST_CASE("a session that CONNECT named fails although the row is a should", "[identity]") {
  const auto with = [](Step empty) {
    return verdict("ident-cn-missing", {refused("no common name"), std::move(empty),
                                        refused("no common name, none in CONNECT")});
  };
  CHECK(with(refused("an empty one")) == Verdict::pass);
  CHECK(with(as_user("an empty one", "admin")) == Verdict::fail);
  CHECK(with(as_user("an empty one", identity::somebody_else)) == Verdict::warn);
}

TEST_CASE("a name with wildcards may get in and must not open other names' topics", "[identity]") {
  const auto with = [](Step level) {
    return verdict("ident-cn-wildcard", {refused("\"a+b/#\""), std::move(level)});
  };
  CHECK(with(as_user("\"+\"", identity::somebody_else)) == Verdict::pass);
  CHECK(with(refused("\"+\"")) == Verdict::pass);
  CHECK(with(as_user("\"+\"", "dev-2")) == Verdict::fail);
}

TEST_CASE("which of two names counts is recorded, and the observation names it", "[identity]") {
  auto step = as_user("\"dev-1\" and \"admin\"", "admin");
  step.detail = "user admin";
  const auto seen = judged("ident-cn-two", {step});
  CHECK(seen.verdict == Verdict::info);
  CHECK(seen.observed == "accept (user admin)");
}

TEST_CASE("a long name may be refused and must not be cut", "[identity]") {
  const auto with = [](Step longer) {
    return verdict("ident-cn-long",
                   {as_user("64 characters", std::string(64, 'x')), std::move(longer)});
  };
  CHECK(with(as_user("200 characters", std::string(200, 'x'))) == Verdict::pass);
  CHECK(with(refused("200 characters")) == Verdict::pass);
  CHECK(with(as_user("200 characters", std::string(64, 'x'))) == Verdict::fail);
}

TEST_CASE("a session of dev-1 must not go on as dev-1 for dev-2", "[identity]") {
  const std::string what = "another certificate, the same client identifier";
  CHECK(verdict("ident-reconnect-fresh", {as_user(what, "dev-2")}) == Verdict::pass);
  CHECK(verdict("ident-reconnect-fresh", {refused(what)}) == Verdict::pass);
  CHECK(verdict("ident-reconnect-fresh", {as_user(what, "dev-1")}) == Verdict::fail);
  Step none;
  none.what = what;
  CHECK(verdict("ident-reconnect-fresh", {none}) == Verdict::inconclusive);
}

TEST_CASE("a bound identifier is the certificate's, or the client is refused", "[identity]") {
  const auto with = [](Step step, const std::string& identifier) {
    step.facts = {{"identifier", identifier}};
    return judged("ident-clientid-bound", {std::move(step)});
  };
  const std::string what = "another client identifier in CONNECT";
  CHECK(with(accepted(what), "the certificate's").verdict == Verdict::pass);
  CHECK(with(refused(what), identity::no_session).verdict == Verdict::pass);
  CHECK(with(closed(what), identity::no_session).verdict == Verdict::pass);
  const auto free = with(accepted(what), "that of CONNECT");
  CHECK(free.verdict == Verdict::fail);
  CHECK(free.reason == "CONNECT decides which session a certificate's client has");
  Step none;
  none.what = what;
  CHECK(judged("ident-clientid-bound", {none}).verdict == Verdict::inconclusive);
}

TEST_CASE("another certificate must not take a session, refused or not", "[identity]") {
  const auto with = [](Step step, const std::string& session) {
    step.what = "dev-2 with the client identifier of dev-1, which is connected";
    step.facts = {{"session", session}};
    return verdict("ident-clientid-takeover", {std::move(step)});
  };
  CHECK(with(accepted(""), "kept") == Verdict::pass);
  CHECK(with(refused(""), "kept") == Verdict::pass);
  CHECK(with(accepted(""), "taken") == Verdict::fail);
  CHECK(with(refused(""), "taken") == Verdict::fail);  // thrown out by who was refused
}

TEST_CASE("of alternative names the first dNSName is the user", "[identity]") {
  const auto with = [](const std::string& user, Step claiming) {
    claiming.what = "another user name in CONNECT";
    return verdict("ident-san",
                   {as_user("two dNSNames, an address and a URI", user), std::move(claiming)});
  };
  const auto right = as_user("", "dev-1.lab.test");
  CHECK(with("dev-1.lab.test", right) == Verdict::pass);
  CHECK(with("dev-1.lab.test", refused("")) == Verdict::pass);
  CHECK(with("dev-1-b.lab.test", right) == Verdict::fail);
  CHECK(with("dev-1", right) == Verdict::fail);
  CHECK(with("dev-1.lab.test", as_user("", "admin")) == Verdict::fail);
}

TEST_CASE("certificate and password are both asked for", "[identity]") {
  const auto with = [](Step first, Step wrong, Step nameless, Step bare) {
    first.what = "certificate and password";
    wrong.what = "a wrong password";
    nameless.what = "no user name";
    bare.what = "the password without a certificate";
    return verdict("ident-enhanced-auth",
                   {std::move(first), std::move(wrong), std::move(nameless), std::move(bare)});
  };
  const auto no = refused("");
  const auto yes = accepted("");
  CHECK(with(yes, no, no, alerted("", 116)) == Verdict::pass);
  CHECK(with(yes, no, no, no) == Verdict::pass);
  CHECK(with(no, no, no, no) == Verdict::fail);
  CHECK(with(yes, yes, no, no) == Verdict::fail);
  CHECK(with(yes, no, yes, no) == Verdict::fail);
  CHECK(with(yes, no, no, yes) == Verdict::fail);
}

TEST_CASE("keys: the specified alert passes, another is a warning, an acceptance fails",
          "[identity]") {
  const auto with = [](Step tls12) {
    tls12.what = "a wrong key, TLS 1.2";
    return verdict("psk-wrong-key", {std::move(tls12), alerted("a wrong key, TLS 1.3", 51)});
  };
  CHECK(with(alerted("", 51)) == Verdict::pass);
  CHECK(with(alerted("", 20)) == Verdict::pass);
  CHECK(with(alerted("", 115)) == Verdict::warn);
  CHECK(with(closed("")) == Verdict::warn);
  CHECK(with(accepted("")) == Verdict::fail);
}

TEST_CASE("keys: two answers tell which identities exist", "[identity]") {
  const auto with = [](const std::string& answers) {
    auto step = alerted("both, TLS 1.2", 20);
    step.facts = {{"answers", answers}};
    auto left_out = tls_protocol::left_out("no-psk-under-tls13");
    left_out.what = "both, TLS 1.3";
    return judged("psk-no-oracle", {std::move(step), std::move(left_out)});
  };
  CHECK(with("the same").verdict == Verdict::pass);
  const auto told = with("alert 115 to an unknown identity, alert 20 to a wrong key");
  CHECK(told.verdict == Verdict::warn);
  CHECK(told.reason == "both, TLS 1.2: the answer tells which identities exist");
}

TEST_CASE("headers: an address that the log lacks is a fail, no log is none", "[identity]") {
  const auto with = [](const std::string& address) {
    return verdict("proxy-v1-tcp4-tcp6", {accepted("TCP4", {{"address", address}}),
                                          accepted("TCP6", {{"address", "no log"}}),
                                          accepted("port 0", {{"address", "taken"}})});
  };
  CHECK(with("taken") == Verdict::pass);
  CHECK(with("no log") == Verdict::pass);
  CHECK(with("not taken") == Verdict::fail);
}

TEST_CASE("headers: each malformed one must end its connection", "[identity]") {
  const auto with = [](Step last) {
    return verdict("proxy-v2-malformed",
                   {closed("signature"), closed("version 3"), closed("command 3"),
                    closed("family 4"), closed("11 bytes of addresses"), std::move(last)});
  };
  CHECK(with(closed("no addresses")) == Verdict::pass);
  CHECK(with(hung("no addresses")) == Verdict::warn);
  CHECK(with(accepted("no addresses")) == Verdict::fail);
}

TEST_CASE("headers: a field that overruns is judged by who reads fields alone", "[identity]") {
  const auto& spec = row("proxy-v2-tlv-overrun");
  REQUIRE(spec.weaker_without);
  CHECK(spec.weaker_without->capability == "proxy.tls_tlv");
  const auto& plan = std::get<ScriptPlan>(spec.plan);
  const auto evidence = evidence_of({accepted("4 bytes too long")});
  CHECK(plan.judge(Level::must, evidence).verdict == Verdict::fail);
  CHECK(plan.judge(Level::may, evidence).verdict == Verdict::info);
}

TEST_CASE("good headers are what core/proxy reads", "[identity]") {
  using namespace identity;
  const BinaryHeader v4{.addresses = ipv4_addresses("192.0.2.9")};
  const auto four = proxy::parse(to_wire(v4));
  REQUIRE(four);
  CHECK(four->header.source == proxy::Address{"192.0.2.9", 4711});
  CHECK(four->header.destination == proxy::Address{"192.0.2.1", 1883});
  const BinaryHeader v6{.family_and_protocol = 0x21, .addresses = ipv6_addresses("2001:db8::9")};
  CHECK(proxy::parse(to_wire(v6))->header.source == proxy::Address{"2001:db8::9", 4711});
  const auto text = text_header("192.0.2.9");
  CHECK(proxy::parse(as_bytes(text))->header.source == proxy::Address{"192.0.2.9", 4711});
}

TEST_CASE("fields and checksum have the bytes of the protocol's text", "[identity]") {
  using namespace identity;
  CHECK(to_hex(field(5, as_bytes("ab"))) == "0500026162");
  // client 7, verify 0, version "TLSv1.3", common name "d".
  CHECK(to_hex(tls_field(7, 0, "d")) ==
        "200013"
        "07"
        "00000000"
        "210007544c5376312e33"
        "22000164");
  const BinaryHeader header{.addresses = ipv4_addresses("192.0.2.9")};
  const auto right = with_checksum(header, true);
  CHECK(to_hex(ByteView(right).last(7)) == "03000422a36a56");
  CHECK(right.size() == 16 + 12 + 7);
  const auto wrong = with_checksum(header, false);
  CHECK(std::equal(right.begin(), right.end() - 1, wrong.begin()));
  CHECK(right != wrong);
}

TEST_CASE("controls of the profiles bring what the listener asks for", "[identity]") {
  const auto psk = stimulus_for("psk");
  REQUIRE(psk.psk);
  CHECK(psk.psk->identity == "dev-1");
  CHECK(stimulus_for("proxy").proxy_header == proxy::Version::v2);
  CHECK_FALSE(stimulus_for("proxy-tlv").preface.empty());
  CHECK_FALSE(stimulus_for("one").proxy_header);
  CHECK(known_keys().size() == 3);
  CHECK(known_keys()[1].identity.size() == 128);
}

}  // namespace handfast::check
