// Rows of the catalogue, played on a faulty broker.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/result.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test {

/// Of `rows`, those that this build can play.
std::vector<std::string> playable(std::span<const std::string_view> rows);

/// Plays `ids` on one broker with `defects`, which starts with the listeners that they need. Rows
/// that wait for a deadline of the broker take a minute or two, side by side.
std::vector<reports::CheckResult> play(const std::vector<std::string>& ids, const Defects& defects);

}  // namespace handfast::test
