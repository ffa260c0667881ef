// Rows that change the files of a running broker and make it read them again (groups B and E).
#pragma once

#include <string_view>
#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> reload_specs();

// The judges, pure: steps[0] is before the change, steps[1] after the reload (the last poll), and
// steps[2], where a row has it, after the files were put back.
inline constexpr std::string_view connected_before = "the client connected before the reload";
/// The change must take effect, and a client that was connected before, where the row has one, be
/// served on: `expected` is the outcome after the reload.
Judgement judge_reload(Level level, const ScriptEvidence& evidence, probe::Outcome expected);

}  // namespace handfast::check
