// The alert column of the catalogue, "45 {42,46}", read and written out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/row.hpp"

namespace handfast::app {

struct AlertSet {
  std::vector<std::uint8_t> asked;      ///< what the specification asks for
  std::vector<std::uint8_t> tolerated;  ///< what real stacks send instead
};

/// The alerts that the text of Row::alerts names.
AlertSet alerts_of(std::string_view text);

/// With names: "certificate_expired (45); tolerated: bad_certificate (42)".
std::string named_alerts(const check::Row& row);

}  // namespace handfast::app
