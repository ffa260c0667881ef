// Putting an HTML report together: a shell with @PLACES@, and data that stays data.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "reports/detail/json_model.hpp"

namespace handfast::reports::detail {

/// `shell` with every @NAME@ replaced by `value_of(NAME)`. One pass: what is put in is never
/// searched for places again.
std::string fill_shell(std::string_view shell,
                       const std::function<std::string(std::string_view)>& value_of);

/// JSON that may stand inside a script element: without "<" nothing in it can end or open one.
std::string embedded(const Json& tree);

/// `text` as the content of an HTML element.
std::string html_escaped(std::string_view text);

}  // namespace handfast::reports::detail
