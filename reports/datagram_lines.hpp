// What a fleet's DTLS cost, in sentences: retransmissions, datagrams, and what went wrong with
// them.
#pragma once

#include <string>
#include <vector>

#include "core/stats/snapshot.hpp"

namespace handfast::reports {

/// Empty for fleets over streams.
std::vector<std::string> datagram_lines(const stats::FleetStats& fleet);

}  // namespace handfast::reports
