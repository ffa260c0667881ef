#include "harness/check/identity/spec.hpp"

#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::identity {

CheckSpec spec_of(const std::string& id, IdentityRow row) {
  ScriptPlan plan;
  plan.listeners = row.listeners;
  plan.identities = row.identities;
  plan.twin_identity = row.twin_identity;
  tls_protocol::MoveRow moves{.moves = std::move(row.moves), .listeners = row.listeners};
  plan.drive = [moves](Bench& bench) { return tls_protocol::drive_moves(moves, bench); };
  plan.judge = [moves = std::move(moves)](Level level, const ScriptEvidence& evidence) {
    return tls_protocol::judge_moves(moves, level, evidence);
  };
  auto spec = spec_of_row(id, std::move(plan));
  spec.capabilities = std::move(row.capabilities);
  return spec;
}

}  // namespace handfast::check::identity
