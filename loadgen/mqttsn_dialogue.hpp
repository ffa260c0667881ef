// MQTT-SN 1.2 in place of MQTT: CONNECT with its will dialogue, REGISTER before the first PUBLISH
// to a topic, and one request of a kind at a time (MQTT-SN 1.2 §6.9), each repeated with DUP until
// it is answered.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/mqtt/frame.hpp"
#include "core/mqttsn/message.hpp"
#include "loadgen/datagram_spec.hpp"
#include "loadgen/dialogue.hpp"

namespace handfast::loadgen {

class MqttsnDialogue final : public Dialogue {
 public:
  explicit MqttsnDialogue(const DatagramSpec& spec) : spec_(spec) {}

  void send(ByteView packets, TimePoint now, Step& out) override;
  void receive(ByteView message, TimePoint now, Step& out) override;
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now, Step& out) override;

 private:
  /// Of each kind one request may be open.
  enum class Kind : std::uint8_t { connect, registration, publish, subscribe };
  static constexpr std::size_t kinds = 4;

  /// A request that waits for its answer.
  struct Open {
    mqttsn::Message message;
    std::uint32_t tries = 1;
    TimePoint due{};
  };

  /// A PUBLISH of ours that waits for its topic's id, or for the one before it.
  struct Outgoing {
    std::string topic;
    mqttsn::Publish message{};
  };

  /// A SUBSCRIBE that is not answered in full yet.
  struct Subscribing {
    std::uint16_t packet_id = 0;
    std::vector<std::string> filters{};
    std::vector<std::uint8_t> qos{};
    std::vector<std::uint8_t> codes{};
  };

  struct WillParts {
    std::string topic;
    Bytes payload;
    std::int8_t qos = 0;
    bool retain = false;
  };

  void take(const mqtt::Frame& frame, TimePoint now, Step& out);
  void connect(const mqtt::Frame& frame, TimePoint now, Step& out);
  void publish(const mqtt::Frame& frame);
  void subscribe(const mqtt::Frame& frame);
  void acknowledge(const mqtt::Frame& frame, Step& out);
  void go_on(TimePoint now, Step& out);
  void publish_unconnected(Outgoing next, Step& out) const;
  void fall_asleep(TimePoint now, Step& out);
  void wake(TimePoint now, Step& out);
  bool sleeps() const;
  bool is_asked(mqttsn::MessageType type) const;
  void subscribe_next(TimePoint now, Step& out);

  std::optional<Open>& open(Kind kind) { return open_[static_cast<std::size_t>(kind)]; }
  void ask(Kind kind, mqttsn::Message message, TimePoint now, Step& out);
  static void emit(const mqttsn::Message& message, Step& out);

  // One for each message that a gateway sends.
  void on(const mqttsn::Connack& connack, TimePoint now, Step& out);
  void on(const mqttsn::Willtopicreq&, TimePoint now, Step& out);
  void on(const mqttsn::Willmsgreq&, TimePoint now, Step& out);
  void on(const mqttsn::Register& registration, TimePoint now, Step& out);
  void on(const mqttsn::Regack& regack, TimePoint now, Step& out);
  void on(const mqttsn::Publish& publish, TimePoint now, Step& out);
  void on(const mqttsn::Puback& puback, TimePoint now, Step& out);
  void on(const mqttsn::Pubrec& pubrec, TimePoint now, Step& out);
  void on(const mqttsn::Pubrel& pubrel, TimePoint now, Step& out);
  void on(const mqttsn::Pubcomp& pubcomp, TimePoint now, Step& out);
  void on(const mqttsn::Suback& suback, TimePoint now, Step& out);
  void on(const mqttsn::Pingreq&, TimePoint now, Step& out);
  void on(const mqttsn::Pingresp&, TimePoint now, Step& out);
  void on(const mqttsn::Disconnect&, TimePoint now, Step& out);
  /// What only clients send, or nobody over a secured connection.
  template <class Other>
  void on(const Other& other, TimePoint now, Step& out);

  bool answers(Kind kind, std::uint16_t message_id);
  std::optional<std::string> topic_of(const mqttsn::Topic& topic) const;

  const DatagramSpec& spec_;
  std::array<std::optional<Open>, kinds> open_;
  std::optional<WillParts> will_;
  std::deque<Outgoing> outgoing_;
  std::optional<Subscribing> subscribing_;
  std::map<std::string, std::uint16_t> ids_;        ///< of topics that we registered
  std::map<std::uint16_t, std::string> names_;      ///< of ids that either side registered
  std::map<std::uint16_t, std::uint16_t> inbound_;  ///< topic id of a QoS 1 message, by message id
  std::uint16_t next_registration_ = 1;
  bool connected_ = false;
  std::string client_id_;             ///< of one that sleeps
  std::optional<TimePoint> wake_at_;  ///< asleep until then
};

}  // namespace handfast::loadgen
