// A timeline of which each outcome happened once, for the tests of the reports.
#pragma once

#include <vector>

#include "reports/timeline.hpp"

namespace handfast::tests {

inline std::vector<reports::TimelineEvent> sample_timeline() {
  return {{.planned_s = 4,
           .began_s = 4.002,
           .took_s = 0.31,
           .subject = "broker",
           .action = "restart",
           .what = "broker restart",
           .outcome = reports::EventOutcome::done,
           .detail = "pid 4711 stopped, then pid 4712 started; back after 310 ms",
           .shard = {}},
          {.planned_s = 8,
           .began_s = 8.25,
           .took_s = 0.02,
           .subject = "pki",
           .action = "revoke",
           .what = "pki revoke devices[0..99]",
           .outcome = reports::EventOutcome::failed,
           .detail = "cannot write: No space left on device",
           .shard = {}},
          {.planned_s = 12,
           .began_s = {},
           .subject = "broker",
           .action = "reload",
           .what = "broker reload",
           .outcome = reports::EventOutcome::not_reached,
           .detail = {},
           .shard = {}}};
}

}  // namespace handfast::tests
