// A client of either engine on a blocking loopback socket, for tests against real peers. Every wait
// has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/tls/client.hpp"

namespace handfast::test {

class SocketClient {
 public:
  struct Options {
    tls::ConnectionSettings connection{.host = "localhost"};
    std::string_view early{};       ///< sent as early data when the session allows it
    std::size_t most_read = 65536;  ///< bytes taken from the socket at a time
    std::chrono::seconds patience{10};
  };

  /// Connects to 127.0.0.1:`port` and sends the first flight. Throws std::runtime_error when
  /// nobody listens.
  SocketClient(tls::Engine& engine, std::uint16_t port, Options options);
  ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  /// True when our side finished in time.
  bool handshake();
  bool send(std::string_view text);
  /// Reads until `size` bytes have come, or for as long as patience lasts; what came.
  std::string receive(std::size_t size);
  /// Waits for a ticket; null when none comes.
  std::shared_ptr<const tls::Session> session();
  /// close_notify, and waits for the peer's end.
  void close();

  tls::Client& client() { return *client_; }
  /// "alert unknown_ca (48) received", "timeout": why the last wait ended, for messages.
  std::string trouble() const;

 private:
  bool pump(const std::function<bool()>& enough);
  bool flush();

  Options options_;
  std::unique_ptr<tls::Client> client_;
  tls::Output out_;
  std::shared_ptr<const tls::Session> session_;
  std::string received_;
  int fd_ = -1;
  bool done_ = false;
  bool failed_ = false;
  bool ended_ = false;
};

}  // namespace handfast::test
