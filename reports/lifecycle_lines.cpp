#include "reports/lifecycle_lines.hpp"

#include <fmt/format.h>

#include "reports/summary.hpp"

namespace handfast::reports {

std::vector<std::string> lifecycle_lines(const stats::FleetStats& fleet) {
  const auto& [reconnects, takeovers, half_opens, bad_chains, shadows] = fleet.lifecycle;
  std::vector<std::string> lines;
  if (reconnects != stats::Reconnects{}) {
    lines.push_back(
        fmt::format("{}: {} lost; {} to reconnect, {} back, {} gave up, {} away at the end",
                    fleet.name, counted(reconnects.lost, "connection", "connections"),
                    counted(reconnects.attempts, "attempt", "attempts"), grouped(reconnects.back),
                    grouped(reconnects.given_up), grouped(reconnects.away)));
  }
  if (takeovers != stats::Takeovers{}) {
    lines.push_back(fmt::format(
        "{}: {} of {} taken over, {} of them without DISCONNECT 0x8E; {} stayed", fleet.name,
        grouped(takeovers.taken_over), counted(takeovers.attempted, "session", "sessions"),
        grouped(takeovers.unannounced), grouped(takeovers.stayed)));
  }
  if (half_opens != stats::HalfOpens{}) {
    lines.push_back(fmt::format("{}: {} half-open; {} closed by the broker, {} held to our end",
                                fleet.name, counted(half_opens.silent, "connection", "connections"),
                                grouped(half_opens.closed), grouped(half_opens.held)));
  }
  if (bad_chains.total() > 0) {
    lines.push_back(
        fmt::format("{}: {} as expected, {} wrongly accepted, {} stopped in another way",
                    fleet.name, counted(bad_chains.as_expected, "bad chain", "bad chains"),
                    grouped(bad_chains.wrongly_accepted), grouped(bad_chains.refused_otherwise)));
  }
  if (shadows != stats::Shadows{}) {
    lines.push_back(fmt::format(
        "{}: {} repeated with libssl; {} ended alike, {} differently, {} cannot be "
        "compared",
        fleet.name,
        counted(shadows.agreed + shadows.differed + shadows.not_comparable, "connection",
                "connections"),
        grouped(shadows.agreed), grouped(shadows.differed), grouped(shadows.not_comparable)));
  }
  return lines;
}

}  // namespace handfast::reports
