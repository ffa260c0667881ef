// What a judge says of one row.
#pragma once

#include <string>

#include "reports/result.hpp"

namespace handfast::check {

struct Judgement {
  reports::Verdict verdict = reports::Verdict::error;
  std::string observed = {};  ///< the sentence of the connection that decided
  std::string reason = {};    ///< why this verdict; for skip a fixed token
  /// The twin was accepted before the stimulus and never again after it.
  bool service_lost = false;
};

}  // namespace handfast::check
