// From text to a JSON tree, with the place of a mistake.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::reports::detail {

/// Parses `text` into `tree`; the one place where the parser's exceptions end. Usage problem at
/// "file:line:column".
handfast::Result<void> parse_tree(std::string_view text, const std::string& file,
                                  nlohmann::json& tree);

}  // namespace handfast::reports::detail
