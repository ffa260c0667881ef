// result.json: the result model as versioned JSON (reports/schema/result.schema.json) and back.
// Seconds and bytes only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// The version that we write, and the only one that we read.
inline constexpr int json_format = 1;

/// `result` as indented JSON in UTF-8 with a final newline. Bytes that are no UTF-8 become U+FFFD;
/// numbers that are not finite become 0.
std::string to_json_text(const Result& result);

/// Reads what to_json_text() wrote; equal to what went in. Keys that we do not know are ignored, so
/// that a later version of format 1 may add some. Usage problem for broken JSON
/// ("file:line:column"), another format version, and a missing or wrong member ("file at
/// /checks/0/verdict").
handfast::Result<Result> parse_json(std::string_view text, const std::string& file);

/// parse_json() of a file's contents; environment problem when it cannot be read.
handfast::Result<Result> load_json(const std::filesystem::path& file);

}  // namespace handfast::reports
