// `handfast explain`: what the catalogue, the alerts and the verify codes have to say about a word.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::app {

/// The id of a check, an alert by number or name, a verify code by number, name or words. A number
/// that is both alert and verify code gets both. Usage problem, with a suggestion, for other words.
Result<std::string> explain(std::string_view word);

}  // namespace handfast::app
