// What fleets over DTLS did besides connecting, in result.json: one table for writing and reading.
#include <array>

#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

using stats::DatagramStats;

struct DatagramMember {
  const char* key;
  std::uint64_t DatagramStats::* count;
};

constexpr std::array datagram_members{
    DatagramMember{"handshakes", &DatagramStats::handshakes},
    DatagramMember{"cookies", &DatagramStats::cookies},
    DatagramMember{"retransmitted", &DatagramStats::retransmitted},
    DatagramMember{"retransmits", &DatagramStats::retransmits},
    DatagramMember{"restarts", &DatagramStats::restarts},
    DatagramMember{"flights_sent", &DatagramStats::flights_sent},
    DatagramMember{"flights_received", &DatagramStats::flights_received},
    DatagramMember{"datagrams_sent", &DatagramStats::datagrams_sent},
    DatagramMember{"datagrams_received", &DatagramStats::datagrams_received},
    DatagramMember{"unsent", &DatagramStats::unsent},
    DatagramMember{"kernel_drops", &DatagramStats::kernel_drops},
    DatagramMember{"impaired", &DatagramStats::impaired},
};

}  // namespace

Json to_json(const stats::DatagramStats& datagrams) {
  Json out = Json::object();
  for (const auto& [key, count] : datagram_members) out[key] = datagrams.*count;
  out["oddities"] = datagrams.oddities;
  return out;
}

stats::DatagramStats read_datagrams(const Cursor& at) {
  stats::DatagramStats datagrams;
  for (const auto& [key, count] : datagram_members) datagrams.*count = at.at(key).count();
  for (const auto& [name, entry] : at.at("oddities").members()) {
    datagrams.oddities[name] = entry.count();
  }
  return datagrams;
}

}  // namespace handfast::reports::detail
