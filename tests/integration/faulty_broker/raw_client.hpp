// A TCP client that sends and hears octets, for what no library would send.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/bytes.hpp"

namespace handfast::test {

class RawClient {
 public:
  /// Connects to 127.0.0.1:`port`; `refused()` when nobody listens.
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool refused() const { return fd_ < 0; }
  void send(ByteView bytes);
  void send(std::string_view text) { send(as_bytes(text)); }
  /// Sends FIN; reading goes on.
  void finish();
  /// Reads until `count` bytes came in all, the peer closed, or 3 s passed; all bytes so far.
  const Bytes& hear(std::size_t count);
  /// Everything until the peer closes; `closed()` tells whether it did.
  const Bytes& hear_all() { return hear(SIZE_MAX); }
  bool closed() const { return closed_; }

 private:
  int fd_ = -1;
  Bytes heard_;
  bool closed_ = false;
};

/// MQTT 3.1.1 CONNECT with clean session and keep alive 60 s; a Will "gone" on `will_topic` when
/// given.
Bytes mqtt_connect(std::string_view client_id, std::string_view will_topic = {},
                   std::string_view user = {}, std::string_view password = {});
Bytes mqtt_subscribe(std::string_view filter);
Bytes mqtt_publish(std::string_view topic, std::string_view payload);

}  // namespace handfast::test
