// Verdicts of rows that are decided by first answers.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/hello_row.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"

namespace handfast::check::tls_protocol {

namespace {

using probe::HelloBase;
using probe::Outcome;
using reports::Verdict;

/// The token of a control that was rejected.
std::string unspoken(HelloBase base) {
  if (base == HelloBase::tls12_rsa) return "no-rsa-server";
  return base == HelloBase::tls12 ? "tls12-not-spoken" : "tls13-not-spoken";
}

Judgement judge_hello_case(const HelloCase& one, Level row_level, const ScriptEvidence& evidence) {
  const auto level = one.level.value_or(row_level);
  const auto* step = find_step(evidence, one.what);
  const auto* control = find_step(evidence, control_name(one.base));
  if (step == nullptr || control == nullptr) {
    return {.verdict = Verdict::error, .observed = {}, .reason = "the case was not played"};
  }
  if (one.want == Want::either) return judge_either(*step);
  if (one.want == Want::reject) return judge_rejection(level, *step, one.alerts);
  auto judgement = judge_acceptance(level, *step);
  if (step->outcome != Outcome::accept) return judgement;
  if (one.fact) {
    auto allowed = one.fact->values;
    if (allowed.empty()) allowed.push_back(fact(*control, one.fact->name));
    if (auto objection = judge_fact(*one.fact, allowed, level, *step)) return *objection;
    judgement.observed = fmt::format("{} {}", one.fact->name, fact(*step, one.fact->name));
  }
  if (!one.to_connack) return judgement;
  const auto* whole = find_step(evidence, whole_name(one));
  return whole == nullptr ? judgement : judge_acceptance(level, *whole);
}

}  // namespace

std::string control_name(HelloBase base) {
  return fmt::format("control, {}", probe::to_string(base));
}

std::string whole_name(const HelloCase& one) { return one.what + ", to CONNACK"; }

std::optional<Judgement> judge_hello_control(const ScriptEvidence& evidence, HelloBase base) {
  const auto* control = find_step(evidence, control_name(base));
  if (control == nullptr) {
    return Judgement{.verdict = Verdict::error, .observed = {}, .reason = "no control was played"};
  }
  if (control->outcome == Outcome::accept) return std::nullopt;
  // Nothing tells a listener that is down from one that speaks no TLS of today.
  if (control->outcome != Outcome::reject || base == HelloBase::modern) {
    return Judgement{.verdict = Verdict::inconclusive,
                     .observed = sentence(*control),
                     .reason = "the hello without any change was not answered by a ServerHello"};
  }
  return Judgement{
      .verdict = Verdict::skip, .observed = sentence(*control), .reason = unspoken(base)};
}

Judgement judge_hello(const HelloRow& row, Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  for (const auto base : row.also_spoken) {
    if (auto lacking = judge_hello_control(evidence, base)) return *lacking;
  }
  std::vector<Part> parts;
  std::optional<Judgement> left_out;
  for (const auto& one : row.cases) {
    auto lacking = judge_hello_control(evidence, one.base);
    if (!lacking) {
      parts.push_back({one.what, judge_hello_case(one, level, evidence)});
    } else if (lacking->verdict == Verdict::skip) {
      left_out = std::move(lacking);
    } else {
      parts.push_back({control_name(one.base), std::move(*lacking)});
    }
  }
  return parts.empty() && left_out ? *left_out : worst_of(std::move(parts));
}

}  // namespace handfast::check::tls_protocol
