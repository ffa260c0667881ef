// Source addresses of connections: a machine with many addresses has that many times the ports.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "core/base/ip_address.hpp"
#include "core/base/problem.hpp"

namespace handfast::loadgen {

/// A socket address as the kernel takes it.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// `address` with port 0, which leaves the choice to the kernel.
Address socket_address(const IpAddress& address);

/// Gives the socket `fd` its source address, and leaves the choice of its port to connect()
/// (IP_BIND_ADDRESS_NO_PORT, Linux 4.2): only the four of both addresses and ports must be unique
/// then, and not the source port alone. Answers 0 or an errno.
int bind_source(int fd, const Address& source);

/// Environment problem when one of `sources` is no address of this machine.
Result<void> check_sources(const std::vector<IpAddress>& sources);

}  // namespace handfast::loadgen
