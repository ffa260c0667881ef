#include "reports/datagram_lines.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

/// " (p50 1.02 s, p99 3.1 s)" of the handshakes that needed a retransmission: what it cost.
std::string cost(const stats::FleetStats& fleet) {
  const auto phase = fleet.latency.find(stats::Phase::tls_retransmitted);
  if (phase == fleet.latency.end() || phase->second.service.empty()) return {};
  const auto& service = phase->second.service;
  return fmt::format(" (p50 {}, p99 {})", format_duration(service.quantile(0.5)),
                     format_duration(service.quantile(0.99)));
}

std::string trouble(const stats::DatagramStats& stats) {
  std::vector<std::string> parts;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", grouped(count), what));
  };
  add(stats.kernel_drops, "lost for want of room in our own sockets");
  add(stats.unsent, "not taken by our own kernel");
  add(stats.impaired, "lost on purpose");
  for (const auto& [name, count] : stats.oddities) add(count, name);
  return join(parts, ", ");
}

}  // namespace

std::vector<std::string> datagram_lines(const stats::FleetStats& fleet) {
  if (!fleet.datagrams) return {};
  const auto& stats = *fleet.datagrams;
  std::vector<std::string> lines{fmt::format(
      "{}: {} over DTLS, {} with a cookie, {} with a retransmission{}; {} sent again{}", fleet.name,
      counted(stats.handshakes, "handshake", "handshakes"), grouped(stats.cookies),
      grouped(stats.retransmitted), cost(fleet), counted(stats.retransmits, "flight", "flights"),
      stats.restarts > 0 ? fmt::format(", {} begun again", grouped(stats.restarts)) : "")};
  lines.push_back(fmt::format("{}: {} sent, {} received", fleet.name,
                              counted(stats.datagrams_sent, "datagram", "datagrams"),
                              grouped(stats.datagrams_received)));
  if (const auto bad = trouble(stats); !bad.empty()) lines.back() += "; " + bad;
  return lines;
}

}  // namespace handfast::reports
