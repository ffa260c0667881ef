#include "loadgen/sources.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace handfast::loadgen {
namespace {

/// What bind() says to `source` on a socket of its own: 0 or an errno.
int try_source(const IpAddress& source) {
  const int fd = socket(source.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const int error = bind_source(fd, socket_address(source));
  close(fd);
  return error;
}

std::string fix_for(const IpAddress& source, int error) {
  if (error != EADDRNOTAVAIL) return {};
  return fmt::format("give it to this machine: ip addr add {}/{} dev lo", source.text(),
                     source.v6 ? 128 : 32);
}

}  // namespace

Address socket_address(const IpAddress& address) {
  Address out;
  if (address.v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.size = sizeof v6;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
  }
  return out;
}

int bind_source(int fd, const Address& source) {
  const int on = 1;
  if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0) return errno;
  const auto* address = reinterpret_cast<const sockaddr*>(&source.storage);
  return bind(fd, address, source.size) == 0 ? 0 : errno;
}

Result<void> check_sources(const std::vector<IpAddress>& sources) {
  for (const IpAddress& source : sources) {
    if (const int error = try_source(source); error != 0) {
      return environment_problem(
          fmt::format("source address {} cannot be used: {}", source.text(), errno_text(error)), {},
          fix_for(source, error));
    }
  }
  return {};
}

}  // namespace handfast::loadgen
