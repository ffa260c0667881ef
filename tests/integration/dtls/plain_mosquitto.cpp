#include "tests/integration/dtls/plain_mosquitto.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "core/base/clock.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

using namespace std::chrono_literals;

namespace {

sockaddr_in tcp_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_tcp_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = tcp_address(0);
  REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

bool takes_connections(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = tcp_address(port);
  const bool yes = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return yes;
}

}  // namespace

PlainMosquitto::PlainMosquitto()
    : port_(free_tcp_port()),
      settings_(directory_.write("mosquitto.conf",
                                 fmt::format("listener {} 127.0.0.1\nallow_anonymous true\n"
                                             "max_inflight_messages 0\nmax_queued_messages 0\n",
                                             port_))),
      program_({"mosquitto", "-c", settings_.string()}, directory_.path()) {
  const TimePoint deadline = Clock::now() + 20s;
  while (!takes_connections(port_)) {
    INFO(program_.err());
    REQUIRE(Clock::now() < deadline);
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace handfast::test
