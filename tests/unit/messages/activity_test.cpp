#include "tests/unit/messages/activity_bench.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;
using stats::Phase;

namespace {

MessageSpec paced(std::uint8_t qos, std::uint16_t window = 10) {
  return {.qos = qos, .pace = {.rate = 100, .duration = 1s, .window = window}};
}

mqtt::Publish message(const MessagePlan& plan, std::uint32_t run, std::uint64_t sequence,
                      std::uint8_t qos = 0) {
  mqtt::Publish packet{
      .qos = qos, .topic = "t", .packet_id = qos > 0 ? std::uint16_t{9} : std::uint16_t{0}};
  packet.payload = plan.content;
  write_header(packet.payload, {.run = run,
                                .stream = {.fleet = 3, .publisher = 8},
                                .payload_bytes = static_cast<std::uint32_t>(packet.payload.size()),
                                .sequence = sequence,
                                .intended = TimePoint(1h),
                                .sent = TimePoint(1h)});
  return packet;
}

}  // namespace

TEST_CASE("A publisher sends what is due in one go, and says when more is", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(0)));
  CHECK(bench.connack() == "");
  CHECK(bench.sent() == "");
  CHECK(bench.work() == "PUBLISH");  // the first is due at once
  CHECK(bench.activity.next_due() == bench.now + 10ms);
  bench.now += 35ms;
  CHECK(bench.work() == "PUBLISH PUBLISH PUBLISH");
  CHECK(bench.messages().planned == 4);
  CHECK(bench.messages().sent == 4);
  CHECK(bench.messages().held_back == 0);
  const auto sent = bench.published();
  CHECK(sent[0].topic == "handfast/fleet/0");
  CHECK(read_header(sent[2].payload)->sequence == 3);
  CHECK(read_header(sent[2].payload)->intended == TimePoint(1h) + 30ms);
  CHECK(read_header(sent[2].payload)->sent == bench.now);
  CHECK(read_header(sent[2].payload)->run == 77);
}

TEST_CASE("Clients of a fleet do not fire together", "[messages]") {
  const auto fleet = message_fleet(Behaviour::publish, paced(0));
  const MessagePlan plan = plan_for(fleet);
  MessageBoard board(0, 2, 1);
  stats::FleetStats book;
  Outbox out(1);
  const TimePoint epoch{1h};
  for (const std::uint64_t client : {0U, 1U}) {
    Activity activity(plan, {.client = client, .number = client, .epoch = epoch}, board, book);
    CHECK_FALSE(activity.begin({}, epoch, out));
    CHECK(activity.next_due() == epoch + client * 5ms);  // half of the 10 ms between two messages
    activity.close(epoch);
  }
}

TEST_CASE("A full window holds messages back, and they count from when they were meant",
          "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(1, 2)));
  bench.connack();
  bench.now += 45ms;  // five are due
  CHECK(bench.work() == "PUBLISH PUBLISH");
  CHECK(bench.messages().held_back == 3);
  CHECK(bench.activity.next_due() == TimePoint(1h) + 1s);  // only an acknowledgement helps
  bench.now += 5ms;
  CHECK(bench.puback(1) == "");
  CHECK(bench.work() == "PUBLISH");
  CHECK(bench.published()[0].packet_id == 1);  // free again
  CHECK(bench.messages().held_back == 4);      // the sixth became due meanwhile
  CHECK(bench.messages().acked == 1);
  const auto& latency = bench.book.latency.at(Phase::puback);
  CHECK(latency.service.max() == 5ms);
  CHECK(latency.response.max() == 50ms);
  CHECK(read_header(bench.published()[0].payload)->intended == TimePoint(1h) + 20ms);
}

TEST_CASE("The server's Receive Maximum bounds the window", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(1, 50)));
  bench.connack({{mqtt::PropertyId::receive_maximum, std::uint32_t{3}}});
  bench.now += 100ms;
  CHECK(bench.work() == "PUBLISH PUBLISH PUBLISH");
}

TEST_CASE("A full socket holds messages back too", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(0)));
  bench.connack();
  bench.now += 25ms;
  CHECK(bench.work(false) == "");
  CHECK(bench.messages().held_back == 3);
  CHECK(bench.work(true) == "PUBLISH PUBLISH PUBLISH");
  CHECK(bench.messages().held_back == 3);
}

TEST_CASE("What was due and never sent is dropped, never skipped in silence", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(1, 1)));
  bench.connack();
  bench.work();
  bench.now += 1s;
  CHECK(bench.work() == "");
  CHECK(bench.messages().planned == 100);
  CHECK(bench.messages().sent == 1);
  CHECK(bench.messages().unsent == 99);
  CHECK(bench.messages().held_back == 99);
  CHECK_FALSE(bench.activity.done(bench.now));  // one acknowledgement is due
  CHECK(bench.activity.done(bench.now + 2s));   // and overdue
  bench.activity.close(bench.now + 2s);
  CHECK(bench.messages().unacked == 1);
}

TEST_CASE("QoS 2 takes four packets, and ends in a latency of its own", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(2)));
  bench.connack();
  bench.work();
  bench.now += 1ms;
  CHECK(bench.receive([](Bytes& to) {
    return mqtt::encode_pubrec(to, mqtt::Version::v5_0, {.packet_id = 1});
  }) == "");
  CHECK(bench.sent() == "PUBREL");
  bench.now += 1ms;
  CHECK(bench.receive([](Bytes& to) {
    return mqtt::encode_pubcomp(to, mqtt::Version::v5_0, {.packet_id = 1});
  }) == "");
  CHECK(bench.messages().acked == 1);
  CHECK(bench.book.latency.at(Phase::pubcomp).service.max() == 2ms);
}

TEST_CASE("Refusals are counted by their code, and a PUBREC of one ends its message",
          "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(2)));
  bench.connack();
  bench.work();
  CHECK(bench.receive([](Bytes& to) {
    return mqtt::encode_pubrec(to, mqtt::Version::v5_0, {.packet_id = 1, .code = 0x97});
  }) == "");
  CHECK(bench.sent() == "");
  CHECK(bench.messages().refused == 1);
  CHECK_FALSE(bench.book.latency.contains(Phase::pubcomp));
  bench.activity.close(bench.now);
  CHECK(bench.messages().reasons.at("pubrec:quota_exceeded(151)") == 1);
}

TEST_CASE("Acknowledgements that nobody waits for end the connection", "[messages]") {
  ActivityBench one(message_fleet(Behaviour::publish, paced(1)));
  one.connack();
  one.work();
  CHECK(one.puback(2) == "established/mqtt:unexpected_acknowledgement");
  CHECK(one.puback(0x4000) == "established/mqtt:unexpected_acknowledgement");
  CHECK(one.puback(1) == "");
  CHECK(one.puback(1) == "established/mqtt:unexpected_acknowledgement");  // twice
  ActivityBench none(message_fleet(Behaviour::publish, paced(0)));
  none.connack();
  CHECK(none.suback({0}) == "established/mqtt:unexpected_acknowledgement");
  CHECK(none.puback(1) == "established/mqtt:unexpected_acknowledgement");
}

TEST_CASE("What the server's CONNACK rules out is a named failure", "[messages]") {
  using enum mqtt::PropertyId;
  ActivityBench qos(message_fleet(Behaviour::publish, paced(2)));
  CHECK(qos.connack({{maximum_qos, std::uint32_t{1}}}) == "established/mqtt:qos_not_supported");
  MessageSpec retained = paced(0);
  retained.retain = true;
  ActivityBench retain(message_fleet(Behaviour::publish, retained));
  CHECK(retain.connack({{retain_available, std::uint32_t{0}}}) ==
        "established/mqtt:retain_not_supported");
  ActivityBench large(message_fleet(Behaviour::publish, paced(0)));
  CHECK(large.connack({{maximum_packet_size, std::uint32_t{64}}}) ==
        "established/mqtt:packet_too_large");
}

TEST_CASE("Publishers wait until every subscriber stands", "[messages]") {
  ActivityBench bench(message_fleet(Behaviour::publish, paced(0)), 1);
  bench.connack();
  CHECK(bench.work() == "");
  CHECK_FALSE(bench.activity.next_due());
  bench.now += 333ms;
  bench.board.subscriber_settled();
  bench.activity.on_news(bench.now);
  CHECK(bench.activity.next_due() == TimePoint(1h) + 340ms);  // the next point of its grid
  CHECK(bench.messages().planned == 0);                       // nothing was owed before
}

TEST_CASE("A subscriber acknowledges, recognizes and counts what arrives", "[messages]") {
  MessageSpec spec;
  spec.subscriptions = {{"t/#", 2}};
  ActivityBench bench(message_fleet(Behaviour::subscribe, spec), 1);
  CHECK(bench.connack() == "");
  CHECK(bench.sent() == "SUBSCRIBE");
  CHECK(bench.activity.next_due() == bench.now + 5s);  // SUBACK has until then
  bench.now += 3ms;
  CHECK(bench.suback({2}) == "");
  CHECK(bench.board.subscribers_ready());
  CHECK(bench.book.latency.at(Phase::suback).service.max() == 3ms);

  bench.now = TimePoint(1h) + 7ms;
  CHECK(bench.publish(message(bench.plan, 77, 0)) == "");
  CHECK(bench.sent() == "");
  CHECK(bench.publish(message(bench.plan, 77, 1, 1)) == "");
  CHECK(bench.sent() == "PUBACK");
  CHECK(bench.publish(message(bench.plan, 77, 3, 2)) == "");
  CHECK(bench.sent() == "PUBREC");
  CHECK(bench.receive([](Bytes& to) {
    return mqtt::encode_pubrel(to, mqtt::Version::v5_0, {.packet_id = 9});
  }) == "");
  CHECK(bench.sent() == "PUBCOMP");
  bench.publish(message(bench.plan, 77, 2));
  bench.publish(message(bench.plan, 77, 2));
  bench.publish(message(bench.plan, 78, 2));             // another run
  bench.publish({.topic = "t", .payload = {'h', 'i'}});  // somebody else
  auto shorter = message(bench.plan, 77, 4);
  shorter.payload.pop_back();
  bench.publish(shorter);
  const auto& seen = bench.messages();
  CHECK(seen.subscribed == 1);
  CHECK(seen.delivered == 4);
  CHECK(seen.out_of_order == 1);
  CHECK(seen.duplicated == 1);
  CHECK(seen.foreign == 2);
  CHECK(seen.truncated == 1);
  CHECK(bench.book.latency.at(Phase::delivery).service.max() == 7ms);
}

TEST_CASE("A refused or overdue SUBACK is a failure with its reason", "[messages]") {
  MessageSpec spec;
  spec.subscriptions = {{"a", 0}, {"b", 0}};
  ActivityBench refused(message_fleet(Behaviour::subscribe, spec), 1);
  refused.connack();
  CHECK(refused.suback({0, 0x87}) == "suback/suback:not_authorized(135)");
  CHECK_FALSE(refused.board.subscribers_ready());
  refused.activity.close(refused.now);  // the connection ends
  CHECK(refused.board.subscribers_ready());

  ActivityBench overdue(message_fleet(Behaviour::subscribe, spec), 1);
  overdue.connack();
  overdue.now += 5s;
  overdue.work();
  CHECK(overdue.failure == "suback/deadline");

  ActivityBench fewer(message_fleet(Behaviour::subscribe, spec), 1);
  fewer.connack();
  CHECK(fewer.suback({0}) == "suback/mqtt:unexpected_acknowledgement");
}

TEST_CASE("A granted QoS below the asked one is worth a note", "[messages]") {
  MessageSpec spec;
  spec.subscriptions = {{"a", 2}};
  ActivityBench bench(message_fleet(Behaviour::subscribe, spec), 1);
  bench.connack();
  CHECK(bench.suback({1}) == "");
  CHECK(bench.messages().reasons.at("suback:granted_qos_1(1)") == 1);
}

TEST_CASE("A subscriber leaves when nothing more is due, or after its patience", "[messages]") {
  MessageSpec spec;
  spec.subscriptions = {{"t", 0}};
  for (const bool all_arrive : {true, false}) {
    ActivityBench bench(message_fleet(Behaviour::subscribe, spec), 1);
    bench.connack();
    bench.suback({0});
    bench.publish(message(bench.plan, 77, 0));
    CHECK_FALSE(bench.activity.done(bench.now + 1h));  // a publisher is not finished
    bench.board.add(Stream{.key = {.fleet = 3, .publisher = 8},
                           .topic = "t",
                           .count = 2,
                           .first_sent = bench.now,
                           .last_sent = bench.now});
    bench.board.publisher_finished();
    bench.activity.on_news(bench.now);
    CHECK_FALSE(bench.activity.done(bench.now));
    CHECK(bench.activity.next_due() == bench.now + 2s);
    if (all_arrive) {
      bench.publish(message(bench.plan, 77, 1));
      CHECK(bench.activity.done(bench.now));
    } else {
      CHECK_FALSE(bench.activity.done(bench.now + 1999ms));
      CHECK(bench.activity.done(bench.now + 2s));
    }
    bench.activity.close(bench.now);
    std::vector<stats::FleetStats> fleets(1);
    bench.board.settle(fleets);
    CHECK(fleets[0].message_stats().lost == (all_arrive ? 0 : 1));
    CHECK(fleets[0].message_stats().partly_observed == 0);
  }
}

TEST_CASE("An echo client hears itself and then leaves", "[messages]") {
  MessageSpec spec = paced(0);
  spec.pace.count = 2;
  ActivityBench bench(message_fleet(Behaviour::echo, spec));
  bench.connack();
  CHECK(bench.sent() == "SUBSCRIBE");
  CHECK(bench.work() == "");  // not before its SUBACK
  bench.suback({0});
  bench.now += 20ms;
  CHECK(bench.work() == "PUBLISH PUBLISH");
  const auto sent = bench.published();
  CHECK_FALSE(bench.activity.done(bench.now));
  for (const auto& packet : sent) bench.publish(packet);
  CHECK(bench.activity.done(bench.now));
  CHECK(bench.messages().delivered == 2);
}

TEST_CASE("A request names where its answer goes, and the answer closes the circle", "[messages]") {
  MessageSpec asking = paced(1);
  asking.topic = "service";
  asking.pace.count = 1;
  ActivityBench client(message_fleet(Behaviour::request, asking));
  client.connack();
  client.suback({1});
  CHECK(client.work() == "PUBLISH");
  const auto request = client.published().at(0);
  CHECK(*mqtt::find_text(request.properties, mqtt::PropertyId::response_topic) ==
        "handfast/fleet/0/response");
  CHECK(mqtt::find_binary(request.properties, mqtt::PropertyId::correlation_data)->size() == 8);

  MessageSpec answering;
  answering.qos = 1;
  answering.pace.window = 1;
  answering.subscriptions = {{"service", 1}};
  ActivityBench service(message_fleet(Behaviour::respond, answering), 1);
  service.connack();
  service.suback({1});
  CHECK(service.publish(request) == "");
  CHECK(service.sent() == "PUBACK PUBLISH");
  const auto answer = service.published().at(0);
  CHECK(answer.topic == "handfast/fleet/0/response");
  CHECK(answer.payload == request.payload);
  CHECK(mqtt::find_binary(answer.properties, mqtt::PropertyId::correlation_data) != nullptr);
  // A second one waits for room in the window.
  CHECK(service.publish(request) == "");
  CHECK(service.sent() == "PUBACK");
  CHECK(service.messages().held_back == 1);
  CHECK(service.puback(1) == "");
  CHECK(service.sent() == "PUBLISH");
  // What asks for no answer gets none.
  CHECK(service.publish({.topic = "service", .payload = request.payload}) == "");
  CHECK(service.sent() == "");

  CHECK(client.puback(1) == "");
  CHECK(client.publish(answer) == "");
  CHECK(client.messages().delivered == 1);
  CHECK(client.activity.done(client.now));
}
