#include "harness/check/dtls/rows.hpp"

#include "harness/check/chain_rows.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"

namespace handfast::check {

namespace dtls {

namespace {

/// What is only recorded beside what is judged does not make a pass less of one.
Judgement judge(const MoveRow& row, Level level, const ScriptEvidence& evidence) {
  auto judgement = tls_protocol::judge_moves(row, level, evidence);
  if (judgement.verdict != reports::Verdict::info || level == Level::may) return judgement;
  auto judged = row;
  std::erase_if(judged.moves, [](const Move& move) { return move.level == Level::may; });
  if (judged.moves.empty()) return judgement;
  judgement.verdict = tls_protocol::judge_moves(judged, level, evidence).verdict;
  return judgement;
}

}  // namespace

CheckSpec spec_of(const std::string& id, MoveRow row) {
  // A MoveRow names its first listener for rows of TLS.
  if (row.listeners == MoveRow{}.listeners) row.listeners = {one_way};
  ScriptPlan plan;
  plan.listeners = row.listeners;
  if (!row.identity.empty()) plan.identities = {row.identity};
  plan.twin_identity = row.identity;
  plan.drive = [row](Bench& bench) { return tls_protocol::drive_moves(row, bench); };
  plan.judge = [row = std::move(row)](Level level, const ScriptEvidence& evidence) {
    return judge(row, level, evidence);
  };
  return spec_of_row(id, std::move(plan));
}

CheckSpec long_spec_of(const std::string& id, MoveRow row) {
  auto spec = spec_of(id, std::move(row));
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

}  // namespace dtls

std::vector<CheckSpec> dtls_specs() {
  std::vector<CheckSpec> rows;
  for (auto* const part :
       {dtls::version_rows, dtls::cookie_rows, dtls::fragment_rows, dtls::loss_rows,
        dtls::forgery_rows, dtls::association_rows, dtls::identity_rows, dtls::crowd_rows}) {
    for (auto& spec : part()) rows.push_back(std::move(spec));
  }
  return rows;
}

}  // namespace handfast::check
