// MQTT without TLS: sessions, Wills, the user's topics, and the switches about them.
#include <chrono>
#include <thread>

#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/integration/faulty_broker/raw_client.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

const std::string connack_0 = "20020000";

class Tcp {
 public:
  explicit Tcp(const Defects& defects = {}) { lab_.start({"tcp"}, defects); }
  std::uint16_t port() { return lab_.broker().listeners().front().endpoint.port; }

  /// A client that is connected, and subscribed when there is a filter.
  std::unique_ptr<RawClient> client(std::string_view id, std::string_view filter = {},
                                    std::string_view will_topic = {}) {
    auto client = std::make_unique<RawClient>(port());
    client->send(mqtt_connect(id, will_topic));
    client->hear(4);
    if (!filter.empty()) {
      client->send(mqtt_subscribe(filter));
      client->hear(9);
    }
    return client;
  }

 private:
  FaultyLab lab_;
};

/// What `client` hears behind CONNACK and SUBACK before the answer to a PINGREQ of its own.
std::string mail(RawClient& client) {
  constexpr std::size_t before = 9;
  client.send(Bytes{0xc0, 0});
  for (std::size_t count = before + 2;; ++count) {
    const auto& heard = client.hear(count);
    const auto text = to_hex(ByteView(heard).subspan(std::min(before, heard.size())));
    if (text.ends_with("d000")) return text.substr(0, text.size() - 4);
    if (heard.size() < count) return text + " and no PINGRESP";
  }
}

std::string message(std::string_view topic, std::string_view payload) {
  return to_hex(mqtt_publish(topic, payload));
}

/// The Will that a watcher gets after `leave` has ended its client.
template <class Leave>
std::string will_after(const Defects& defects, Leave leave) {
  Tcp broker(defects);
  auto watcher = broker.client("watcher", "wills");
  auto client = broker.client("leaver", {}, "wills");
  leave(*client);
  client->hear_all();  // the broker has dealt with it when it closes
  return mail(*watcher);
}

TEST_CASE("A Will is published unless DISCONNECT came", "[faulty_broker]") {
  const auto will = message("wills", "gone");
  const auto truncation = [](RawClient& client) { client.finish(); };
  const auto disconnect = [](RawClient& client) { client.send(Bytes{0xe0, 0}); };
  const auto nonsense = [](RawClient& client) { client.send(Bytes{0xf0, 0}); };
  CHECK(will_after({}, truncation) == will);
  CHECK(will_after({}, nonsense) == will);
  CHECK(will_after({}, disconnect).empty());
  CHECK(will_after(with_defect("no_will_on_truncation"), truncation).empty());
  CHECK(will_after(with_defect("will_after_disconnect"), disconnect) == will);
}

TEST_CASE("A PUBLISH that breaks off is delivered by a defect alone", "[faulty_broker]") {
  for (const bool faulty : {false, true}) {
    Tcp broker(faulty ? with_defect("delivers_truncated_publish") : Defects{});
    auto watcher = broker.client("watcher", "t");
    auto client = broker.client("publisher");
    auto publish = mqtt_publish("t", "0123456789");
    publish.resize(publish.size() - 4);
    client->send(publish);
    client->finish();
    client->hear_all();
    CHECK(mail(*watcher) == (faulty ? message("t", "012345") : ""));
  }
}

TEST_CASE("Messages reach who subscribed, and the user's topics nobody else", "[faulty_broker]") {
  Tcp broker;
  auto plus = broker.client("plus", "a/+/c");
  auto hash = broker.client("hash", "#");
  auto publisher = broker.client("publisher");
  for (const auto* topic : {"a/b/c", "a/b", "user/dev-1/x"}) {
    publisher->send(mqtt_publish(topic, "m"));
  }
  publisher->send(Bytes{0xc0, 0});
  publisher->hear(6);
  CHECK(mail(*plus) == message("a/b/c", "m"));
  CHECK(mail(*hash) == message("a/b/c", "m") + message("a/b", "m"));
  RawClient nosy(broker.port());
  nosy.send(mqtt_connect("nosy"));
  nosy.send(mqtt_subscribe("user/dev-1/#"));
  CHECK(to_hex(nosy.hear(9)) == connack_0 + "9003000180");
}

TEST_CASE("A second connection of one id ends the first", "[faulty_broker]") {
  Tcp broker;
  auto first = broker.client("same");
  auto second = broker.client("same");
  first->hear_all();
  CHECK(first->closed());
  CHECK(mail(*broker.client("other", "x")).empty());
  second->send(Bytes{0xc0, 0});
  CHECK(to_hex(second->hear(6)) == connack_0 + "d000");
}

TEST_CASE("A wrong password and an unknown level are refused with their codes", "[faulty_broker]") {
  Tcp broker;
  RawClient wrong(broker.port());
  wrong.send(mqtt_connect("a", {}, "dev-1", "wrong"));
  CHECK(to_hex(wrong.hear_all()) == "20020004");
  auto connect = mqtt_connect("a");
  connect[8] = 9;
  RawClient unknown(broker.port());
  unknown.send(connect);
  CHECK(to_hex(unknown.hear_all()).starts_with("200300"));
  connect[8] = 3;
  RawClient old(broker.port());
  old.send(connect);
  CHECK(to_hex(old.hear_all()) == "20020001");
}

TEST_CASE("A packet that is no MQTT ends the connection, unless it is ignored", "[faulty_broker]") {
  const Bytes hello{0x16, 3, 1, 0, 5};
  Tcp strict;
  RawClient refused(strict.port());
  refused.send(hello);
  CHECK(refused.hear_all().empty());
  CHECK(refused.closed());

  Tcp lenient(with_defect("ignores_malformed_packets"));
  RawClient kept(lenient.port());
  kept.send(hello);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // a read of its own
  kept.send(mqtt_connect("a"));
  CHECK(to_hex(kept.hear(4)) == connack_0);
}

}  // namespace
}  // namespace handfast::test
