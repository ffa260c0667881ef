// A dialogue under test: MQTT packets and the peer's messages go in, both come out as hexadecimal.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/mqtt/packet.hpp"
#include "loadgen/datagram_spec.hpp"
#include "loadgen/dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

namespace handfast::loadgen::test {

class Talk {
 public:
  explicit Talk(DatagramSpec spec) : maker_(dialogues_of(spec)), dialogue_(maker_->make()) {}

  /// What the client says in MQTT.
  void say(const mqtt::Packet& packet) {
    step_ = {};
    Bytes bytes;
    REQUIRE(mqtt::encode_packet(bytes, mqtt::Version::v3_1_1, packet));
    dialogue_->send(bytes, now, step_);
  }
  /// What the peer says in its own protocol.
  void hear(std::string_view bytes) {
    step_ = {};
    dialogue_->receive(handfast::test::hex(bytes), now, step_);
  }
  /// Time passes until `due`, which must be when the dialogue wants to be woken.
  void wait(Nanos time) {
    step_ = {};
    now += time;
    REQUIRE(dialogue_->next_deadline() == now);
    dialogue_->on_deadline(now, step_);
  }

  /// The messages of the last step, in hexadecimal.
  std::vector<std::string> messages() const {
    std::vector<std::string> out;
    for (const Bytes& message : step_.messages) out.push_back(to_hex(message));
    return out;
  }
  /// The MQTT packets of the last step, as evidence prints them.
  std::vector<std::string> packets() const {
    std::vector<std::string> out;
    ByteView rest = step_.packets;
    while (const auto packet = mqtt::decode_packet(rest, mqtt::Version::v3_1_1)) {
      out.push_back(mqtt::describe(packet->packet, mqtt::Version::v3_1_1));
      rest = rest.subspan(packet->consumed);
    }
    CHECK(rest.empty());
    return out;
  }
  const std::vector<std::string>& oddities() const { return step_.oddities; }
  const std::string& cause() const { return step_.cause; }
  bool waits() const { return dialogue_->next_deadline().has_value(); }

  TimePoint now{std::chrono::hours(1)};

 private:
  std::shared_ptr<const DialogueMaker> maker_;
  std::unique_ptr<Dialogue> dialogue_;
  Dialogue::Step step_;
};

using Texts = std::vector<std::string>;

inline std::string hex_text(std::string_view bytes) { return to_hex(handfast::test::hex(bytes)); }

inline Bytes payload(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace handfast::loadgen::test
