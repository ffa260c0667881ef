// What a person needs to set up a broker that handfast does not start: the material that the checks
// play with, the broker's settings where we can render them, and a target file to check it by.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"

namespace handfast::check {

struct PrepareOptions {
  std::string driver;               ///< empty: a broker that we know nothing of
  std::filesystem::path directory;  ///< where everything goes
  Selection selection;
};

struct Prepared {
  std::filesystem::path target;  ///< the file to check it by
  std::vector<std::string>
      commands;  ///< that start the broker, one for each process, in this order
  std::size_t profiles = 0;
  std::size_t skipped = 0;  ///< checks that this broker cannot be set up for
};

/// Usage problem for an unknown driver, group or id; environment problem for a folder that cannot
/// be written. Material that is in the folder already is kept for a day.
Result<Prepared> prepare_target(const PrepareOptions& options);

}  // namespace handfast::check
