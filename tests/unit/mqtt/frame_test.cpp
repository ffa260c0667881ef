#include "core/mqtt/frame.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("a scanned packet shows type, flags and body where they lie", "[mqtt]") {
  const auto bytes = hex("3b 81 00 55 c0");
  const auto frame = scan_packet(bytes);
  REQUIRE(frame.has_value());
  CHECK(frame->type == PacketType::publish);
  CHECK(frame->flags == 0x0b);
  CHECK(frame->header_bytes == 3);
  CHECK(to_hex(frame->body()) == "55");
  CHECK(frame->packet.data() == bytes.data());
  CHECK(frame->packet.size() == 4);
}

TEST_CASE("a broken fixed header is an error at its first bytes", "[mqtt]") {
  const auto text = [](const char* bytes) {
    const auto input = hex(bytes);
    const auto frame = scan_packet(input);
    return frame.has_error() ? frame.error().text() : std::string("no error");
  };
  CHECK(text("0f") ==
        "fixed header byte 0: expected a packet type of 1 to 15, saw 0x0f (MQTT 5.0 §2.1.2, "
        "MQTT 3.1.1 §2.2.1)");
  CHECK(text("30 ff ff ff 80") ==
        "fixed header byte 4: expected a Remaining Length of at most four bytes, saw 0x80 as its "
        "fourth byte (MQTT 5.0 §1.5.5, MQTT 3.1.1 §2.2.3)");
  CHECK(text("30 ff ff ff 7f") == "no error");  // the largest packet there is: need more
}

TEST_CASE("the reader cuts a stream that arrives byte by byte", "[mqtt]") {
  PacketReader reader;
  std::vector<std::string> packets;
  for (const auto byte : hex("20 02 00 00  30 03 0001 't'  d0 00")) {
    reader.feed(ByteView(&byte, 1));
    while (auto frame = reader.next()) packets.push_back(to_hex(frame->packet));
  }
  CHECK(packets == std::vector<std::string>{"20020000", "3003000174", "d000"});
  CHECK(reader.pending().empty());
}

TEST_CASE("the reader gives all packets of one piece and keeps the rest", "[mqtt]") {
  PacketReader reader;
  reader.feed(hex("d0 00 d0 00 20 02"));
  CHECK(reader.next().has_value());
  CHECK(reader.next().has_value());
  CHECK(reader.next().need_more());
  CHECK(to_hex(reader.pending()) == "2002");
  reader.release();  // must not lose what is pending
  reader.feed(hex("00 00"));
  const auto frame = reader.next();
  REQUIRE(frame.has_value());
  CHECK(to_hex(frame->packet) == "20020000");
  reader.release();
  CHECK(reader.next().need_more());
}

TEST_CASE("the reader repeats its error and applies its limit", "[mqtt]") {
  PacketReader reader(4);
  reader.feed(hex("d0 00 30 03"));
  CHECK(reader.next().has_value());
  CHECK(reader.next().error().clause == "MQTT 5.0 §3.1.2.11.4");
  reader.feed(hex("00 00 00"));
  CHECK(reader.next().error().clause == "MQTT 5.0 §3.1.2.11.4");
}
