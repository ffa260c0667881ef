// A TCP server on a free loopback port that sends back what arrives: what a TLS proxy leads to.
#pragma once

#include <cstdint>
#include <thread>

namespace handfast::test {

class EchoBackend {
 public:
  EchoBackend();
  ~EchoBackend();
  EchoBackend(const EchoBackend&) = delete;
  EchoBackend& operator=(const EchoBackend&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void serve() const;

  int listener_ = -1;
  int stop_ = -1;  ///< an eventfd
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace handfast::test
