// The group emqx-guide on a real mosquitto: green where it should be, and seen failing where the
// broker is set up wrongly.
#include <signal.h>

#include <algorithm>

#include "harness/check/check.hpp"
#include "tests/support/emqx_lab.hpp"

namespace handfast::check {
namespace {

using reports::CheckResult;
using reports::Verdict;

std::string story(const CheckResult& result) {
  std::string text = result.id + ": " + result.observed + " / " + result.reason;
  for (const auto& step : result.observations) text += "\n  " + step.what + ": " + step.detail;
  return text;
}

const CheckResult& find(const std::vector<CheckResult>& results, const std::string& id) {
  const auto found = std::ranges::find(results, id, &CheckResult::id);
  REQUIRE(found != results.end());
  return *found;
}

std::string fact(const reports::Observation& observation, const std::string& name) {
  for (const auto& [key, value] : observation.facts) {
    if (key == name) return value;
  }
  return {};
}

Selection guide() {
  Selection selection;
  selection.groups = {"emqx-guide"};
  return selection;
}

TEST_CASE("the whole guide passes on mosquitto (S0-08 S2-02 S2-17 S2-18 S2-22)", "[check]") {
  test::EmqxLab lab;
  const auto selection = guide();
  const auto broker = lab.start(listeners_for(selection, lab.pki()).value());
  const auto context = context_for(*broker, Materials::from_pki(lab.pki()).value());
  const auto results = run_checks(selection, context).value();

  CHECK(results.size() == select(selection)->size());
  for (const auto& result : results) {
    INFO(story(result));
    CHECK(result.verdict == Verdict::pass);
  }

  // Evidence that a reader needs is there: TLS 1.3 and 1.2 alerts, the log's line for client "a".
  const auto& certless = find(results, "emqx-two-way-tls-no-certificate");
  std::vector<std::string> alerts;
  for (const auto& step : certless.observations) {
    if (step.what.starts_with("case")) alerts.push_back(fact(step, "alert received"));
  }
  CHECK(alerts == std::vector<std::string>{
                      "handshake_failure (40), fatal", "handshake_failure (40), fatal",
                      "certificate_required (116), fatal", "certificate_required (116), fatal"});
  const auto& raw = find(results, "emqx-one-way-tls-raw-connect").observations.front();
  CHECK(fact(raw, "verify") == "0 ok: ok");
  CHECK(fact(raw, "connack") == "0 accepted");
  CHECK(std::ranges::any_of(raw.facts, [](const auto& entry) {
    return entry.first == "broker log" && entry.second.find(" as a (") != std::string::npos;
  }));
  CHECK_FALSE(raw.messages.empty());
}

TEST_CASE("a two-way listener that asks for no certificate is found out", "[check]") {
  test::EmqxLab lab;
  Selection selection;
  selection.ids = {"emqx-two-way-tls-raw-connect", "emqx-two-way-tls-round-trip",
                   "emqx-two-way-tls-no-certificate", "emqx-two-way-tls-foreign-certificate"};
  auto listeners = listeners_for(selection, lab.pki()).value();
  // The mistake of the first edition of the guide: a listener that is two-way by name only.
  for (auto& listener : listeners) listener.kind.two_way = false;
  const auto broker = lab.start(listeners);
  auto context = context_for(*broker, Materials::from_pki(lab.pki()).value());
  for (auto& listener : context.listeners) listener.kind.two_way = true;
  const auto results = run_checks(selection, context).value();

  for (const std::string row : {"no-certificate", "foreign-certificate"}) {
    const auto& result = find(results, "emqx-two-way-tls-" + row);
    INFO(story(result));
    CHECK(result.verdict == Verdict::fail);
    CHECK(result.reason.find("accepted where a rejection is expected") != std::string::npos);
  }
  for (const std::string row : {"raw-connect", "round-trip"}) {
    const auto& result = find(results, "emqx-two-way-tls-" + row);
    INFO(story(result));
    CHECK(result.verdict == Verdict::inconclusive);
    CHECK(result.reason.find("listener-not-two-way") == 0);
  }
}

TEST_CASE("a broker that trusts the wrong root fails the rows of its clients", "[check]") {
  test::EmqxLab lab;
  Selection selection;
  selection.ids = {"emqx-two-way-tls-raw-connect", "emqx-two-way-tls-round-trip",
                   "emqx-two-way-tls-foreign-certificate"};
  auto listeners = listeners_for(selection, lab.pki()).value();
  for (auto& listener : listeners) listener.trust = *lab.pki().certificate("rogue");
  const auto broker = lab.start(listeners);
  const auto context = context_for(*broker, Materials::from_pki(lab.pki()).value());
  const auto results = run_checks(selection, context).value();
  // It lets the stranger in, so its answers to others prove nothing either way.
  CHECK(find(results, "emqx-two-way-tls-raw-connect").verdict == Verdict::inconclusive);
  const auto& foreign = find(results, "emqx-two-way-tls-foreign-certificate");
  INFO(story(foreign));
  CHECK(foreign.verdict == Verdict::inconclusive);  // its control is not accepted
  CHECK(foreign.reason.find("the control connection was not accepted") != std::string::npos);
}

TEST_CASE("a server that sends its leaf alone fails the row about its chain", "[check]") {
  test::EmqxLab lab;
  Selection selection;
  selection.ids = {"emqx-trust-client-root-chain"};
  auto listeners = listeners_for(selection, lab.pki()).value();
  for (auto& listener : listeners) listener.certificate = *lab.pki().certificate("server");
  const auto broker = lab.start(listeners);
  const auto context = context_for(*broker, Materials::from_pki(lab.pki()).value());
  const auto result = run_checks(selection, context).value().front();
  INFO(story(result));
  CHECK(result.verdict == Verdict::fail);
}

TEST_CASE("a broker that dies fails the row and leaves the rest inconclusive", "[check]") {
  test::EmqxLab lab;
  Selection selection;
  selection.ids = {"emqx-one-way-tls-raw-connect", "emqx-one-way-tls-wrong-ca",
                   "emqx-one-way-tls-wrong-host"};
  const auto broker = lab.start(listeners_for(selection, lab.pki()).value());
  auto context = context_for(*broker, Materials::from_pki(lab.pki()).value());
  context.recovery = std::chrono::milliseconds(100);
  context.progress = [&](const Progress& progress) {
    if (progress.index == 1 && progress.finished == nullptr) kill(broker->pid(), SIGKILL);
  };
  const auto results = run_checks(selection, context).value();
  CHECK(results[0].verdict == Verdict::pass);
  CHECK(results[1].verdict == Verdict::fail);
  CHECK(results[1].reason.find("the broker died during this check: killed by signal 9") == 0);
  CHECK(results[2].verdict == Verdict::inconclusive);
  CHECK(results[2].reason.find(
            "the broker died during emqx-one-way-tls-wrong-ca: killed by signal 9") == 0);
}

TEST_CASE("an external target runs what its one listener allows and skips the rest", "[check]") {
  test::EmqxLab lab;
  Selection tls_only;
  tls_only.ids = {"emqx-one-way-tls-raw-connect"};
  const auto broker = lab.start(listeners_for(tls_only, lab.pki()).value());
  Context context;
  context.materials = Materials::from_files(*lab.pki().certificate("root")).value();
  context.listeners = {
      {.name = "tls", .kind = {Transport::tls, false}, .endpoint = broker->find("tls")->endpoint}};
  const auto results = run_checks(guide(), context).value();
  CHECK(find(results, "emqx-one-way-tls-raw-connect").verdict == Verdict::pass);
  CHECK(find(results, "emqx-one-way-tls-round-trip").verdict == Verdict::pass);
  CHECK(find(results, "emqx-one-way-tls-wrong-host").verdict == Verdict::pass);
  CHECK(find(results, "emqx-one-way-tls-wrong-ca").reason == "no-trust");
  CHECK(find(results, "emqx-two-way-wss-no-certificate").reason == "no-listener");
}

}  // namespace
}  // namespace handfast::check
