// The verdicts that the rows of this group share (chain-cases.md 1.1, 1.2 and 1.5).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/check/judgement.hpp"
#include "harness/check/row.hpp"
#include "harness/check/script.hpp"

namespace handfast::check::tls_protocol {

/// Something that a Step must say besides its outcome, by the name of a fact.
struct FactWant {
  std::string name;  ///< "version", "suite"
  std::vector<std::string>
      values;                    ///< any of them; of a hello, empty: what the control was answered
  std::string otherwise;         ///< what it means when it says something else
  std::optional<Level> level{};  ///< where it weighs otherwise than its row
};

/// One part of a row that was judged; `name` is left out of texts when the row has no others.
struct Part {
  std::string name;
  Judgement judgement;
};

/// `step` must be an acceptance. A hang is the contrary outcome too.
Judgement judge_acceptance(Level level, const Step& step);

/// `step` must be a rejection. `alerts` are the specified one and then the tolerated ones; empty:
/// none is asked for, and a bare close is as good. A hang is `warn`: no access was given.
Judgement judge_rejection(Level level, const Step& step, std::span<const std::uint8_t> alerts);

/// The same, or a refusing CONNACK: a decision about identity may be taken at either layer.
Judgement judge_no_access(Level level, const Step& step, std::span<const std::uint8_t> alerts);

/// `step` must be a rejection, and silence is one; `alerts` count when one came.
Judgement judge_rejection_or_silence(Level level, const Step& step,
                                     std::span<const std::uint8_t> alerts);

/// Both outcomes are legitimate: `info`, and what was seen.
Judgement judge_either(const Step& step);

/// The verdict of something that a correct broker does not do.
Judgement contrary_to(Level level, const Step& step, std::string reason);
/// `pass`, or `info` at the level `may`.
Judgement in_order(Level level, const Step& step, std::string reason);

/// nullopt when the fact is one of `allowed`.
std::optional<Judgement> judge_fact(const FactWant& want, std::span<const std::string> allowed,
                                    Level level, const Step& step);

/// The worst part decides; `skip` of single parts does not count.
Judgement worst_of(std::vector<Part> parts);

/// A row of one Step: circumstances, then `judge` of the Step called `what`.
Judgement judge_single(const ScriptEvidence& evidence, const std::string& what,
                       const std::function<Judgement(const Step&)>& judge);

/// For judges: the run's own trouble, `error` or `skip`, before anything is looked at.
std::optional<Judgement> judge_circumstances(const ScriptEvidence& evidence);

}  // namespace handfast::check::tls_protocol
