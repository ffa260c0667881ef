// Golden files: texts that were read by someone and must not change unnoticed.
#pragma once

#include <string>
#include <string_view>

namespace handfast::tests {

/// Compares `text` with tests/golden/`name`. With HANDFAST_UPDATE_GOLDEN set in the environment the
/// file is written instead (and the comparison holds), so that the difference is seen in the
/// review. Answers an empty text when both are equal, else where they first differ.
std::string golden_difference(std::string_view text, const std::string& name);

}  // namespace handfast::tests
