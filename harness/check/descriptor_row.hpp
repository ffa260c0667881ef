// The probe pass (chain-cases.md 1.6): what a broker's descriptor declares is compared with what
// can be seen of it cheaply, before any other row. Where they differ, the declaration loses.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "harness/check/check.hpp"

namespace handfast::check {

inline constexpr std::string_view descriptor_row_id = "broker-descriptor";

/// A row of our own, of the group "descriptor".
CheckSpec descriptor_spec();

/// Declarations that what was seen contradicts, with what was seen in their place.
std::map<std::string, std::string> corrections(const ScriptEvidence& evidence);

/// Pure: warns with the token descriptor-mismatch for the first that differs, and counts the
/// others.
Judgement judge_descriptor(Level level, const ScriptEvidence& evidence);

}  // namespace handfast::check
