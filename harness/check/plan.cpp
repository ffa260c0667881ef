#include "harness/check/plan.hpp"

#include <algorithm>
#include <type_traits>

namespace handfast::check {

namespace {

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (!name.empty() && std::ranges::find(list, name) == list.end()) list.push_back(name);
}

/// Calls `see` with every stimulus of the probes in `plan`.
template <typename See>
void each_stimulus(const Plan& plan, const See& see) {
  const auto both = [&](const ProbePlan& probe) {
    see(probe.stimulus);
    if (probe.twin) see(*probe.twin);
  };
  if (const auto* probe = std::get_if<ProbePlan>(&plan)) both(*probe);
  if (const auto* cases = std::get_if<CasesPlan>(&plan)) {
    for (const auto& one : cases->cases) both(one.plan);
  }
}

}  // namespace

std::vector<std::string> listeners_of(const Plan& plan) {
  std::vector<std::string> names;
  each_stimulus(plan, [&](const Stimulus& stimulus) { add_once(names, stimulus.listener); });
  if (const auto* trip = std::get_if<RoundTripPlan>(&plan)) add_once(names, trip->listener);
  if (const auto* script = std::get_if<ScriptPlan>(&plan)) {
    for (const auto& name : script->listeners) add_once(names, name);
  }
  return names;
}

std::vector<std::string> trusts_of(const Plan& plan) {
  std::vector<std::string> names;
  each_stimulus(plan, [&](const Stimulus& stimulus) {
    add_once(names, stimulus.trust);
    add_once(names, stimulus.host_of);
  });
  return names;
}

std::vector<std::string> identities_of(const Plan& plan) {
  std::vector<std::string> names;
  each_stimulus(plan, [&](const Stimulus& stimulus) { add_once(names, stimulus.identity); });
  if (const auto* trip = std::get_if<RoundTripPlan>(&plan)) add_once(names, trip->identity);
  if (const auto* script = std::get_if<ScriptPlan>(&plan)) {
    for (const auto& name : script->identities) add_once(names, name);
    add_once(names, script->twin_identity);
  }
  return names;
}

}  // namespace handfast::check
