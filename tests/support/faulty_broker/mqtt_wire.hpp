// MQTT packets as the faulty broker reads and writes them; deliberately not core/mqtt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "tests/support/faulty_broker/hub.hpp"

namespace handfast::test::faulty {

inline constexpr std::uint8_t mqtt_5 = 5;

/// MQTT 3.1.1 section 2.2.1; only what a server reads or writes.
enum PacketKind : std::uint8_t {
  connect_packet = 1,
  connack_packet = 2,
  publish_packet = 3,
  puback_packet = 4,
  subscribe_packet = 8,
  suback_packet = 9,
  unsubscribe_packet = 10,
  unsuback_packet = 11,
  pingreq_packet = 12,
  pingresp_packet = 13,
  disconnect_packet = 14,
};

struct Packet {
  std::uint8_t kind = 0;
  std::uint8_t flags = 0;
  Bytes body;
};

/// Takes the first packet off `bytes`; nullopt while it is not complete. `broken` is set where
/// nothing sensible can follow: a length of five bytes, more than 64 MiB.
std::optional<Packet> take_packet(Bytes& bytes, bool& broken);

struct Connect {
  std::uint8_t level = 4;
  bool supported = true;  ///< name and level are ones that we speak
  bool clean = true;
  bool keep_session = false;
  std::uint16_t keep_alive_s = 0;
  std::string client_id;
  std::optional<Message> will;
  std::optional<std::string> user;
  std::optional<std::string> password;
};
std::optional<Connect> read_connect(const Packet& packet);

struct Publish {
  Message message;  ///< with the publisher's QoS
  std::uint16_t id = 0;
};
/// `whole` false: the body broke off, what is there counts as the payload.
std::optional<Publish> read_publish(const Packet& packet, std::uint8_t level, bool whole = true);

struct Filters {
  std::uint16_t id = 0;
  std::vector<std::pair<std::string, std::uint8_t>> filters;  ///< and QoS, 0 for UNSUBSCRIBE
};
std::optional<Filters> read_filters(const Packet& packet, std::uint8_t level);

/// `kind` and flags in one byte, then the length and `body`.
void put_packet(Bytes& out, std::uint8_t first, ByteView body);
void put_publish(Bytes& out, const Message& message, std::uint16_t id, std::uint8_t level);

}  // namespace handfast::test::faulty
