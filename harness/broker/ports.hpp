// TCP ports of this machine: which are free, which listen, and who holds them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::broker {

struct ListeningSocket {
  std::string address;  ///< literal: "127.0.0.1", "::"
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

/// The listening sockets of a /proc/net/tcp or /proc/net/tcp6 text; other lines are skipped.
std::vector<ListeningSocket> parse_listening(std::string_view proc_net);

/// Those of this network namespace, IPv4 and IPv6.
std::vector<ListeningSocket> listening_sockets();

/// Inodes of the sockets that process `pid` holds; empty when /proc/PID/fd may not be read.
std::set<std::uint64_t> socket_inodes(pid_t pid);

/// Who listens on `port`, on any address: "pid 4711 (mosquitto)"; nullopt when nobody does or it is
/// not visible to us.
std::optional<std::string> port_holder(std::uint16_t port);

/// Environment problem naming address, port and (when visible) its holder, unless a listener could
/// bind 127.0.0.1:`port` now.
Result<void> check_port(std::uint16_t port);

}  // namespace handfast::broker
