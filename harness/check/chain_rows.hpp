// What the rows about certificate lists share: a row of the catalogue and its minted lists become a
// CheckSpec.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/row.hpp"

namespace handfast::check {

/// Group A but section A10 (rejection_rows.hpp).
std::vector<CheckSpec> client_chain_specs();
/// Group B: the broker's own chain.
std::vector<CheckSpec> server_chain_specs();
/// The rows of group E that CRL files alone make.
std::vector<CheckSpec> revocation_specs();

/// The steps of crl-der-file: how the start of the broker went (reject: refused), and what became
/// of a client that the file lists.
inline constexpr std::string_view der_file_start = "start with a CRL file in DER";
inline constexpr std::string_view der_file_client = "a client that the file lists";
/// Pure. To refuse the start and to refuse the client are both right.
Judgement judge_der_file(Level level, const ScriptEvidence& evidence);

/// A CheckSpec with the row's metadata and no plan. The row must exist.
CheckSpec spec_of_row(std::string_view id);
/// The same with its plan, and the listeners that the plan uses as its needs.
CheckSpec spec_of_row(std::string_view id, Plan plan);

/// A row of one case is that case's plan; it has no name to tell.
Plan plan_of_cases(CasesPlan cases);

/// Alerts of the row for one TLS version ("1.2", "1.3") as sets: the specified one first. Reads
/// "48 {46,42}" and "TLS 1.3: 116 {42}; TLS 1.2: 40 {42}".
std::vector<std::uint8_t> alerts_of(std::string_view text, std::string_view version);

/// The same with 42 and 46, which every row about a chain tolerates (section 1.5).
Expectation rejection_of(const Row& row);

}  // namespace handfast::check
