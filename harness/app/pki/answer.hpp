// What every verb of `handfast pki` does with its outcome.
#pragma once

#include <string>

#include "core/base/problem.hpp"

namespace handfast::app {

/// What a verb answers: the text for stdout and whether what was checked holds (exit 0 or 1).
struct Answer {
  std::string text;
  bool holds = true;
};

/// Prints an answer or a problem, and says what the program has to exit with.
int finish(const Result<Answer>& answer);

}  // namespace handfast::app
