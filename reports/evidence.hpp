// What a reader needs to see of a check's evidence first: the connection that decided it.
#pragma once

#include <string>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports {

/// One line of evidence under a short label.
struct EvidenceLine {
  std::string label;  ///< "sent", "came back", "broker log"
  std::string text;
};

/// The observation behind the verdict: the one that `observed` or `reason` quotes, a control only
/// when no other is quoted; else the first that is no control. nullptr when there is none.
const Observation* deciding_observation(const CheckResult& check);

/// What was sent, what came back, expected against seen, the reference and where to read on;
/// foreign texts as they are. Empty parts are left out.
std::vector<EvidenceLine> evidence_lines(const CheckResult& check);

}  // namespace handfast::reports
