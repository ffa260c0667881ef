#include "core/stats/datagram_stats.hpp"

namespace handfast::stats {

void DatagramStats::merge(const DatagramStats& other) {
  handshakes += other.handshakes;
  cookies += other.cookies;
  retransmitted += other.retransmitted;
  retransmits += other.retransmits;
  restarts += other.restarts;
  flights_sent += other.flights_sent;
  flights_received += other.flights_received;
  datagrams_sent += other.datagrams_sent;
  datagrams_received += other.datagrams_received;
  unsent += other.unsent;
  kernel_drops += other.kernel_drops;
  impaired += other.impaired;
  for (const auto& [name, count] : other.oddities) oddities[name] += count;
}

}  // namespace handfast::stats
