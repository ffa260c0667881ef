// The run around the rows: skips, progress, stopping, what is played side by side; without a
// connection being made.
#include <condition_variable>
#include <mutex>

#include "harness/check/check.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using reports::Verdict;

TEST_CASE("rows whose listener is not there are skipped with a fixed token", "[check]") {
  const auto results = run_checks(Selection{}, Context{});
  REQUIRE(results);
  const auto rows = select(Selection{}).value();
  REQUIRE(results->size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& result = results->at(i);
    INFO(result.id);
    CHECK(result.verdict == Verdict::skip);
    const bool health = std::holds_alternative<HealthPlan>(rows[i]->plan);
    const auto usual = health ? "no-rejecting-rows" : "no-listener";
    CHECK(result.reason == (rows[i]->capabilities.empty() ? usual : rows[i]->capabilities.front()));
  }
}

TEST_CASE("rows that lack a trust file, an identity or a second tier say which", "[check]") {
  Context context;
  for (const auto* name : {"tls", "tls-two-way"}) {
    context.listeners.push_back({.name = name, .kind = *parse_listener(name), .endpoint = {}});
  }
  const auto reason = [&](const std::string& id) {
    Selection selection;
    selection.ids = {id};
    return run_checks(selection, context)->front().reason;
  };
  CHECK(reason("emqx-one-way-tls-raw-connect") == "no-trust");
  context.materials.trusts["root"] = {};
  CHECK(reason("emqx-two-way-tls-raw-connect") == "no-identity");
  CHECK(reason("emqx-two-way-tls-no-certificate") == "no-identity");  // its twin's
  CHECK(reason("emqx-one-way-tls-wrong-ca") == "no-trust");           // the rogue root
  CHECK(reason("emqx-trust-client-root-chain") == "no-two-tier-pki");
}

TEST_CASE("progress is told before and after each row", "[check]") {
  std::vector<std::string> told;
  Context context;
  context.progress = [&](const Progress& progress) {
    told.push_back(std::to_string(progress.index) + "/" + std::to_string(progress.total) +
                   (progress.finished != nullptr ? " done " : " begin ") + progress.spec.id);
  };
  Selection selection;
  selection.ids = {"emqx-one-way-tls-wrong-ca"};
  REQUIRE(run_checks(selection, context));
  CHECK(told == std::vector<std::string>{"0/1 begin emqx-one-way-tls-wrong-ca",
                                         "0/1 done emqx-one-way-tls-wrong-ca"});
}

TEST_CASE("a run that is asked to stop leaves the rest out", "[check]") {
  Context context;
  int asked = 0;
  context.stop_requested = [&] { return ++asked > 3; };
  CHECK(run_checks(Selection{}, context)->size() == 3);
}

/// A row without connections, whose script is `drive`.
CheckSpec scripted(const std::string& id, bool slow, std::function<ScriptEvidence(Bench&)> drive) {
  ScriptPlan plan;
  plan.listeners = {"one"};
  plan.twin = false;
  plan.tries = 1;
  plan.drive = std::move(drive);
  plan.judge = [](Level, const ScriptEvidence& evidence) {
    return Judgement{.verdict = evidence.steps.empty() ? Verdict::fail : Verdict::pass};
  };
  CheckSpec spec;
  spec.id = id;
  spec.group = "group";
  spec.slow = slow;
  spec.plan = std::move(plan);
  return spec;
}

TEST_CASE("slow rows are played last and side by side, results keep their order", "[check]") {
  std::mutex mutex;
  std::condition_variable all_there;
  std::size_t there = 0;
  std::vector<std::string> order;
  const auto note = [&](const std::string& id) {
    return [&, id](Bench& bench) {
      const std::lock_guard lock(mutex);
      order.push_back(id + " " + bench.fresh_id());
      return ScriptEvidence{.steps = {Step{.what = id}}};
    };
  };
  // Passes when both are there at once, which one after the other they never are.
  const auto meet = [&](const std::string& id) {
    return [&, id](Bench& bench) {
      std::unique_lock lock(mutex);
      order.push_back(id + " " + bench.fresh_id());
      ++there;
      all_there.notify_all();
      ScriptEvidence evidence;
      if (all_there.wait_for(lock, std::chrono::seconds(5), [&] { return there == 2; })) {
        evidence.steps.push_back({.what = id});
      }
      return evidence;
    };
  };
  const std::vector<CheckSpec> specs{
      scripted("slow-1", true, meet("slow-1")), scripted("quick-1", false, note("quick-1")),
      scripted("slow-2", true, meet("slow-2")), scripted("quick-2", false, note("quick-2"))};
  std::vector<const CheckSpec*> rows;
  for (const auto& spec : specs) rows.push_back(&spec);
  Tally tally;
  const auto results = run_rows(rows, Context{}, tally);
  REQUIRE(results.size() == 4);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    INFO(specs[i].id);
    CHECK(results[i].id == specs[i].id);
    CHECK(results[i].verdict == Verdict::pass);
  }
  REQUIRE(order.size() == 4);
  CHECK(order[0] == "quick-1 hf-run-1");
  CHECK(order[1] == "quick-2 hf-run-2");
  CHECK(order[2] != order[3]);
  CHECK(order[2].find("hf-run-s") != std::string::npos);  // client ids of their own
}

TEST_CASE("a result repeats its row and takes the level of a known driver", "[check]") {
  Context context;
  context.driver = "mosquitto";
  Selection selection;
  selection.ids = {"emqx-trust-broker-second-chain"};
  const auto known = run_checks(selection, context)->front();
  CHECK(known.group == "emqx-guide");
  CHECK(known.level == "should");
  CHECK(known.expected == "reject, alert unknown_ca (48)");
  context.driver = "external";
  CHECK(run_checks(selection, context)->front().level == "may");
}

TEST_CASE("a capability may be one of several that are declared", "[check]") {
  const broker::Capabilities declared({{"mtls", "optional,required"}, {"reload", "restart"}});
  CheckSpec spec;
  spec.capabilities = {"mtls=optional"};
  CHECK(missing_capability(spec, declared).empty());
  spec.capabilities = {"mtls=none"};
  CHECK(missing_capability(spec, declared) == "mtls=none");
  spec.capabilities = {"crl.file"};
  CHECK(missing_capability(spec, declared) == "crl.file");
  // A broker that has to be started again is no broker that reads its files again.
  spec.capabilities = {"reload"};
  CHECK(missing_capability(spec, declared) == "reload");
}

}  // namespace
}  // namespace handfast::check
