// The catalogue of checks as `handfast list checks` prints it, and as docs/checks.md has it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/row.hpp"

namespace handfast::app {

/// A row of the conformance catalogue, or a check of our own that it lacks (group emqx-guide).
struct ListedCheck {
  check::Row row;            ///< of our own checks without `section` and `sent`
  std::string needs;         ///< profiles and capabilities; of our own checks the listeners
  std::string_view unbuilt;  ///< why this build cannot play it; empty when it can

  bool played() const { return unbuilt.empty(); }
};

/// Our own checks, then the catalogue in its order.
std::vector<ListedCheck> listed_checks();

/// Filters that add up.
struct CheckFilter {
  std::string group;  ///< empty: all
  bool core_only = false;
  bool unbuilt_only = false;
};

/// Usage problem, with a suggestion, for a group that there is not.
Result<std::vector<ListedCheck>> filtered_checks(const CheckFilter& filter);

/// "must", "should under TLS 1.2; may under TLS 1.3".
std::string level_text(const check::Row& row);

/// A line for each check, and a sum.
std::string checks_as_text(const std::vector<ListedCheck>& checks);
/// {"checks": [...]}, every field of a row.
std::string checks_as_json(const std::vector<ListedCheck>& checks);
/// A whole page with a table for each section.
std::string checks_as_markdown(const std::vector<ListedCheck>& checks);

}  // namespace handfast::app
