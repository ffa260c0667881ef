// One accepted connection, from its first byte to its end, on a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/faulty_broker/mqtt_wire.hpp"
#include "tests/support/faulty_broker/proxy_header.hpp"
#include "tests/support/faulty_broker/stream.hpp"
#include "tests/support/faulty_broker/websocket_server.hpp"
#include "tests/support/faulty_broker/world.hpp"

namespace handfast::test::faulty {

class Connection {
 public:
  Connection(World& world, Door& door, broker::Descriptor socket, std::string peer);

  /// Returns when the connection is closed.
  void run();

 private:
  enum class End : std::uint8_t {
    none,
    disconnect,
    close_notify,
    lost,
    websocket_close,
    timeout,
    malformed,
    kicked,
    refused,
    rejected,  ///< TLS or WebSocket did not come about
    stopped,
  };

  // connection.cpp: what comes before CONNECT, and after the end
  End open_proxy(TimePoint deadline);
  End open_tls(TimePoint deadline);
  void note_failed_handshake(Got why);
  End open_websocket(TimePoint deadline);
  void finish();
  void publish_will();
  void deliver_truncated();

  // connection_mqtt.cpp
  End await_connect();
  End accept(Connect connect);
  bool logs_in() const;
  End refuse(std::uint8_t code_3, std::uint8_t code_5);
  void bad_client_acts();
  End serve();
  End handle(const Packet& packet);
  End handle_publish(const Packet& packet);
  End handle_filters(const Packet& packet);
  bool deliver_mail();

  /// Takes packets off what was received until there is none left or one ends the connection.
  End take_packets();
  /// Waits for bytes and puts what they hold of MQTT into `mqtt_`.
  End receive(TimePoint deadline);
  End take_received();
  void send(ByteView mqtt);

  World& world_;
  Door& door_;
  Stream stream_;
  std::string peer_;
  ProxyHeader header_;
  std::unique_ptr<WebSocketServer> websocket_;
  Bytes raw_;   ///< received, below WebSocket; unused without it
  Bytes mqtt_;  ///< received and not yet taken
  /// A close frame's end waits until the packets before it are dealt with.
  Bytes farewell_;
  End announced_ = End::none;
  End end_ = End::none;

  std::optional<Connect> connect_;  ///< once it is accepted
  std::string user_;
  std::shared_ptr<Mailbox> mailbox_;
  TimePoint last_heard_{};
  TimePoint connect_deadline_{};
  std::uint16_t last_id_ = 0;
};

}  // namespace handfast::test::faulty
