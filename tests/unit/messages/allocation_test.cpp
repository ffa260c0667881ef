// Steady state allocates nothing for a message: counted by an operator new of our own.
#include <cstdlib>
#include <new>

#include "loadgen/session.hpp"
#include "tests/unit/messages/activity_bench.hpp"

namespace {

std::size_t allocations = 0;

}  // namespace

// All forms, or a sanitizer's own would meet our delete.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

TimePoint manual_now{1h};

/// A publisher's session over plain TCP; what it sends is answered by hand.
struct Wire {
  explicit Wire(std::uint8_t qos)
      : plan(plan_for(message_fleet(
            Behaviour::publish,
            {.topic = "t/{i}/{seq}",
             .qos = qos,
             .pace = {.rate = 1000, .duration = 1h, .window = 64},
             .properties = {.user = {{"key", "value"}}, .content_type = "text/plain"}}))) {
    manual_now = TimePoint(1h);
    io.clock = [] { return manual_now; };
    session.set_activity(
        std::make_unique<Activity>(plan, Member{.epoch = manual_now}, board, book));
    session.on_connected(io);
    receive({0x20, 0x03, 0x00, 0x00, 0x00});  // CONNACK
  }
  void receive(const Bytes& bytes) {
    io.clear();
    session.on_bytes(bytes, io);
    session.work(io, true);
  }
  /// One batch of `count` messages, acknowledged in one piece.
  void round(int count) {
    manual_now += count * 1ms;
    receive(acks);
    acks.clear();
    ByteView bytes = io.out.wire;
    while (const auto frame = mqtt::scan_packet(bytes)) {
      const auto view = mqtt::view_publish(*frame, plan.version);
      if (view && view->qos == 1) {
        (void)mqtt::encode_puback(acks, plan.version, {.packet_id = view->packet_id});
      }
      bytes = bytes.subspan(frame->packet.size());
    }
  }

  MessagePlan plan;
  MessageBoard board{0, 1, 1};
  stats::FleetStats book;
  Protocol protocol{};
  Exchange io{1};
  Session session{protocol, nullptr, "me", TimePoint(1h)};
  Bytes acks;
};

/// Deliveries into a subscriber's activity.
struct Inbox {
  explicit Inbox(std::uint8_t qos) : bench(fleet(qos), 1) {
    bench.connack();
    bench.suback({qos});
    Bytes payload = bench.plan.content;
    for (std::uint64_t n = 0; n < 2000; ++n) {
      write_header(payload, {.run = 77,
                             .stream = {.fleet = 1, .publisher = n % 3},
                             .payload_bytes = static_cast<std::uint32_t>(payload.size()),
                             .sequence = n / 3,
                             .intended = bench.now,
                             .sent = bench.now});
      Bytes packet;
      REQUIRE(mqtt::encode_publish(
          packet, bench.plan.version,
          mqtt::PublishView{.qos = qos, .topic = "t", .packet_id = 1, .payload = payload}));
      packets.push_back(packet);
    }
  }
  static FleetSpec fleet(std::uint8_t qos) {
    MessageSpec spec;
    spec.subscriptions = {{"t", qos}};
    return message_fleet(Behaviour::subscribe, spec);
  }
  void deliver(std::size_t from, std::size_t to) {
    for (std::size_t n = from; n < to; ++n) {
      bench.out.packets.clear();
      (void)bench.activity.on_packet(*mqtt::scan_packet(packets[n]), bench.now, bench.out);
    }
  }

  ActivityBench bench;
  std::vector<Bytes> packets;
};

}  // namespace

TEST_CASE("Publishing allocates nothing in steady state", "[messages]") {
  for (const std::uint8_t qos : {std::uint8_t{0}, std::uint8_t{1}}) {
    INFO("QoS " << int{qos});
    Wire wire(qos);
    for (int i = 0; i < 110; ++i) wire.round(10);  // sequences have four digits from here on
    const std::uint64_t before = wire.book.message_stats().sent;
    const std::size_t allocated = allocations;
    for (int i = 0; i < 100; ++i) wire.round(10);
    CHECK(allocations - allocated == 0);
    CHECK(wire.book.message_stats().sent - before == 1000);
    if (qos == 1) CHECK(wire.book.message_stats().acked > 900);
  }
}

TEST_CASE("Receiving allocates nothing in steady state", "[messages]") {
  for (const std::uint8_t qos : {std::uint8_t{0}, std::uint8_t{1}}) {
    INFO("QoS " << int{qos});
    Inbox inbox(qos);
    inbox.deliver(0, 100);
    const std::size_t allocated = allocations;
    inbox.deliver(100, 2000);
    CHECK(allocations - allocated == 0);
    CHECK(inbox.bench.messages().delivered == 2000);
  }
}
