// matrix.json: the conformance matrix as versioned JSON (reports/schema/matrix.schema.json) and
// back.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"
#include "reports/matrix.hpp"

namespace handfast::reports {

/// The version that we write, and the only one that we read.
inline constexpr int matrix_format = 1;

/// `matrix` as indented JSON in UTF-8 with a final newline. Bytes that are no UTF-8 become U+FFFD.
std::string matrix_json_text(const Matrix& matrix);

/// Reads what matrix_json_text() wrote; equal to what went in. Keys that we do not know are
/// ignored, so that a later version of format 1 may add some. Usage problem for broken JSON
/// ("file:line:column"), another format version or another kind of file, and a missing or wrong
/// member ("file at /brokers/0/checks/3/verdict").
handfast::Result<Matrix> parse_matrix_json(std::string_view text, const std::string& file);

/// parse_matrix_json() of a file's contents; environment problem when it cannot be read.
handfast::Result<Matrix> load_matrix_json(const std::filesystem::path& file);

}  // namespace handfast::reports
