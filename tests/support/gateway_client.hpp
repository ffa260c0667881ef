// One client of the lab gateway: MQTT-SN 1.2 on its side, MQTT 3.1.1 on the broker's, message by
// message and without I/O. Written against the specification's tables, not against the fleet's
// dialogue; it shares the codecs with it, so it is never the only proof that those are right.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/mqtt/frame.hpp"
#include "core/mqtt/packet.hpp"
#include "core/mqttsn/message.hpp"

namespace handfast::test {

/// What every client may publish to without registering it.
inline constexpr std::uint16_t predefined_id = 7;
inline constexpr const char* predefined_topic = "predefined/seven";

class GatewayClient {
 public:
  /// What one call brings.
  struct Step {
    std::vector<Bytes> to_client;  ///< a datagram each
    Bytes to_broker;
    bool open_broker = false;  ///< CONNECT came: the broker is to be connected to first
    bool over = false;         ///< the client said DISCONNECT
  };

  void from_client(ByteView message, Step& out);
  void from_broker(ByteView bytes, Step& out);

  /// Malformed messages of the client.
  std::uint64_t malformed() const { return malformed_; }

 private:
  void connect(const mqttsn::Connect& connect, Step& out);
  void connect_broker(Step& out);
  void publish(const mqttsn::Publish& publish, Step& out);
  void subscribe(const mqttsn::Subscribe& subscribe, Step& out);
  void on_regack(const mqttsn::Regack& regack, Step& out);

  void on_packet(const mqtt::Packet& packet, Step& out);
  void on_suback(const mqtt::Suback& suback, Step& out);
  void deliver(const mqtt::Publish& publish, Step& out);
  void deliver_waiting(Step& out);

  std::uint16_t id_of(const std::string& topic);
  void tell(const mqttsn::Message& message, Step& out);
  void ask_broker(const mqtt::Packet& packet, Step& out);

  mqtt::Connect connect_;
  std::optional<std::uint8_t> answered_;  ///< what CONNACK said; a repeated CONNECT hears it again
  mqtt::PacketReader reader_;
  std::map<std::string, std::uint16_t> ids_;
  std::map<std::uint16_t, std::string> names_;
  std::map<std::uint16_t, bool> known_to_client_;     ///< ids that it registered or confirmed
  std::map<std::uint16_t, std::uint16_t> published_;  ///< topic id by message id, for PUBACK
  std::map<std::uint16_t, std::string> subscribed_;   ///< filter by message id, for SUBACK
  std::deque<mqtt::Publish> waiting_;                 ///< until their topics are known
  std::uint16_t next_registration_ = 1;
  bool connected_ = false;
  bool asleep_ = false;
  bool waking_ = false;  ///< asleep, and being told what was kept
  std::uint64_t malformed_ = 0;
};

}  // namespace handfast::test
