// Section A10: what the rejection of a client's certificate must not do to anybody else.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> rejection_specs();

// The judges, pure functions of evidence.

/// steps: the rejected client, whether its CONNECT took effect (accept: it did not), and the same
/// of a good client as control (accept: it did).
Judgement judge_no_effect(Level level, const ScriptEvidence& evidence);
/// Every step counts good clients that were served and bad ones that were rejected, in its facts
/// "as expected" and "of".
Judgement judge_counts(Level level, const ScriptEvidence& evidence);
/// Every rejected client read an alert.
Judgement judge_alerts_visible(Level level, const ScriptEvidence& evidence);

}  // namespace handfast::check
