#include "harness/scenario/misfits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/units.hpp"

namespace handfast::scenario {

namespace {

constexpr std::uint64_t most_ports = 64512;  // 1024 to 65535

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) { return (value + by - 1) / by; }

/// Into how many parts `need` must be cut to fit into `limit`, when each part needs `own` anyway;
/// nullopt when none fits.
std::optional<std::uint64_t> shards_that_fit(std::uint64_t need, std::uint64_t limit,
                                             std::uint64_t own) {
  if (limit <= own) return std::nullopt;
  return divided_up(need - own, limit - own);
}

/// `text` with the number of shards that cut this one into `parts`; empty for nullopt.
std::string or_shards(std::optional<std::uint64_t> parts, fmt::format_string<std::uint64_t> text,
                      const loadgen::Shard& shard) {
  return parts ? fmt::format(text, shard.count * *parts) : std::string();
}

/// Prefix length of the smallest IPv4 network with `count` addresses for hosts.
unsigned prefix_for(std::uint64_t count) {
  unsigned host_bits = 2;
  while ((std::uint64_t{1} << host_bits) - 2 < count) ++host_bits;
  return 32 - host_bits;
}

struct Ports {
  std::uint64_t all = 0;
  std::uint64_t most = 0;  ///< of one source
  std::uint64_t sources = 0;
};

std::map<std::string, Ports> by_destination(const LoadNeeds& needs) {
  std::map<std::string, Ports> out;
  for (const auto& [where, count] : needs.ports) {
    Ports& ports = out[where.first];
    ports.all += count;
    ports.most = std::max(ports.most, count);
    ++ports.sources;
  }
  return out;
}

std::string fix_ports(const Ports& ports, const Limits& limits, const loadgen::Shard& shard) {
  const auto sources = std::max(divided_up(ports.all, limits.ports()), ports.sources + 1);
  const auto range = ports.most <= most_ports && limits.ports() < most_ports
                         ? "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\", or "
                         : "";
  return fmt::format("{}{} source addresses (a /{}; for loopback source: 127.0.1.0/{}){}", range,
                     sources, prefix_for(sources), prefix_for(sources),
                     or_shards(shards_that_fit(ports.most, limits.ports(), 0),
                               ", or {} shards on machines of their own", shard));
}

}  // namespace

std::vector<Finding> misfits(const LoadNeeds& needs, const Limits& limits,
                             const loadgen::Shard& shard) {
  std::vector<Finding> out;
  for (const auto& [destination, ports] : by_destination(needs)) {
    if (ports.most <= limits.ports()) continue;
    out.push_back(
        {fmt::format("{} needs {} local ports at once on {}, {}-{} gives {}", destination,
                     ports.most, ports.sources == 1 ? "one source address" : "each source address",
                     limits.port_first, limits.port_last, limits.ports()),
         fix_ports(ports, limits, shard)});
  }
  if (needs.descriptors > limits.descriptors_hard) {
    out.push_back(
        {fmt::format("{} open files needed, the hard limit is {}", needs.descriptors,
                     limits.descriptors_hard),
         fmt::format(
             "raise the hard limit to {0} (limits.conf, LimitNOFILE or docker --ulimit "
             "nofile={0}){1}",
             needs.descriptors,
             or_shards(shards_that_fit(needs.descriptors, limits.descriptors_hard, own_descriptors),
                       ", or {} shards, several of which a machine may hold", shard))});
  }
  if (limits.memory_available > 0 && needs.memory_bytes > limits.memory_available) {
    out.push_back(
        {fmt::format("about {} of memory needed, {} available", format_size(needs.memory_bytes),
                     format_size(limits.memory_available)),
         fmt::format(
             "more memory{}",
             or_shards(shards_that_fit(needs.memory_bytes, limits.memory_available, own_bytes),
                       ", or {} shards on machines of their own", shard))});
  }
  return out;
}

}  // namespace handfast::scenario
