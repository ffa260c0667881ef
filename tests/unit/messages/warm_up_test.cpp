// Messages of a warm-up are sent, acknowledged and delivered like all, and counted nowhere.
#include "loadgen/settlement.hpp"
#include "tests/unit/messages/activity_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;
using stats::Phase;

namespace {

/// 100 messages a second, of which the first two are meant for the warm-up.
MessageSpec early(std::uint8_t qos, std::uint16_t window = 10) {
  return {.qos = qos, .pace = {.rate = 100, .duration = 1s, .window = window}};
}
constexpr Nanos warm_up = 20ms;

mqtt::Publish arriving(const MessagePlan& plan, std::uint64_t sequence, bool in_warm_up) {
  mqtt::Publish packet{.topic = "t", .payload = plan.content};
  write_header(packet.payload, {.run = 77,
                                .stream = {.fleet = 3, .publisher = 8},
                                .warm_up = in_warm_up,
                                .payload_bytes = static_cast<std::uint32_t>(packet.payload.size()),
                                .sequence = sequence,
                                .intended = TimePoint(1h),
                                .sent = TimePoint(1h)});
  return packet;
}

}  // namespace

TEST_CASE("A publisher counts what it means after the warm-up, whenever that is sent",
          "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, early(1)), 0, warm_up);
  bench.connack();
  bench.now += 35ms;  // late: what was meant for 0 and 10 ms stays the warm-up's
  CHECK(bench.work() == "PUBLISH PUBLISH PUBLISH PUBLISH");
  const auto sent = bench.published();
  std::vector<bool> marked;
  for (const auto& packet : sent) marked.push_back(read_header(packet.payload)->warm_up);
  CHECK(marked == std::vector<bool>{true, true, false, false});
  CHECK(bench.messages().planned == 2);
  CHECK(bench.messages().sent == 2);
  CHECK(bench.messages().first_sent == 35ms);
  bench.puback(1);
  CHECK(bench.messages().acked == 0);
  bench.puback(2, 0x87);  // not authorized
  CHECK(bench.messages().refused == 0);
  bench.puback(3, 0x10);  // no matching subscribers
  CHECK(bench.messages().acked == 1);
  CHECK(bench.book.latency.at(Phase::puback).response.count() == 1);
  bench.activity.close(bench.now);
  CHECK(bench.messages().unacked == 1);
  CHECK(bench.messages().unsent == 0);
  CHECK(bench.messages().reasons ==
        std::map<std::string, std::uint64_t>{{"puback:no_matching_subscribers(16)", 1}});
}

TEST_CASE("What a full window keeps from the warm-up's messages is no count either", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, early(1, 1)), 0, warm_up);
  bench.connack();
  CHECK(bench.work() == "PUBLISH");
  bench.now += 15ms;
  CHECK(bench.work() == "");
  CHECK(bench.messages().held_back == 0);
  bench.now += 10ms;  // 20 ms: the first one that counts
  CHECK(bench.work() == "");
  CHECK(bench.messages().held_back == 1);
  CHECK(bench.messages().planned == 1);
  bench.activity.close(bench.now);
  CHECK(bench.messages().unsent == 1);
  CHECK(bench.messages().sent == 0);
  CHECK(bench.messages().unacked == 0);
}

TEST_CASE("Without a rate the time of sending decides", "[messages]") {
  const MessageSpec fast{.qos = 1, .pace = {.count = 4, .duration = 1s, .window = 2}};
  ActivityBench bench(message_fleet(Behaviour::publish, fast), 0, warm_up);
  bench.connack();
  CHECK(bench.work() == "PUBLISH PUBLISH");
  bench.now += warm_up;
  bench.puback(1);
  bench.puback(2);
  CHECK(bench.work() == "PUBLISH PUBLISH");
  bench.puback(1);
  bench.puback(2);
  bench.activity.close(bench.now);
  CHECK(bench.messages().planned == 2);
  CHECK(bench.messages().sent == 2);
  CHECK(bench.messages().acked == 2);
}

TEST_CASE("A subscriber takes and acknowledges a warm-up's messages without counting",
          "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::subscribe, {.subscriptions = {{"#", 1}}}), 1,
                      warm_up);
  bench.connack();
  bench.suback({1});
  CHECK(bench.messages().subscribed == 0);  // its connection is of the warm-up
  CHECK(bench.book.latency.empty());
  auto first = arriving(bench.plan, 0, true);
  first.qos = 1;
  first.packet_id = 5;
  CHECK(bench.publish(first) == "");
  CHECK(bench.sent() == "PUBACK");
  bench.publish(first);
  bench.publish({.topic = "t", .payload = {1, 2, 3}});
  CHECK(bench.messages().delivered + bench.messages().duplicated + bench.messages().foreign == 0);
  bench.now += warm_up;
  bench.publish(arriving(bench.plan, 1, false));
  bench.publish(arriving(bench.plan, 1, false));
  bench.publish({.topic = "t", .payload = {1, 2, 3}});
  CHECK(bench.messages().delivered == 1);
  CHECK(bench.messages().duplicated == 1);
  CHECK(bench.messages().foreign == 1);
  CHECK(bench.book.latency.at(Phase::delivery).response.count() == 1);
}

TEST_CASE("A stream owes nothing of its warm-up", "[messages]") {
  Stream stream{.key = {.publisher = 8}, .topic = "t", .first = 2, .count = 5};
  stream.first_sent = stream.last_sent = TimePoint(2h);
  Reception reception(0, {"t"});
  reception.begin = TimePoint(1h);
  CHECK(shortfall(stream, reception).lost == 3);
  reception.add({.stream = stream.key, .sequence = 3}, false);
  CHECK(shortfall(stream, reception).lost == 2);
  CHECK_FALSE(shortfall(stream, reception).partly_observed);
  stream.first = 5;
  CHECK(shortfall(stream, reception).lost == 0);
}
