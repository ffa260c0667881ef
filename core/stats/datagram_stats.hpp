// What a fleet over DTLS sent and got beside its connections' outcomes.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace handfast::stats {

/// Counted when a connection ends; those of the warm-up are left out.
struct DatagramStats {
  std::uint64_t handshakes = 0;  ///< that were completed
  std::uint64_t cookies = 0;     ///< of them: with a HelloVerifyRequest
  /// Of them: at least one own flight was sent again, or all was begun again.
  std::uint64_t retransmitted = 0;
  /// Own flights that were sent again, in handshakes that came to nothing too.
  std::uint64_t retransmits = 0;
  std::uint64_t restarts = 0;  ///< handshakes that were begun again from another port
  std::uint64_t flights_sent = 0;
  std::uint64_t flights_received = 0;
  std::uint64_t datagrams_sent = 0;
  std::uint64_t datagrams_received = 0;
  std::uint64_t unsent = 0;        ///< datagrams that our own kernel did not take
  std::uint64_t kernel_drops = 0;  ///< datagrams lost for want of room in our own sockets
  std::uint64_t impaired = 0;      ///< datagrams lost on purpose (FleetSpec::impairment)
  /// Messages of the application that were none, or none that was asked for: by name
  /// ("mqttsn:wrong_length").
  std::map<std::string, std::uint64_t> oddities;

  void merge(const DatagramStats& other);
  bool operator==(const DatagramStats&) const = default;
};

}  // namespace handfast::stats
