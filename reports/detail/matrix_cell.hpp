// How one cell of the matrix is told.
#pragma once

#include <string>
#include <string_view>

#include "reports/matrix.hpp"

namespace handfast::reports::detail {

/// The verdict as a word: "pass", "FAIL", "known" for what the baseline lists; "-" for a row that
/// did not run (`check` is null).
std::string cell_word(const MatrixColumn& column, const CheckResult* check);
/// One column wide.
std::string_view cell_sign(const MatrixColumn& column, const CheckResult* check, bool utf8);
/// What the signs mean, for those that readers have to learn.
std::string_view sign_legend(bool utf8);

/// Whether every broker that played the row passed it.
bool passed_everywhere(const MatrixRow& row);

/// The baseline's word on a row, or the row's own reason.
std::string reason_of(const MatrixColumn& column, const CheckResult& check);

}  // namespace handfast::reports::detail
