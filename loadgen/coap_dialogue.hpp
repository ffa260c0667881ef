// CoAP in place of MQTT (RFC 7252, RFC 7641): a resource for each topic, PUT is publish, GET with
// Observe is subscribe, a CoAP ping stands for CONNECT and PINGREQ.
//
//     CONNECT, PINGREQ   ─► CON 0.00            ◄─ RST          ─► CONNACK, PINGRESP
//     PUBLISH QoS 0      ─► NON PUT ps/TOPIC
//     PUBLISH QoS 1      ─► CON PUT ps/TOPIC    ◄─ 2.01, 2.04   ─► PUBACK
//     SUBSCRIBE          ─► CON GET, Observe 0  ◄─ 2.05         ─► SUBACK
//                                               ◄─ 2.05 ...     ─► PUBLISH QoS 0
//
// A topic that nobody has published to is 4.04 for some servers: it is then created empty, and
// asked for again. One confirmable request is under way at a time (NSTART, RFC 7252 section 4.7).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/coap/message.hpp"
#include "core/mqtt/frame.hpp"
#include "loadgen/datagram_spec.hpp"
#include "loadgen/dialogue.hpp"

namespace handfast::loadgen {

class CoapDialogue final : public Dialogue {
 public:
  explicit CoapDialogue(const DatagramSpec& spec) : spec_(spec) {}

  void send(ByteView packets, TimePoint now, Step& out) override;
  void receive(ByteView message, TimePoint now, Step& out) override;
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now, Step& out) override;

 private:
  enum class Purpose : std::uint8_t { connect, keep_alive, publish, create, observe };

  /// A confirmable message that waits for its answer, or for its turn.
  struct Request {
    Purpose purpose{};
    coap::Message message{};
    std::uint16_t packet_id = 0;   ///< of the PUBLISH that it carries
    std::size_t subscription = 0;  ///< for observe and create
    std::uint32_t tries = 0;       ///< made so far
    bool acknowledged = false;     ///< the answer comes by itself (RFC 7252 section 5.2.2)
    TimePoint due{};
    Nanos wait{};
  };

  /// One filter of the SUBSCRIBE.
  struct Observation {
    std::string topic;
    std::uint8_t qos = 0;
    Bytes token{};
    bool created = false;
  };

  /// A SUBSCRIBE that is not answered in full yet.
  struct Subscribing {
    std::uint16_t packet_id = 0;
    std::vector<std::uint8_t> codes{};
  };

  void take(const mqtt::Frame& frame, TimePoint now, Step& out);
  void publish(const mqtt::Frame& frame, TimePoint now, Step& out);
  void subscribe(const mqtt::Frame& frame);
  void ask_to_observe(std::size_t subscription, bool first);
  coap::Message request(coap::Type type, std::uint8_t code, std::string_view topic);
  void ping(Purpose purpose);
  void start_next(TimePoint now, Step& out);
  void emit(const coap::Message& message, Step& out);

  void on_empty(const coap::Message& message, TimePoint now, Step& out);
  void on_response(const coap::Message& message, Step& out);
  void finish(const coap::Message& response, Step& out);
  void finish_observe(const Request& done, const coap::Message& response, Step& out);
  void settle_subscription(std::size_t subscription, std::uint8_t code, Step& out);
  void deliver(const Observation& from, const coap::Message& message, bool retained, Step& out);
  bool seen_before(std::uint16_t id);

  const DatagramSpec& spec_;
  std::deque<Request> requests_;  ///< the first is under way, if `under_way_`
  bool under_way_ = false;
  std::vector<Observation> observations_;
  std::optional<Subscribing> subscribing_;
  std::vector<std::uint16_t> recent_;  ///< ids of confirmable messages of the peer, the newest last
  std::uint16_t next_id_ = 1;
  std::uint32_t next_token_ = 1;
};

}  // namespace handfast::loadgen
