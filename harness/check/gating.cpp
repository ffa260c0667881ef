#include "harness/check/gating.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::check {

namespace {

/// "crl.file" asks for any declaration but "no", "crl.scope=chain" for that one among those listed.
bool has_capability(const broker::Capabilities& declared, const std::string& wanted) {
  // Rows that reload do it under a running broker: one that must be started again cannot.
  if (wanted == "reload" && declared.get(wanted) == "restart") return false;
  const auto equals = wanted.find('=');
  if (equals == std::string::npos) return declared.has(wanted);
  const auto values = split(declared.get(wanted.substr(0, equals)), ',');
  return std::ranges::find(values, wanted.substr(equals + 1)) != values.end();
}

}  // namespace

Level level_for(const CheckSpec& spec, const Context& context) {
  const auto known = spec.level_on.find(context.driver);
  if (known != spec.level_on.end()) return known->second;
  const auto& weaker = spec.weaker_without;
  if (weaker && !has_capability(context.capabilities, weaker->capability)) return weaker->level;
  return spec.level;
}

std::string skip_token(const CheckSpec& spec, const Context& context) {
  const auto has_listener = [&](const std::string& name) {
    return std::ranges::find(context.listeners, name, &broker::Listener::name) !=
           context.listeners.end();
  };
  if (auto missing = missing_capability(spec, context.capabilities); !missing.empty()) {
    return missing;
  }
  if (!std::ranges::all_of(spec.needs, has_listener) &&
      (spec.instead.empty() || !std::ranges::all_of(spec.instead, has_listener))) {
    return "no-listener";
  }
  const auto& materials = context.materials;
  if (spec.two_tier && materials.trust("second") == nullptr) return "no-two-tier-pki";
  const auto usable = [&](const std::string& trust, const std::string& identity) -> std::string {
    if (materials.trust(trust) == nullptr) return "no-trust";
    if (!identity.empty() && materials.identity(identity) == nullptr) return "no-identity";
    return {};
  };
  if (const auto* trip = std::get_if<RoundTripPlan>(&spec.plan)) {
    return usable(trip->trust, trip->identity);
  }
  // A broker with certificates of its own: scripts find only those of ours that say so.
  if (const auto* script = std::get_if<ScriptPlan>(&spec.plan); script && context.server_name) {
    for (const auto& name : identities_of(*script)) {
      if (!name.empty() && materials.identity(name) == nullptr) return "no-identity";
    }
  }
  const auto probe_token = [&](const ProbePlan& plan) {
    auto token = usable(plan.stimulus.trust, plan.stimulus.identity);
    if (token.empty() && plan.twin) token = usable(plan.twin->trust, plan.twin->identity);
    return token;
  };
  if (const auto* plan = std::get_if<ProbePlan>(&spec.plan)) return probe_token(*plan);
  if (const auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
    for (const auto& one : cases->cases) {
      if (auto token = probe_token(one.plan); !token.empty()) return token;
    }
  }
  return {};
}

std::string missing_capability(const CheckSpec& spec, const broker::Capabilities& declared) {
  for (const auto& capability : spec.capabilities) {
    if (!has_capability(declared, capability)) return capability;
  }
  return {};
}

}  // namespace handfast::check
