#include "reports/tls_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.2f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string resumption(const stats::FleetStats& fleet) {
  // Seeding handshakes were never asked to resume, so they are no part of the mix.
  const auto could = fleet.tls_handshakes - std::min(fleet.seeding, fleet.tls_handshakes);
  auto text = fmt::format("{} of {} handshakes that offered a session resumed it",
                          grouped(fleet.resumed), grouped(fleet.resumption_asked));
  if (fleet.resumption_asked > 0)
    text += fmt::format(" ({})", percent(fleet.resumed, fleet.resumption_asked));
  if (could > 0) text += fmt::format(", {} of all", percent(fleet.resumed, could));
  text += fmt::format("; {} more to get first sessions", grouped(fleet.seeding));
  if (fleet.early_data_sent > 0)
    text += fmt::format("; early data accepted in {} of {}", grouped(fleet.early_data_accepted),
                        grouped(fleet.early_data_sent));
  return text;
}

/// Where it is not the one that everybody expects.
std::string engine(const std::string& told) {
  const bool expected = told.starts_with("libssl") && told.find("(not native") == std::string::npos;
  return expected ? std::string() : told + "; ";
}

}  // namespace

std::vector<std::string> tls_lines(const Result& result, const stats::FleetStats& fleet) {
  const auto plan = std::ranges::find(result.fleets, fleet.name, &FleetPlan::name);
  if (plan == result.fleets.end() || plan->tls_engine.empty()) return {};
  std::vector<std::string> lines{fmt::format("{}: {}{}; {}", fleet.name, engine(plan->tls_engine),
                                             plan->verification, plan->key_mode)};
  if (fleet.seeding + fleet.resumption_asked > 0)
    lines.push_back(fmt::format("{}: {}", fleet.name, resumption(fleet)));
  return lines;
}

}  // namespace handfast::reports
