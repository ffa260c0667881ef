// A broker that drops, repeats, reorders and cuts messages: each fault ends in its own count.
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <optional>

#include "core/mqtt/ack.hpp"
#include "core/mqtt/connack.hpp"
#include "core/mqtt/connect.hpp"
#include "core/mqtt/publish.hpp"
#include "core/mqtt/subscribe.hpp"
#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

constexpr auto v5 = mqtt::Version::v5_0;

/// What the relay does with the publish number `n` of a connection: the copies to send back.
using Relay = std::function<void(std::uint64_t n, const mqtt::Publish& message,
                                 std::vector<mqtt::Publish>& back)>;

/// What a conversation may have besides relayed messages.
struct Script {
  Relay relay = [](std::uint64_t, const mqtt::Publish& message, std::vector<mqtt::Publish>& back) {
    back.push_back(message);
  };
  std::vector<std::uint8_t> suback{0};
  std::uint8_t puback = 0;
  bool acknowledges = true;
  std::optional<mqtt::Connect> connect{};  ///< the last one that came
};

/// One connection of a broker that serves one echo client, to its DISCONNECT.
class Conversation {
 public:
  Conversation(int fd, Script& script) : fd_(fd), script_(script) {}

  void serve() {
    std::array<std::uint8_t, 4096> buffer{};
    while (!over_) {
      const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
      if (count <= 0) return;
      reader_.feed(ByteView(buffer).first(static_cast<std::size_t>(count)));
      while (const auto frame = reader_.next()) answer(*frame);
      if (!out_.empty()) send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      out_.clear();
    }
    shutdown(fd_, SHUT_RDWR);
  }

 private:
  void answer(const mqtt::Frame& frame) {
    switch (frame.type) {
      case mqtt::PacketType::connect:
        script_.connect = mqtt::decode_connect(frame).value();
        mqtt::encode_connack(out_, v5, {}).value();
        break;
      case mqtt::PacketType::subscribe: {
        const auto asked = mqtt::decode_subscribe(frame, v5).value();
        mqtt::encode_suback(out_, v5, {.packet_id = asked.packet_id, .codes = script_.suback})
            .value();
        break;
      }
      case mqtt::PacketType::publish:
        relay(mqtt::decode_publish(frame, v5).value());
        break;
      case mqtt::PacketType::disconnect:
        over_ = true;
        break;
      default:
        break;
    }
  }

  void relay(const mqtt::Publish& message) {
    if (message.qos == 1 && script_.acknowledges) {
      mqtt::encode_puback(out_, v5, {.packet_id = message.packet_id, .code = script_.puback})
          .value();
    }
    std::vector<mqtt::Publish> back;
    script_.relay(count_++, message, back);
    for (auto& one : back) {
      one.qos = 0;
      one.packet_id = 0;
      mqtt::encode_publish(out_, v5, one).value();
    }
  }

  int fd_;
  Script& script_;
  mqtt::PacketReader reader_;
  Bytes out_;
  std::uint64_t count_ = 0;
  bool over_ = false;
};

/// One echo client that publishes 100 messages to the relay.
stats::FleetStats echo_through(Script& script, std::uint8_t qos = 0) {
  const Peer peer([&script](int fd) { Conversation(fd, script).serve(); });
  loadgen::FleetSpec fleet;
  fleet.name = "echo";
  fleet.listener = "tcp";
  fleet.endpoint = {.transport = Transport::tcp, .host = "127.0.0.1", .port = peer.port()};
  fleet.behaviour = loadgen::Behaviour::echo;
  fleet.stages = {{10, 10, 100ms}};
  fleet.deadline = 2s;
  fleet.messages.emplace();
  fleet.messages->qos = qos;
  fleet.messages->pace = {.rate = 1000, .count = 100, .duration = 5s};
  fleet.messages->settle = 300ms;
  fleet.connect.user = "user-{i}";
  fleet.connect.will = loadgen::WillSpec{.topic = "gone/{i}", .payload = "{fleet}"};
  fleet.connect.session_expiry = 3600s;
  return run_one(fleet).fleets.at(0);
}

}  // namespace

TEST_CASE("A relay without faults loses nothing, and sees what CONNECT carries", "[loadgen]") {
  Script script;
  const auto stats = echo_through(script);
  INFO(failures_of(stats));
  CHECK(stats.succeeded == 1);
  CHECK(stats.messages->delivered == 100);
  CHECK(stats.messages->expected() == 100);
  REQUIRE(script.connect);
  CHECK(script.connect->user_name == "user-0");
  CHECK(script.connect->will->topic == "gone/0");
  CHECK(as_text(script.connect->will->payload) == "echo");
  CHECK(mqtt::find_number(script.connect->properties, mqtt::PropertyId::session_expiry_interval) ==
        3600U);
}

TEST_CASE("Messages that a broker drops are lost, exactly", "[loadgen]") {
  Script script;
  script.relay = [](std::uint64_t n, const mqtt::Publish& message, auto& back) {
    if (n % 10 != 9) back.push_back(message);  // the very last one goes too
  };
  const auto stats = echo_through(script);
  CHECK(stats.messages->sent == 100);
  CHECK(stats.messages->delivered == 90);
  CHECK(stats.messages->lost == 10);
  CHECK(stats.messages->out_of_order == 0);
  CHECK(stats.messages->partly_observed == 0);
}

TEST_CASE("Messages that a broker repeats are duplicated", "[loadgen]") {
  Script script;
  script.relay = [](std::uint64_t n, const mqtt::Publish& message, auto& back) {
    back.push_back(message);
    if (n % 4 == 0) back.push_back(message);
  };
  const auto stats = echo_through(script);
  CHECK(stats.messages->delivered == 100);
  CHECK(stats.messages->duplicated == 25);
  CHECK(stats.messages->lost == 0);
}

TEST_CASE("Messages that a broker reorders are out of order", "[loadgen]") {
  Script script;
  std::optional<mqtt::Publish> kept;
  script.relay = [&kept](std::uint64_t n, const mqtt::Publish& message, auto& back) {
    if (n % 2 == 0) {
      kept = message;
      return;
    }
    back.push_back(message);
    back.push_back(*kept);
  };
  const auto stats = echo_through(script);
  CHECK(stats.messages->delivered == 100);
  CHECK(stats.messages->out_of_order == 50);
  CHECK(stats.messages->lost == 0);
}

TEST_CASE("Cut and foreign messages are counted as such, and their originals as lost",
          "[loadgen]") {
  Script script;
  script.relay = [](std::uint64_t n, const mqtt::Publish& message, auto& back) {
    back.push_back(message);
    if (n % 10 == 0) back[0].payload.pop_back();
    if (n % 10 == 1) back[0].payload = {'h', 'i'};
  };
  const auto stats = echo_through(script);
  CHECK(stats.messages->delivered == 80);
  CHECK(stats.messages->truncated == 10);
  CHECK(stats.messages->foreign == 10);
  CHECK(stats.messages->lost == 20);
}

TEST_CASE("A broker that never acknowledges leaves its messages unacknowledged", "[loadgen]") {
  Script script;
  script.acknowledges = false;
  const auto stats = echo_through(script, 1);
  CHECK(stats.messages->sent == 100);
  CHECK(stats.messages->unacked == 100);
  CHECK(stats.messages->acked == 0);
  CHECK(stats.messages->delivered == 100);
}

TEST_CASE("A broker that refuses messages is counted by its reason", "[loadgen]") {
  Script script;
  script.puback = 0x97;
  const auto stats = echo_through(script, 1);
  CHECK(stats.messages->refused == 100);
  CHECK(stats.messages->acked == 0);
  CHECK(stats.messages->reasons.at("puback:quota_exceeded(151)") == 100);
  CHECK_FALSE(stats.latency.contains(stats::Phase::puback));
}

TEST_CASE("A refused subscription fails the connection with its reason", "[loadgen]") {
  Script script;
  script.suback = {0x87};
  const auto stats = echo_through(script);
  CHECK(stats.failed == 1);
  CHECK(failures_of(stats) == "suback/suback:not_authorized(135) x1");
  CHECK(stats.messages->sent == 0);
}
