// Whether two sides of runs may be compared at all, and what a reader should know about them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "reports/comparison.hpp"

namespace handfast::reports::detail {

/// Usage problem when the files are no pair of sides: none, one given twice, loads and matrices
/// mixed.
handfast::Result<void> check_pair(const std::vector<ComparedRun>& base,
                                  const std::vector<ComparedRun>& fresh);

/// How runs differ from the first one of `base` in machine, scenario and TLS; one entry for each
/// thing that differs, with the first run where it does.
std::vector<Difference> differences_of(const std::vector<ComparedRun>& base,
                                       const std::vector<ComparedRun>& fresh);

/// Usage problem that tells all differences whose aspect is not accepted.
handfast::Result<void> check_accepted(const std::vector<Difference>& differences,
                                      const std::set<Aspect>& accepted);

/// Other versions, few runs, runs that were not interleaved, a mixed side.
std::vector<std::string> notes_of(const std::vector<ComparedRun>& base,
                                  const std::vector<ComparedRun>& fresh);

/// "b.json: the generator was saturated" for each run that is no evidence.
std::vector<std::string> not_valid(const std::vector<ComparedRun>& base,
                                   const std::vector<ComparedRun>& fresh);

}  // namespace handfast::reports::detail
