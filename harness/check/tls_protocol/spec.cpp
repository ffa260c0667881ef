#include "harness/check/tls_protocol/spec.hpp"

#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::tls_protocol {

CheckSpec spec_of(const std::string& id, ScriptPlan plan) {
  if (plan.listeners.empty()) plan.listeners = {"one"};
  return spec_of_row(id, std::move(plan));
}

CheckSpec spec_of(const std::string& id, HelloRow row) {
  ScriptPlan plan;
  plan.listeners = {row.listener};
  std::string instead;
  if (const auto name = parse_profile(row.listener); name && !name->fixture.empty()) {
    instead = name->profile;
    plan.twin = false;  // it would not trust another server; the row has a control of its own
  }
  plan.drive = [row](Bench& bench) { return drive_hello(row, bench); };
  plan.judge = [row = std::move(row)](Level level, const ScriptEvidence& evidence) {
    return judge_hello(row, level, evidence);
  };
  auto spec = spec_of(id, std::move(plan));
  if (!instead.empty()) spec.instead = {instead};
  return spec;
}

CheckSpec spec_of(const std::string& id, MoveRow row) {
  ScriptPlan plan;
  plan.listeners = row.listeners;
  if (!row.identity.empty()) plan.identities = {row.identity};
  plan.drive = [row](Bench& bench) { return drive_moves(row, bench); };
  plan.judge = [row = std::move(row)](Level level, const ScriptEvidence& evidence) {
    return judge_moves(row, level, evidence);
  };
  return spec_of(id, std::move(plan));
}

}  // namespace handfast::check::tls_protocol
