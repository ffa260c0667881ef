#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "core/base/text.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

Observation read_observation(const Cursor& at) {
  Observation observation;
  observation.what = at.at("what").text();
  observation.outcome = at.at("outcome").text();
  observation.detail = at.at("detail").text();
  observation.duration_s = at.at("duration_s").number();
  for (const auto& entry : at.at("facts").items()) {
    const auto pair = entry.texts();
    if (pair.size() != 2) {
      entry.complain("expected a pair of name and value");
      break;
    }
    observation.facts.emplace_back(pair[0], pair[1]);
  }
  observation.messages = at.at("messages").texts();
  return observation;
}

std::uint64_t read_seed(const Cursor& at) {
  const auto text = at.text();
  std::uint64_t seed = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || stop != end) {
    at.complain(fmt::format("expected a whole number in a string, found \"{}\"", printable(text)));
  }
  return seed;
}

FleetPlan read_plan(const Cursor& at) {
  FleetPlan plan;
  plan.name = at.at("name").text();
  plan.listener = at.at("listener").text();
  plan.url = at.at("url").text();
  plan.behaviour = at.at("behaviour").text();
  plan.load = at.at("load").text();
  plan.clients = at.at("clients").count();
  plan.tls_engine = at.at("tls_engine").text();
  plan.verification = at.at("verification").text();
  plan.key_mode = at.at("key_mode").text();
  if (at.has("role")) plan.role = at.at("role").text();
  return plan;
}

ProblemKind read_kind(const Cursor& at) {
  const auto name = at.text();
  if (name == "failed") return ProblemKind::failed;
  if (name == "usage") return ProblemKind::usage;
  if (name == "environment") return ProblemKind::environment;
  if (name == "internal") return ProblemKind::internal;
  at.complain(fmt::format("unknown kind of problem \"{}\"", printable(name)));
  return ProblemKind::internal;
}

}  // namespace

Verdict read_verdict(const Cursor& at) {
  const auto name = at.text();
  if (auto verdict = parse_verdict(name)) return *verdict;
  std::vector<std::string> names;
  for (auto verdict : verdicts) names.emplace_back(to_string(verdict));
  at.complain(
      fmt::format("unknown verdict \"{}\", one of: {}", printable(name), join(names, ", ")));
  return Verdict::error;
}

CheckResult read_check(const Cursor& at) {
  CheckResult check;
  check.id = at.at("id").text();
  check.group = at.at("group").text();
  check.title = at.at("title").text();
  check.level = at.at("level").text();
  check.reference = at.at("reference").text();
  check.expected = at.at("expected").text();
  check.observed = at.at("observed").text();
  check.verdict = read_verdict(at.at("verdict"));
  check.reason = at.at("reason").text();
  check.duration_s = at.at("duration_s").number();
  for (const auto& entry : at.at("observations").items()) {
    check.observations.push_back(read_observation(entry));
  }
  return check;
}

BrokerInfo read_broker(const Cursor& at) {
  BrokerInfo broker;
  broker.driver = at.at("driver").text();
  broker.version = at.at("version").text();
  for (const auto& entry : at.at("listeners").items()) {
    broker.listeners.push_back({entry.at("name").text(), entry.at("url").text()});
  }
  broker.watched = at.at("watched").boolean();
  broker.cpu_seconds = at.at("cpu_seconds").number();
  broker.rss_max_bytes = at.at("rss_max_bytes").count();
  broker.open_files_max = at.at("open_files_max").count();
  if (auto died = at.at("died"); !died.null()) broker.died = died.text();
  broker.log_file = at.at("log_file").text();
  return broker;
}

Machine read_machine(const Cursor& at) {
  return {at.at("host").text(), at.at("kernel").text(), at.at("cpu").text(), at.at("cores").small(),
          at.at("memory_bytes").count()};
}

Problem read_problem(const Cursor& at) {
  return {read_kind(at.at("kind")), at.at("message").text(), at.at("where").text(),
          at.at("hint").text()};
}

Result read_result(const Cursor& at) {
  Result result;
  result.format = at.at("format").small();
  result.exit_code = at.at("exit_code").small();
  result.valid = at.at("valid").boolean();
  result.invalid_reasons = at.at("invalid_reasons").texts();
  result.broker_limits = at.at("broker_limits").texts();
  result.interrupted = at.at("interrupted").boolean();
  for (const auto& entry : at.at("problems").items()) {
    result.problems.push_back(read_problem(entry));
  }
  const auto scenario = at.at("scenario");
  result.scenario_name = scenario.at("name").text();
  result.scenario_summary = scenario.at("summary").text();
  result.scenario_file = scenario.at("file").text();
  result.scenario_resolved = scenario.at("resolved").text();
  result.handfast_version = at.at("handfast_version").text();
  result.openssl_version = at.at("openssl_version").text();
  result.command_line = at.at("command_line").text();
  result.seed = read_seed(at.at("seed"));
  result.started_at = at.at("started_at").text();
  result.duration_s = at.at("duration_s").number();
  result.machine = read_machine(at.at("machine"));
  result.pki = at.at("pki").texts();
  result.broker = read_broker(at.at("broker"));
  for (const auto& entry : at.at("checks").items()) result.checks.push_back(read_check(entry));
  for (const auto& entry : at.at("thresholds").items()) {
    result.thresholds.push_back({entry.at("expression").text(), entry.at("observed").text(),
                                 entry.at("passed").boolean(), entry.at("evaluated").boolean()});
  }
  for (const auto& entry : at.at("fleets").items()) result.fleets.push_back(read_plan(entry));
  for (const auto& entry : at.at("searches").items()) result.searches.push_back(read_search(entry));
  result.load = read_load(at.at("load"));
  if (at.has("timeline")) {
    for (const auto& entry : at.at("timeline").items())
      result.timeline.push_back(read_event(entry));
  }
  if (at.has("shard")) result.shard = read_shard(at.at("shard"));
  if (at.has("merged")) result.merged = read_merged(at.at("merged"));
  return result;
}

}  // namespace handfast::reports::detail
