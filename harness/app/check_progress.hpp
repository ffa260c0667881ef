// Progress of `handfast check` on stderr: one refreshed line with counts, time and the current row
// on a terminal; in a pipe what did not pass, and a sign of life every ten seconds.
#pragma once

#include <string>

#include "core/base/clock.hpp"
#include "harness/app/status_line.hpp"
#include "harness/check/check.hpp"
#include "reports/summary.hpp"

namespace handfast::app {

class CheckProgress {
 public:
  CheckProgress(StatusLine& status, std::string broker);

  void on(const check::Progress& progress);

 private:
  void on_finished(const check::Progress& progress);
  std::string where(const check::Progress& progress, std::size_t done) const;

  StatusLine& status_;
  std::string broker_;
  reports::VerdictCounts counts_;
  TimePoint begin_;
  TimePoint told_;  ///< of the last sign of life; none yet, so that the first row is one
};

}  // namespace handfast::app
