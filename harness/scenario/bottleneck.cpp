#include "harness/scenario/bottleneck.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::scenario {

namespace {

constexpr double notable_share = 0.01;

double cores(double cpu_seconds, double elapsed_s) {
  return elapsed_s > 0 ? cpu_seconds / elapsed_s : 0;
}

bool notable(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) > notable_share * static_cast<double>(whole);
}

std::uint64_t without_answer(const stats::FleetStats& fleet) {
  std::uint64_t count = 0;
  for (const auto& [key, times] : fleet.failures) {
    if (key.cause == "deadline") count += times;
  }
  return count;
}

std::vector<std::string> signs_of(const stats::FleetStats& fleet) {
  std::vector<std::string> signs;
  if (notable(fleet.capped, fleet.planned)) {
    signs.push_back(fmt::format("{} of {} starts waited for room below max_in_flight", fleet.capped,
                                fleet.planned));
  }
  const auto silent = without_answer(fleet);
  if (notable(silent, fleet.started)) {
    signs.push_back(
        fmt::format("{} of {} connections got no answer in time", silent, fleet.started));
  }
  return signs;
}

std::string use_of(const stats::Snapshot& load, const reports::BrokerInfo& broker) {
  if (!broker.watched) return {};
  double own = 0;
  for (const auto& worker : load.workers) own += worker.cpu_seconds;
  return fmt::format("; it used {:.2f} of a core, the generator {:.2f}",
                     cores(broker.cpu_seconds, load.elapsed_s), cores(own, load.elapsed_s));
}

}  // namespace

std::vector<std::string> broker_limits(const stats::Snapshot& load,
                                       const reports::BrokerInfo& broker) {
  std::vector<std::string> sentences;
  for (const auto& fleet : load.fleets) {
    const auto signs = signs_of(fleet);
    if (signs.empty()) continue;
    sentences.push_back(fmt::format("the broker was slower than fleet \"{}\": {}{}", fleet.name,
                                    join(signs, ", "), use_of(load, broker)));
  }
  return sentences;
}

}  // namespace handfast::scenario
