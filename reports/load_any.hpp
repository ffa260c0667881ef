// A file that handfast run or handfast check wrote, whichever it is.
#pragma once

#include <filesystem>
#include <variant>

#include "core/base/problem.hpp"
#include "reports/matrix.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

using AnyResult = std::variant<Result, Matrix>;

/// Reads result.json or matrix.json; the file's own "kind" tells which. Problems as load_json(); a
/// usage problem for a comparison, which can be read by nobody.
handfast::Result<AnyResult> load_any(const std::filesystem::path& file);

}  // namespace handfast::reports
