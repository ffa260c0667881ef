#include "reports/distributions.hpp"

#include <fmt/format.h>

namespace handfast::reports {

namespace {

std::string_view name_of(stats::Phase phase) {
  return phase == stats::Phase::tls ? "handshake" : to_string(phase);
}

}  // namespace

std::vector<Distribution> distributions_of(const Result& result, stats::Histogram& lag) {
  std::vector<Distribution> out;
  for (const auto& fleet : result.load.fleets) {
    for (const auto& [phase, times] : fleet.latency) {
      const auto name = fmt::format("{}.{}", fleet.name, name_of(phase));
      if (!times.response.empty()) out.push_back({name, &times.response});
      if (!times.service.empty()) out.push_back({name + ".service", &times.service});
    }
  }
  for (const auto& worker : result.load.workers) lag.merge(worker.lag);
  if (!lag.empty()) out.push_back({"generator.lag", &lag});
  return out;
}

}  // namespace handfast::reports
