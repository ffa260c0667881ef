#include "harness/check/tls_protocol/table.hpp"

#include <algorithm>

#include "harness/check/judge.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"

namespace handfast::check::tls_protocol {

namespace {

using probe::Outcome;
using reports::Verdict;

/// True when the version is spoken; its control is played once.
bool spoken(Bench& bench, const std::string& listener, probe::HelloBase base,
            ScriptEvidence& evidence) {
  if (const auto* known = find_step(evidence, control_name(base))) {
    return known->outcome == Outcome::accept;
  }
  const auto endpoint = bench.endpoint(listener);
  auto hello = probe::make_hello(base, endpoint.host);
  if (!hello) {
    evidence.problem = hello.error().text();
    return false;
  }
  const auto answer = probe::ask(endpoint, probe::to_wire(*hello), bench.timeouts());
  evidence.steps.push_back(step_of(control_name(base), answer));
  return answer.outcome() == Outcome::accept;
}

const std::string not_played = "not played";

Judgement judge_served_or_refused(Level level, const Step& step) {
  if (step.outcome == Outcome::accept) return in_order(level, step, "served");
  if (step.outcome == Outcome::reject && step.alert) {
    return in_order(level, step, "refused in order, with an alert");
  }
  return contrary_to(level, step, "neither served nor refused with an alert");
}

Judgement judge_outcome(const Move& move, Level level, const Step& step) {
  switch (move.expect) {
    case Expect::accept:
      return judge_acceptance(level, step);
    case Expect::reject:
      return judge_rejection(level, step, move.alerts);
    case Expect::no_access:
      return judge_no_access(level, step, move.alerts);
    case Expect::reject_or_serve:
      return judge_served_or_refused(level, step);
    case Expect::reject_or_silence:
      return judge_rejection_or_silence(level, step, move.alerts);
    case Expect::either:
      return judge_either(step);
    case Expect::any:
      // Facts of what never began say nothing.
      return step.outcome == Outcome::not_sent ? judge_either(step)
                                               : in_order(level, step, "as expected");
  }
  return {};
}

Judgement judge_move(const Move& move, Level row_level, const Step& step) {
  const auto level = move.level.value_or(row_level);
  if (const auto token = fact(step, not_played); !token.empty()) {
    return {.verdict = Verdict::skip, .observed = {}, .reason = token};
  }
  auto judgement = judge_outcome(move, level, step);
  if (step.outcome == Outcome::not_sent) return judgement;
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
    if (move.needs && !spoken(bench, row.listeners.front(), *move.needs, evidence)) continue;
    auto step = move.play(bench, evidence);
    step.what = move.what;
    evidence.steps.push_back(std::move(step));
  }
  return evidence;
}

Judgement judge_moves(const MoveRow& row, Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  std::vector<Part> parts;
  std::optional<Judgement> left_out;
  for (const auto& move : row.moves) {
    auto lacking = move.needs ? judge_hello_control(evidence, *move.needs) : std::nullopt;
    if (lacking && lacking->verdict == Verdict::skip) {
      left_out = std::move(lacking);
    } else if (lacking) {
      parts.push_back({control_name(*move.needs), std::move(*lacking)});
    } else {
      parts.push_back({move.what, judge_single(evidence, move.what, [&](const Step& step) {
                         return judge_move(move, level, step);
                       })});
    }
  }
  return parts.empty() && left_out ? *left_out : worst_of(std::move(parts));
}

Step left_out(std::string token) {
  Step step;
  step.facts.emplace_back(not_played, std::move(token));
  return step;
}

std::function<Step(Bench&, ScriptEvidence&)> whole(std::string what, TalkOptions options) {
  return [what = std::move(what), options = std::move(options)](Bench& bench,
                                                                ScriptEvidence& evidence) {
    return whole_connection(bench, what, options, evidence);
  };
}

Step with_talk(Bench& bench, ScriptEvidence& evidence, const std::string& what, TalkOptions options,
               const std::function<void(Talk&, Step&)>& play) {
  Step step;
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) {
    if (talk.error().kind != ProblemKind::environment) evidence.problem = talk.error().text();
    step.what = what;
    step.detail = talk.error().text();
    return step;
  }
  play(*talk, step);
  auto seen = talk->step(what);
  // What the play noted by itself comes behind.
  seen.facts.insert(seen.facts.end(), step.facts.begin(), step.facts.end());
  if (!step.detail.empty()) seen.detail += (seen.detail.empty() ? "" : "; ") + step.detail;
  return seen;
}

}  // namespace handfast::check::tls_protocol
