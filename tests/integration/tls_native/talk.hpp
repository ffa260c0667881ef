// Bytes there and back with a peer, each in its own way.
#pragma once

#include <algorithm>
#include <string>

#include "tests/integration/tls_native/peers.hpp"
#include "tests/support/engines.hpp"
#include "tests/support/socket_client.hpp"

namespace handfast::test {

/// MQTT 3.1.1 CONNECT and its CONNACK, or later PINGREQ and PINGRESP.
inline bool talks_mqtt(SocketClient& client, bool first) {
  constexpr std::string_view connect(
      "\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01"
      "h",
      15);
  constexpr std::string_view connack("\x20\x02\x00\x00", 4);
  constexpr std::string_view ping("\xc0\x00", 2);
  constexpr std::string_view pong("\xd0\x00", 2);
  return client.send(first ? connect : ping) &&
         client.receive(first ? connack.size() : pong.size()) == (first ? connack : pong);
}

/// True when what was sent came back as this peer does it. `first` on this connection?
inline bool talks(SocketClient& client, const RunningPeer& peer, std::string text, bool first) {
  if (peer.talk == Talk::mqtt) return talks_mqtt(client, first);
  const std::string line = text + "\n";
  if (!client.send(line)) return false;
  if (peer.talk == Talk::echo) return client.receive(line.size()) == line;
  if (peer.talk == Talk::console) {
    if (!peer.process->await_said(line)) return false;
    peer.process->type("got " + line);
    return client.receive(line.size() + 4) == "got " + line;
  }
  std::ranges::reverse(text);
  return client.receive(line.size()) == text + "\n";
}

}  // namespace handfast::test
