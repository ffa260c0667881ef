// What a fleet publishes and subscribes to once its connections are established, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// The application message's content.
struct Payload {
  enum class Kind : std::uint8_t {
    size,  ///< `bytes` bytes of a fixed pattern
    text,  ///< a template with {fleet} {i} {n} {seq} {time} {random:N}
    file,  ///< the same bytes in every message
  };
  Kind kind = Kind::size;
  std::uint64_t bytes = 64;
  std::string text{};
  Bytes file{};
  /// Puts the header of loadgen/message_header.hpp in front (size: over the first bytes), so that
  /// every message is accounted for. Off: the content is exactly as given, and nobody can tell what
  /// became of a message. A `size` below the header's is never tracked.
  bool tracked = true;
};

/// MQTT 5.0 properties of PUBLISH (§3.3.2.3); none of them exists in 3.1.1.
struct PublishProperties {
  std::vector<std::pair<std::string, std::string>> user{};
  std::optional<std::chrono::seconds> expiry{};  ///< 0 to 4,294,967,295 s
  std::string content_type{};                    ///< empty: none

  bool empty() const { return user.empty() && !expiry && content_type.empty(); }
};

/// When a client publishes. Time counts from when it may begin: its own CONNACK, its own SUBACK if
/// it subscribes, and the SUBACK of every subscriber of the run, whichever is last.
struct PublishPace {
  /// Messages per second of each client; 0: as fast as the window and the socket take them.
  double rate = 0;
  /// Messages of each client; 0: no limit but `duration`.
  std::uint64_t count = 0;
  /// A client that is not done then stops; what its rate still owed counts as dropped.
  Nanos duration = std::chrono::seconds(10);
  /// QoS 1 and 2: unacknowledged messages at once, 1 to 65,534; the server's Receive Maximum (MQTT
  /// 5.0 §3.2.2.3.3) may lower it.
  std::uint16_t window = 100;
};

struct TopicFilter {
  std::string filter;  ///< a template with {fleet} {i} {n}; "+" and "#" as in MQTT
  std::uint8_t qos = 0;
};

/// Which of these a fleet uses is its behaviour's: see Behaviour.
struct MessageSpec {
  /// Topic to publish to, a template as Payload::text is.
  std::string topic = "handfast/{fleet}/{i}";
  std::uint8_t qos = 0;  ///< 0 to 2
  bool retain = false;
  Payload payload{};
  PublishPace pace{};
  PublishProperties properties{};
  std::vector<TopicFilter> subscriptions{};
  /// Behaviour `request`: where answers are asked for, a template with {fleet} {i} {n}.
  std::string response_topic = "handfast/{fleet}/{i}/response";
  /// At the end a client waits for acknowledgements and deliveries that are due; it gives up when
  /// none came for this long.
  Nanos settle = std::chrono::seconds(2);
};

}  // namespace handfast::loadgen
