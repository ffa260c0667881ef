// One activity on the bench: a plan, a board, packets in and out, time by hand.
#pragma once

#include <string>
#include <vector>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"
#include "loadgen/activity.hpp"
#include "tests/support/catch.hpp"

namespace handfast::loadgen {

inline FleetSpec message_fleet(Behaviour behaviour, const MessageSpec& messages = {}) {
  FleetSpec fleet;
  fleet.name = "fleet";
  fleet.clients = 2;
  fleet.behaviour = behaviour;
  fleet.deadline = std::chrono::seconds(5);
  fleet.messages = messages;
  return fleet;
}

inline MessagePlan plan_for(const FleetSpec& fleet) {
  auto plan = make_message_plan(fleet, 0);
  INFO((plan ? std::string("ok") : plan.error().text()));
  REQUIRE(plan);
  return std::move(*plan);
}

/// The names of the packets in `bytes`: "SUBSCRIBE PUBLISH PUBLISH".
inline std::string packet_names(ByteView bytes) {
  std::string names;
  while (const auto frame = mqtt::scan_packet(bytes)) {
    if (!names.empty()) names += ' ';
    names += mqtt::to_string(frame->type);
    bytes = bytes.subspan(frame->packet.size());
  }
  CHECK(bytes.empty());
  return names;
}

struct ActivityBench {
  explicit ActivityBench(const FleetSpec& fleet, std::uint64_t waiting_subscribers = 0,
                         Nanos warm_up = {})
      : plan(plan_for(fleet)),
        board(waiting_subscribers, 1, 77),
        activity(plan, member(now, warm_up), board, book) {}

  /// A connection meant for the begin of the load.
  static Member member(TimePoint epoch, Nanos warm_up) {
    return {.epoch = epoch, .measured_from = epoch + warm_up, .measured = warm_up == Nanos(0)};
  }

  /// CONNACK with `properties`; what it makes the client send is in `sent`.
  std::string connack(mqtt::Properties properties = {}) {
    out.packets.clear();
    return text(activity.begin({.properties = std::move(properties)}, now, out));
  }
  /// Delivers the packet that `encode(bytes)` makes.
  template <class Encode>
  std::string receive(Encode encode) {
    out.packets.clear();
    Bytes packet;
    REQUIRE(encode(packet));
    return text(activity.on_packet(*mqtt::scan_packet(packet), now, out));
  }
  std::string suback(std::vector<std::uint8_t> codes) {
    return receive([&](Bytes& to) {
      return mqtt::encode_suback(to, plan.version, {.packet_id = 65535, .codes = codes});
    });
  }
  std::string puback(std::uint16_t id, std::uint8_t code = 0) {
    return receive([&](Bytes& to) {
      return mqtt::encode_puback(to, plan.version, {.packet_id = id, .code = code});
    });
  }
  std::string publish(const mqtt::Publish& message) {
    return receive([&](Bytes& to) { return mqtt::encode_publish(to, plan.version, message); });
  }
  /// Lets the activity work at `now`; the names of what it sent.
  std::string work(bool may_send = true) {
    out.packets.clear();
    failure = text(activity.work(now, may_send, out));
    return sent();
  }
  std::string sent() const { return packet_names(out.packets); }
  /// The packets of the last step, as models.
  std::vector<mqtt::Publish> published() const {
    std::vector<mqtt::Publish> all;
    ByteView bytes = out.packets;
    while (const auto frame = mqtt::scan_packet(bytes)) {
      if (frame->type == mqtt::PacketType::publish) {
        all.push_back(mqtt::decode_publish(*frame, plan.version).value());
      }
      bytes = bytes.subspan(frame->packet.size());
    }
    return all;
  }
  const stats::MessageStats& messages() { return book.message_stats(); }
  static std::string text(const std::optional<stats::FailureKey>& key) {
    return key ? key->phase + "/" + key->cause : "";
  }

  TimePoint now{std::chrono::hours(1)};
  MessagePlan plan;
  MessageBoard board;
  stats::FleetStats book;
  Activity activity;
  Outbox out{1};
  std::string failure;
};

}  // namespace handfast::loadgen
