// How rows of this group become CheckSpecs.
#pragma once

#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/tls_protocol/hello_row.hpp"
#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::tls_protocol {

/// All CheckSpecs of this group come from here. `id` is one of the catalogue, which has their
/// texts.
CheckSpec spec_of(const std::string& id, ScriptPlan plan);
/// A row that is decided by first answers.
CheckSpec spec_of(const std::string& id, HelloRow row);
/// A row of connections that are each judged by themselves.
CheckSpec spec_of(const std::string& id, MoveRow row);

// The rows by the section of the catalogue, in its order within each.
std::vector<CheckSpec> version_rows();
std::vector<CheckSpec> parameter_rows();
std::vector<CheckSpec> agreement_rows();
std::vector<CheckSpec> resume_rows();
std::vector<CheckSpec> resume_limit_rows();
std::vector<CheckSpec> standstill_rows();
std::vector<CheckSpec> post_handshake_rows();
std::vector<CheckSpec> record_rows();
std::vector<CheckSpec> framing_rows();
std::vector<CheckSpec> noise_rows();
std::vector<CheckSpec> pressure_rows();
std::vector<CheckSpec> closing_rows();

}  // namespace handfast::check::tls_protocol
