// The server's end of one connection: plays a good broker up to a place, then does what a script
// says, in whatever layer. TLS is libssl in memory, so its bytes can be cut and replaced.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/endpoint.hpp"
#include "core/mqtt/frame.hpp"
#include "core/websocket/decoder.hpp"
#include "core/websocket/frame.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/tls13_keys.hpp"

namespace handfast::test {

/// How far the good broker goes.
enum class Place : std::uint8_t {
  hello,    ///< the ClientHello is read, nothing is answered
  flight,   ///< so many records of our handshake are sent: Stage::records
  secured,  ///< the handshake is complete, what the client says next is read
  upgrade,  ///< the WebSocket upgrade is asked for
  connack,  ///< CONNECT is read (above WebSocket: upgraded before)
  idle,     ///< CONNACK is sent
  busy,     ///< and a packet of Stage::packet is read
};

struct Stage {
  Place place = Place::connack;
  std::size_t records = 0;
  mqtt::PacketType packet = mqtt::PacketType::publish;
};

class Conversation {
 public:
  /// `max_version` counts for TLS alone. `fd` stays its owner's.
  Conversation(int fd, Transport transport, int max_version = TLS1_3_VERSION);

  /// False when the client went before the place was reached.
  bool play(const Stage& stage);
  /// Plays the TLS handshake, but for what is behind byte `cut` of all that we say in it. False
  /// when it has no such byte: then it is complete.
  bool play_cut(std::size_t cut);

  // What a script may do then, from the bottom up.
  void wire(ByteView bytes);
  void wire(std::string_view text) { wire(as_bytes(text)); }
  /// An encrypted record of TLS 1.3, behind the ServerHello; then nothing but wire() and record().
  void record(std::uint8_t type, std::string_view content);
  /// Through TLS where there is TLS.
  void plain(std::string_view text);
  /// In a frame where there is WebSocket.
  void packet(std::string_view bytes, const websocket::FrameOptions& options = {});
  /// The answer to the upgrade that was asked for, as a good broker gives it.
  std::string upgrade_answer() const;
  void tickets(int count) { send_tls(server_->tickets(count)); }
  void close_notify() { send_tls(server_->close()); }
  void fin();  ///< no more from us; what the client says is still taken
  void rst();
  /// Says `text` again and again, MiB by MiB and reading nothing, until the client takes no more
  /// for two seconds; answers how many MiB it took, 64 at most.
  int flood(std::string_view text);
  /// Reads nothing until the client cannot write any more, or for five seconds.
  void let_pile_up();

 private:
  bool read_some();  ///< false: nothing more will come
  bool play_tls(const Stage& stage);
  bool await(mqtt::PacketType type);
  void take_plain(ByteView bytes);
  void send_tls(ByteView bytes);

  int fd_;
  bool websocket_;
  bool tls13_;
  std::optional<MemoryServer> server_;  ///< empty: no TLS
  std::optional<Tls13Keys> keys_;
  std::uint64_t sealed_ = 0;  ///< records that left under the keys of now
  bool secured_ = false;
  bool stuck_ = false;     ///< a write came to nothing
  std::size_t taken_ = 0;  ///< of the plaintext that TLS gave out
  std::string request_;    ///< of the upgrade
  std::optional<websocket::FrameDecoder> decoder_;
  mqtt::PacketReader reader_;
};

}  // namespace handfast::test
