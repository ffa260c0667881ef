#include "tests/integration/tls_native/echo_backend.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace handfast::test {

EchoBackend::EchoBackend()
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), stop_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port for the echo");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

EchoBackend::~EchoBackend() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(listener_);
  close(stop_);
}

void EchoBackend::serve() const {
  std::vector<pollfd> all{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
  std::array<char, 65536> buffer{};
  while (poll(all.data(), all.size(), -1) > 0 && all[0].revents == 0) {
    for (std::size_t i = all.size(); i-- > 2;) {
      if (all[i].revents == 0) continue;
      const auto count = read(all[i].fd, buffer.data(), buffer.size());
      if (count > 0) {
        send(all[i].fd, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
        continue;
      }
      close(all[i].fd);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (all[1].revents == 0) continue;
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd >= 0) all.push_back({fd, POLLIN, 0});
  }
  for (std::size_t i = 2; i < all.size(); ++i) close(all[i].fd);
}

}  // namespace handfast::test
