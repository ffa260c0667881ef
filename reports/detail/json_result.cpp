// The told half of result.json: what ran where, checks, thresholds and the outcome.
#include "reports/detail/json_model.hpp"
#include "reports/json.hpp"
#include "reports/summary.hpp"

namespace handfast::reports::detail {

namespace {

Json to_json(const Observation& observation) {
  Json facts = Json::array();
  for (const auto& [name, value] : observation.facts) facts.push_back(Json::array({name, value}));
  return {{"what", observation.what},     {"outcome", observation.outcome},
          {"detail", observation.detail}, {"duration_s", finite(observation.duration_s)},
          {"facts", std::move(facts)},    {"messages", observation.messages}};
}

Json to_json(const ThresholdResult& threshold) {
  return {{"expression", threshold.expression},
          {"observed", threshold.observed},
          {"passed", threshold.passed},
          {"evaluated", threshold.evaluated}};
}

Json to_json(const FleetPlan& plan) {
  Json out{{"name", plan.name},
           {"listener", plan.listener},
           {"url", plan.url},
           {"behaviour", plan.behaviour},
           {"load", plan.load},
           {"clients", plan.clients},
           {"tls_engine", plan.tls_engine},
           {"verification", plan.verification},
           {"key_mode", plan.key_mode}};
  if (!plan.role.empty()) out["role"] = plan.role;
  return out;
}

std::string_view kind_name(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::failed:
      return "failed";
    case ProblemKind::usage:
      return "usage";
    case ProblemKind::environment:
      return "environment";
    case ProblemKind::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace

Json to_json(const CheckResult& check) {
  Json observations = Json::array();
  for (const auto& observation : check.observations) observations.push_back(to_json(observation));
  return {{"id", check.id},
          {"group", check.group},
          {"title", check.title},
          {"level", check.level},
          {"reference", check.reference},
          {"expected", check.expected},
          {"observed", check.observed},
          {"verdict", to_string(check.verdict)},
          {"reason", check.reason},
          {"duration_s", finite(check.duration_s)},
          {"observations", std::move(observations)}};
}

Json to_json(const BrokerInfo& broker) {
  Json listeners = Json::array();
  for (const auto& listener : broker.listeners) {
    listeners.push_back({{"name", listener.name}, {"url", listener.url}});
  }
  return {{"driver", broker.driver},
          {"version", broker.version},
          {"listeners", std::move(listeners)},
          {"watched", broker.watched},
          {"cpu_seconds", finite(broker.cpu_seconds)},
          {"rss_max_bytes", broker.rss_max_bytes},
          {"open_files_max", broker.open_files_max},
          {"died", broker.died ? Json(*broker.died) : Json(nullptr)},
          {"log_file", broker.log_file}};
}

Json to_json(const Machine& machine) {
  return {{"host", machine.host},
          {"kernel", machine.kernel},
          {"cpu", machine.cpu},
          {"cores", machine.cores},
          {"memory_bytes", machine.memory_bytes}};
}

Json to_json(const Problem& problem) {
  return {{"kind", kind_name(problem.kind)},
          {"message", problem.message},
          {"where", problem.where},
          {"hint", problem.hint}};
}

// Behind the unnamed namespace: inside it, its overloads would hide the others.
template <class T>
static Json array_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

Json to_json(const Result& result) {
  Json searches = Json::array();
  for (const auto& search : result.searches) searches.push_back(to_json(search));
  Json out{{"format", json_format},
           {"outcome", to_string(headline(result).outcome)},
           {"exit_code", result.exit_code},
           {"valid", result.valid},
           {"invalid_reasons", result.invalid_reasons},
           {"broker_limits", result.broker_limits},
           {"interrupted", result.interrupted},
           {"problems", array_of(result.problems)},
           {"scenario",
            {{"name", result.scenario_name},
             {"summary", result.scenario_summary},
             {"file", result.scenario_file},
             {"resolved", result.scenario_resolved}}},
           {"handfast_version", result.handfast_version},
           {"openssl_version", result.openssl_version},
           {"command_line", result.command_line},
           // A string, because many readers of JSON know whole numbers up to 2^53 only.
           {"seed", std::to_string(result.seed)},
           {"started_at", result.started_at},
           {"duration_s", finite(result.duration_s)},
           {"machine", to_json(result.machine)},
           {"pki", result.pki},
           {"broker", to_json(result.broker)},
           {"checks", array_of(result.checks)},
           {"thresholds", array_of(result.thresholds)},
           {"fleets", array_of(result.fleets)},
           {"searches", std::move(searches)},
           {"load", to_json(result.load)}};
  if (!result.timeline.empty()) out["timeline"] = array_of(result.timeline);
  if (result.shard) out["shard"] = to_json(*result.shard);
  if (result.merged) out["merged"] = to_json(*result.merged);
  return out;
}

std::string text_of(const Json& tree, int indent) {
  return tree.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace handfast::reports::detail

namespace handfast::reports {

std::string to_json_text(const Result& result) {
  auto tree = detail::to_json(result);
  if (result.load.fleets.size() > detail::most_fleets_in_full) detail::leave_out_derived(tree);
  return detail::pretty_text(tree) + "\n";
}

}  // namespace handfast::reports
