// Rows of group B that look at the chain which the broker presents, byte for byte or field by
// field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "harness/check/check.hpp"
#include "harness/check/row.hpp"

namespace handfast::check {

/// nullopt when the row is no such row.
std::optional<CheckSpec> server_audit_spec(const Row& row);

// The judges, pure functions of evidence: lists[0] is what the broker was given, lists[1] the root
// that may follow (one certificate), lists[2...] what it presented.
Judgement judge_presented_exactly(Level level, const ScriptEvidence& evidence);
Judgement judge_root_omitted(Level level, const ScriptEvidence& evidence);
/// Each certificate signs the one before.
Judgement judge_order(Level level, const ScriptEvidence& evidence);
/// The same list on every listener.
Judgement judge_same_everywhere(Level level, const ScriptEvidence& evidence);
/// Version 3, EKU serverAuth, key usage digitalSignature, a positive serial of at most 20 octets.
Judgement judge_fields(Level level, const ScriptEvidence& evidence);
/// RSA of 2,048 bits or more or EC of 256 or more, SHA-256 or better (RFC 9325 section 4.5).
Judgement judge_key_strength(Level level, const ScriptEvidence& evidence);
/// Days left at `now`: fail below zero, warn under 14 days or a third of the lifetime.
Judgement judge_expiry(Level level, const ScriptEvidence& evidence, WallTime now);
/// Records what was presented, whatever it is.
Judgement judge_report_list(Level level, const ScriptEvidence& evidence);

}  // namespace handfast::check
