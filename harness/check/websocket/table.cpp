#include "harness/check/websocket/table.hpp"

#include "harness/check/chain_rows.hpp"
#include "harness/check/judge.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::wss {

namespace {

Judgement judge_web_outcome(const Move& move, Level level, const Step& step) {
  switch (move.expect) {
    case Expect::served:
      return judge_served(level, step, move.codes);
    case Expect::refused:
      return judge_refused(level, step, move.codes);
    case Expect::closed:
      return judge_closed(level, step, move.codes);
    case Expect::either:
      return judge_recorded(step);
  }
  return {};
}

Judgement judge_web_move(const Move& move, Level row_level, const Step& step) {
  const auto level = move.level.value_or(row_level);
  auto judgement = judge_web_outcome(move, level, step);
  if (step.outcome == probe::Outcome::not_sent) return judgement;
  for (const auto& want : move.facts) {
    auto objection = judge_fact(want, want.values, level, step);
    if (objection && worse(objection->verdict, judgement.verdict)) judgement = *objection;
  }
  return judgement;
}

}  // namespace

ScriptEvidence drive_moves(const MoveRow& row, Bench& bench) {
  ScriptEvidence evidence;
  for (const auto& move : row.moves) {
    evidence.steps.push_back(
        with_conversation(bench, evidence, move.what, move.options, move.play));
  }
  return evidence;
}

Judgement judge_moves(const MoveRow& row, Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  std::vector<Part> parts;
  for (const auto& move : row.moves) {
    parts.push_back({move.what, judge_single(evidence, move.what, [&](const Step& step) {
                       return judge_web_move(move, level, step);
                     })});
  }
  return worst_of(std::move(parts));
}

CheckSpec wss_spec(const std::string& id, ScriptPlan plan) {
  if (plan.listeners.empty()) plan.listeners = {"wss-one"};
  auto spec = spec_of_row(id, std::move(plan));
  spec.capabilities = {"wss"};
  return spec;
}

CheckSpec wss_spec(const std::string& id, MoveRow row) {
  ScriptPlan plan;
  plan.twin = row.twin;
  plan.drive = [row](Bench& bench) { return drive_moves(row, bench); };
  plan.judge = [row = std::move(row)](Level level, const ScriptEvidence& evidence) {
    return judge_moves(row, level, evidence);
  };
  return wss_spec(id, std::move(plan));
}

CheckSpec wss_spec(const std::string& id, Move move) {
  MoveRow row;
  row.moves.push_back(std::move(move));
  return wss_spec(id, std::move(row));
}

std::function<void(Conversation&, Step&)> when_open(
    std::function<void(Conversation&, Step&)> play) {
  return [play = std::move(play)](Conversation& talk, Step& step) {
    if (talk.upgrade()) {
      play(talk, step);
    } else {
      step.outcome = probe::Outcome::not_sent;
    }
  };
}

Step control(Bench& bench, std::string what) {
  const auto seen = bench.probe(stimulus_for("wss-one"), std::nullopt, probe::Mode::eager);
  Step step;
  step.what = std::move(what);
  step.outcome = seen.transcript.outcome;
  step.close = seen.transcript.close;
  step.detail = seen.transcript.sentence();
  step.took = seen.transcript.total;
  return step;
}

}  // namespace handfast::check::wss
