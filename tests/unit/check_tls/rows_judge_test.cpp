// Judges of single rows, on evidence written by hand: pass, contrary, hang, wrong alert.
#include <algorithm>

#include "harness/check/tls_protocol/hello_row.hpp"
#include "harness/check/tls_protocol/rows.hpp"
#include "harness/check/tls_protocol/table.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/check_tls/steps.hpp"

namespace handfast::check {
namespace {

using probe::HelloBase;
using reports::Verdict;
using test::accepted;
using test::alerted;
using test::closed;
using test::evidence_of;
using test::hung;
using tls_protocol::control_name;

Judgement judged(const std::string& id, std::vector<Step> steps) {
  static const auto rows = tls_protocol_specs();
  const auto found = std::ranges::find(rows, id, &CheckSpec::id);
  REQUIRE(found != rows.end());
  return std::get<ScriptPlan>(found->plan).judge(found->level, evidence_of(std::move(steps)));
}

/// With both versions spoken, unless a test says otherwise.
std::vector<Step> spoken(std::vector<Step> steps) {
  steps.insert(
      steps.begin(),
      {accepted(control_name(HelloBase::modern)), accepted(control_name(HelloBase::tls13)),
       accepted(control_name(HelloBase::tls12)), accepted(control_name(HelloBase::tls12_rsa))});
  return steps;
}

TEST_CASE("a move whose version is not spoken is left out", "[check]") {
  const std::vector<Step> only_old{alerted(control_name(HelloBase::tls13), 70),
                                   accepted(control_name(HelloBase::tls12)),
                                   accepted("records of 50 bytes, TLS 1.2")};
  CHECK(judged("tls-hello-record-split", only_old).verdict == Verdict::pass);
  CHECK(judged("tls13-keyupdate", {alerted(control_name(HelloBase::tls13), 70)}).reason ==
        "tls13-not-spoken");
}

TEST_CASE("the worst move decides and is named", "[check]") {
  const auto seen = judged(
      "tls-hello-record-split",
      spoken({accepted("records of 50 bytes, TLS 1.3"), hung("records of 50 bytes, TLS 1.2")}));
  CHECK(seen.verdict == Verdict::fail);
  CHECK(seen.reason ==
        "records of 50 bytes, TLS 1.2: no answer came where an acceptance is expected");
}

TEST_CASE("records of one byte are served or refused with an alert", "[check]") {
  const auto with = [](const Step& step) {
    auto newer = step;
    newer.what = "records of one byte, TLS 1.3";
    auto older = step;
    older.what = "records of one byte, TLS 1.2";
    return judged("tls-hello-record-1byte", spoken({newer, older})).verdict;
  };
  CHECK(with(accepted("")) == Verdict::pass);
  CHECK(with(alerted("", 40)) == Verdict::pass);
  CHECK(with(closed("")) == Verdict::warn);
  CHECK(with(hung("")) == Verdict::warn);
}

TEST_CASE("a session of another listener must not replace a certificate", "[check]") {
  const auto crossing = [](Step newer, Step older) {
    newer.what = "TLS 1.3";
    older.what = "TLS 1.2";
    return judged("tls-resume-cross-listener", spoken({std::move(newer), std::move(older)}));
  };
  CHECK(crossing(alerted("", 116), alerted("", 40)).verdict == Verdict::pass);
  CHECK(crossing(alerted("", 42), alerted("", 42)).verdict == Verdict::pass);
  CHECK(crossing(accepted(""), alerted("", 40)).verdict == Verdict::fail);
  CHECK(crossing(alerted("", 116), accepted("")).verdict == Verdict::fail);
  CHECK(crossing(closed(""), alerted("", 40)).verdict == Verdict::warn);
}

TEST_CASE("a broker that gives no session is skipped", "[check]") {
  Step without;
  without.facts = {{"not played", "no-session-given"}};
  auto newer = without;
  newer.what = "TLS 1.3";
  auto older = without;
  older.what = "TLS 1.2";
  const auto seen = judged("tls-resume-mtls", spoken({newer, older}));
  CHECK(seen.verdict == Verdict::skip);
  CHECK(seen.reason == "no-session-given");
  // One version with sessions is enough to judge.
  CHECK(judged("tls-resume-mtls", spoken({newer, accepted("TLS 1.2")})).verdict == Verdict::pass);
  CHECK(judged("tls-resume-mtls", spoken({newer, closed("TLS 1.2")})).verdict == Verdict::fail);
}

TEST_CASE("a tampered ticket that is resumed fails, one that ends the connection warns",
          "[check]") {
  const auto tampered = [](Step newer) {
    newer.what = "TLS 1.3";
    return judged("tls-ticket-tampered",
                  spoken({std::move(newer), accepted("TLS 1.2", {{"resumed", "no"}})}))
        .verdict;
  };
  CHECK(tampered(accepted("", {{"resumed", "no"}})) == Verdict::pass);
  CHECK(tampered(accepted("", {{"resumed", "yes"}})) == Verdict::fail);
  auto ended = alerted("", 51);
  ended.facts = {{"resumed", "no"}};
  CHECK(tampered(ended) == Verdict::warn);
}

TEST_CASE("early data must have no effect, and should not end the handshake", "[check]") {
  const auto early = [](Step step, const std::string& message, const std::string& sent = "yes") {
    step.what = "early data that no ticket allowed";
    step.facts = {{"early data sent", sent}, {"message", message}};
    return judged("tls13-early-data-sent", spoken({std::move(step)})).verdict;
  };
  CHECK(early(accepted(""), "absent") == Verdict::pass);
  CHECK(early(alerted("", 110), "absent") == Verdict::warn);
  CHECK(early(accepted(""), "delivered") == Verdict::fail);
  CHECK(early(accepted(""), "absent", "no") == Verdict::error);
}

TEST_CASE("an ALPN name that is not MQTT is never agreed on", "[check]") {
  const auto foreign = [](const std::string& id, Step newer) {
    newer.what = "TLS 1.3";
    return judged(id, spoken({std::move(newer)})).verdict;
  };
  CHECK(foreign("tls-alpn-foreign", accepted("")) == Verdict::info);
  CHECK(foreign("tls-alpn-foreign", alerted("", 120)) == Verdict::pass);
  CHECK(foreign("tls-alpn-foreign", alerted("", 40)) == Verdict::warn);
  CHECK(foreign("tls-alpn-foreign", accepted("", {{"alpn", "h2"}})) == Verdict::fail);
  CHECK(foreign("tls-alpn-mixed", accepted("", {{"alpn", "mqtt"}})) == Verdict::pass);
  CHECK(foreign("tls-alpn-mixed", accepted("", {{"alpn", "h2"}})) == Verdict::fail);
  CHECK(foreign("tls-alpn-mixed", hung("")) == Verdict::fail);
  CHECK(foreign("tls-alpn-absent", closed("")) == Verdict::fail);
}

TEST_CASE("an empty key_share is answered by a retry, and the client then served", "[check]") {
  const auto retry = [](Step hello, std::vector<Step> more) {
    hello.what = "an empty key_share";
    more.push_back(std::move(hello));
    return judged("tls13-hrr", spoken(std::move(more))).verdict;
  };
  const auto asked = accepted("", {{"retry", "HelloRetryRequest"}});
  CHECK(retry(asked, {accepted("an empty key_share, to CONNACK")}) == Verdict::pass);
  CHECK(retry(asked, {hung("an empty key_share, to CONNACK")}) == Verdict::fail);
  CHECK(retry(accepted(""), {accepted("an empty key_share, to CONNACK")}) == Verdict::fail);
  CHECK(retry(alerted("", 109), {}) == Verdict::fail);
}

TEST_CASE("a limit of record sizes binds who acknowledged it", "[check]") {
  const auto limits = [](const std::string& echo, const std::string& largest, Step undefined) {
    undefined.what = "an undefined max_fragment_length";
    return judged("tls-max-fragment",
                  spoken({accepted("max_fragment_length 512",
                                   {{"max_fragment_length", echo}, {"largest record", largest}}),
                          std::move(undefined)}))
        .verdict;
  };
  CHECK(limits("", "1200", accepted("")) == Verdict::pass);
  CHECK(limits("01", "512", alerted("", 47)) == Verdict::pass);
  CHECK(limits("01", "1200", alerted("", 47)) == Verdict::warn);
  CHECK(limits("01", "512", accepted("")) == Verdict::warn);
}

TEST_CASE("a Will is published when a record was tampered with", "[check]") {
  const auto tampered = [](Step step, const std::string& will) {
    step.what = "a bit of a record is wrong after CONNACK";
    step.facts = {{"will", will}};
    return judged("tls-record-bad-mac", {std::move(step)}).verdict;
  };
  CHECK(tampered(alerted("", 20), "published") == Verdict::pass);
  CHECK(tampered(closed(""), "published") == Verdict::warn);
  CHECK(tampered(alerted("", 20), "absent") == Verdict::fail);
  CHECK(tampered(accepted(""), "published") == Verdict::fail);
}

TEST_CASE("CONNECT in clear on a TLS port is never served", "[check]") {
  const std::string what = "CONNECT in clear on a TLS port";
  CHECK(judged("tls-plain-mqtt", {alerted(what, 10)}).verdict == Verdict::pass);
  CHECK(judged("tls-plain-mqtt", {closed(what, probe::CloseKind::rst)}).verdict == Verdict::warn);
  CHECK(judged("tls-plain-mqtt", {hung(what)}).verdict == Verdict::warn);
  CHECK(judged("tls-plain-mqtt", {accepted(what)}).verdict == Verdict::fail);
}

TEST_CASE("half-open connections should be closed", "[check]") {
  CHECK(judged("tls-halfopen-hello", {closed("half a ClientHello")}).verdict == Verdict::pass);
  CHECK(judged("tls-halfopen-hello", {hung("half a ClientHello")}).verdict == Verdict::warn);
}

TEST_CASE("silence after the handshake should be closed, without the client beside it", "[check]") {
  const auto silent = [](Step step, const std::string& beside) {
    step.what = "silence after the handshake";
    step.facts = {{"connected client", beside}};
    return judged("tls-no-connect", {std::move(step)}).verdict;
  };
  CHECK(silent(closed(""), "served") == Verdict::pass);
  CHECK(silent(hung(""), "served") == Verdict::warn);
  CHECK(silent(closed(""), "lost") == Verdict::fail);
}

TEST_CASE("latency under pressure is a warning, no service a failure", "[check]") {
  const auto pressed = [](Step step, const std::string& latency) {
    step.what = "500 half-open connections, then a client";
    step.facts = {{"latency", latency}};
    return judged("tls-halfopen-pressure", {std::move(step)}).verdict;
  };
  CHECK(pressed(accepted(""), "as before") == Verdict::pass);
  CHECK(pressed(accepted(""), "above three times") == Verdict::warn);
  CHECK(pressed(hung(""), "above three times") == Verdict::fail);
}

TEST_CASE("a large packet may meet a limit, and must not be altered", "[check]") {
  const auto intact = [](std::string what, std::string payload) {
    return accepted(std::move(what), {{"payload", std::move(payload)}});
  };
  CHECK(judged("tls-mqtt-spans-records", {intact("100 KB", "intact")}).verdict == Verdict::pass);
  CHECK(judged("tls-mqtt-spans-records", {closed("100 KB"), intact("60 KB", "intact")}).reason ==
        "delivered intact: 60 KB; a larger one was refused");
  CHECK(judged("tls-mqtt-spans-records", {intact("100 KB", "altered")}).verdict == Verdict::fail);
  CHECK(judged("tls-mqtt-spans-records", {hung("100 KB")}).verdict == Verdict::fail);
}

TEST_CASE("what comes with Finished counts under TLS 1.2 only where it was resumed", "[check]") {
  const auto verdict = [](Step older) {
    older.what = "TLS 1.2, resumed";
    return judged("tls-mqtt-with-finished", spoken({accepted("TLS 1.3"), std::move(older)}))
        .verdict;
  };
  auto lost = hung("");
  CHECK(verdict(lost) == Verdict::pass);
  lost.facts = {{"resumed", "yes"}};
  CHECK(verdict(lost) == Verdict::fail);
  CHECK(judged("tls-mqtt-with-finished", spoken({hung("TLS 1.3")})).verdict == Verdict::fail);
}

TEST_CASE("a DISCONNECT is answered with close_notify and without a Will", "[check]") {
  const auto goodbye = [](const std::string& ended_by, const std::string& will) {
    auto step = closed("MQTT DISCONNECT");
    step.facts = {{"will", will}, {"ended by", ended_by}};
    return judged("tls-close-after-disconnect", {std::move(step)}).verdict;
  };
  CHECK(goodbye("close_notify", "absent") == Verdict::pass);
  CHECK(goodbye("fin", "absent") == Verdict::warn);
  CHECK(goodbye("close_notify", "published") == Verdict::fail);
}

TEST_CASE("what is cut off publishes the Will and delivers nothing", "[check]") {
  auto fin = closed("FIN without close_notify");
  fin.facts = {{"will", "published"}};
  auto rst = hung("RST");
  rst.facts = {{"will", "published"}};
  CHECK(judged("tls-truncation", {fin, rst}).verdict == Verdict::pass);
  rst.facts = {{"will", "absent"}};
  CHECK(judged("tls-truncation", {fin, rst}).verdict == Verdict::fail);

  // Who was never served had no Will to lose.
  Step unserved;
  unserved.what = "RST";
  CHECK(judged("tls-truncation", {fin, unserved}).verdict == Verdict::inconclusive);

  auto half = closed("half a PUBLISH, then FIN");
  half.facts = {{"message", "absent"}};
  CHECK(judged("tls-truncated-publish", {half}).verdict == Verdict::pass);
  half.facts = {{"message", "delivered"}};
  CHECK(judged("tls-truncated-publish", {half}).verdict == Verdict::fail);
}

TEST_CASE("a renegotiation should be refused, and a flood of them cut", "[check]") {
  const std::string once = "the client asks for a further handshake";
  CHECK(judged("tls12-reneg-client", spoken({alerted(once, 100)})).verdict == Verdict::pass);
  CHECK(judged("tls12-reneg-client", spoken({closed(once)})).verdict == Verdict::warn);
  CHECK(judged("tls12-reneg-client", spoken({accepted(once)})).verdict == Verdict::warn);

  const std::string flood = "20 further handshakes are asked for";
  const auto next = accepted("the next client");
  CHECK(judged("tls12-reneg-flood", spoken({closed(flood), next})).verdict == Verdict::pass);
  CHECK(judged("tls12-reneg-flood", spoken({accepted(flood), next})).verdict == Verdict::warn);
  CHECK(judged("tls12-reneg-flood", spoken({closed(flood), hung("the next client")})).verdict ==
        Verdict::fail);
}

TEST_CASE("a binder that is wrong must end the connection", "[check]") {
  const std::string what = "a bit of the binder is wrong";
  CHECK(judged("tls13-binder-bad", spoken({alerted(what, 51)})).verdict == Verdict::pass);
  CHECK(judged("tls13-binder-bad", spoken({alerted(what, 47)})).verdict == Verdict::pass);
  CHECK(judged("tls13-binder-bad", spoken({accepted(what)})).verdict == Verdict::fail);
}

TEST_CASE("a refusal is to be read over TLS where it is in clear", "[check]") {
  const auto refused = [](const std::string& plainly, const std::string& tls) {
    return judged("tls-refusal-readable",
                  {accepted("on the plain listener", {{"CONNACK", plainly}}),
                   accepted("on the TLS listener", {{"CONNACK", tls}})});
  };
  CHECK(refused("read", "read").verdict == Verdict::pass);
  CHECK(refused("read", "absent").verdict == Verdict::warn);
  CHECK(refused("absent", "absent").reason == "no-connack-on-plain-listener");
}

TEST_CASE("the parts of a KeyUpdate that were asked for", "[check]") {
  const std::string what = "KeyUpdate that asks for one, then PINGREQ";
  CHECK(judged("tls13-keyupdate-requested", spoken({accepted(what, {{"KeyUpdate back", "yes"}})}))
            .verdict == Verdict::pass);
  CHECK(judged("tls13-keyupdate-requested", spoken({accepted(what, {{"KeyUpdate back", "no"}})}))
            .verdict == Verdict::fail);
  CHECK(judged("tls13-keyupdate-bad-value", spoken({alerted("request_update 2", 50)})).reason ==
        "rejected, as expected; the specified alert is illegal_parameter (47)");
  CHECK(judged("tls13-keyupdate-bad-value", spoken({accepted("request_update 2")})).verdict ==
        Verdict::fail);
}

TEST_CASE("a session under another name: a warning under TLS 1.2, recorded under TLS 1.3",
          "[check]") {
  const auto with = [](const std::string& old_one, const std::string& new_one) {
    return judged("tls-resume-cross-name", spoken({accepted("TLS 1.2", {{"resumed", old_one}}),
                                                   accepted("TLS 1.3", {{"resumed", new_one}})}));
  };
  CHECK(with("no", "no").verdict == Verdict::pass);
  const auto old_one = with("yes", "no");
  CHECK(old_one.verdict == Verdict::warn);
  CHECK(old_one.reason == "TLS 1.2: a session was resumed under another server name");
  CHECK(with("no", "yes").verdict != Verdict::warn);
  CHECK(with("no", "yes").verdict != Verdict::fail);
}

TEST_CASE("a renegotiation that does not name the first handshake must not go on", "[check]") {
  const auto with = [](Step step) {
    step.what = "a further ClientHello without renegotiation_info";
    return judged("tls12-reneg-legacy", spoken({std::move(step)}));
  };
  CHECK(with(alerted("", 40)).verdict == Verdict::pass);
  CHECK(with(alerted("", 100)).verdict == Verdict::pass);
  CHECK(with(accepted("")).verdict == Verdict::fail);
  CHECK(with(hung("")).verdict == Verdict::warn);  // it came to nothing
  const auto skipped = with(tls_protocol::left_out("renegotiation-refused"));
  CHECK(skipped.verdict == Verdict::skip);
  CHECK(skipped.reason == "renegotiation-refused");
}

}  // namespace
}  // namespace handfast::check
