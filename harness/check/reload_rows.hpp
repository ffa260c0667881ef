// Rows that change the files of a running broker and make it read them again (groups B and E).
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> reload_specs();

// The judges, pure: steps[0] is before the change, steps[1] after the reload (the last poll), and
// steps[2], where a row has it, after the files were put back.
/// The change must take effect: `expected` is the outcome after the reload.
Judgement judge_reload(Level level, const ScriptEvidence& evidence, probe::Outcome expected);

}  // namespace handfast::check
