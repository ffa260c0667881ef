// Rows of group B about which certificate the broker shows, and whether it can: key and certificate
// that do not fit, clients that offer the wrong schemes, two certificates, server names.
#pragma once

#include <string_view>
#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> server_choice_specs();

/// The step that tells how the start of a broker with a wrong key went: reject when it was refused.
inline constexpr std::string_view wrong_key_start = "start with a key of another certificate";
/// The same of a broker whose certificate has expired.
inline constexpr std::string_view expired_start = "start with an expired certificate";

// The judges, pure.
/// Recorded only: whether it starts, and whether a client that verifies nothing is then served.
Judgement judge_expired_start(Level level, const ScriptEvidence& evidence);
/// Start refused: pass. A listener that is open and serves nobody: a warning.
Judgement judge_wrong_key(Level level, const ScriptEvidence& evidence);
/// No connection comes about; who ends it, and with which alert, is told.
Judgement judge_scheme_mismatch(Level level, const ScriptEvidence& evidence,
                                std::span<const std::uint8_t> alerts);

}  // namespace handfast::check
