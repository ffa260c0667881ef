// What holds for every packet: bytes and model are one, a cut packet is never mistaken for another.
#include "core/mqtt/packet.hpp"

#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("the catalogue has every packet type in both versions that know it", "[mqtt]") {
  std::set<std::pair<Version, std::size_t>> seen;
  for (const auto& sample : samples()) seen.emplace(sample.version, sample.packet.index());
  // PINGREQ and PINGRESP stand in once each: they are the same in both versions.
  CHECK(seen.size() == 14 + 15 - 2);
}

TEST_CASE("decoding the bytes of the standard gives the model and takes exactly those bytes",
          "[mqtt]") {
  for (const auto& sample : samples()) {
    CAPTURE(sample.name);
    auto input = sample.bytes;
    input.push_back(0xc0);  // the next packet's first byte
    const auto decoded = decode_packet(input, sample.version);
    CHECK(error_text(sample.bytes, sample.version) ==
          "decoded: " + describe(sample.packet, sample.version));
    REQUIRE(decoded.has_value());
    CHECK(decoded->packet == sample.packet);
    CHECK(decoded->consumed == sample.bytes.size());
  }
}

TEST_CASE("encoding the model gives the bytes of the standard behind what the buffer holds",
          "[mqtt]") {
  for (const auto& sample : samples()) {
    CAPTURE(sample.name);
    Bytes out{0xaa};
    REQUIRE(encode_packet(out, sample.version, sample.packet));
    CHECK(to_hex(out) == "aa" + to_hex(sample.bytes));
  }
}

TEST_CASE("every packet cut at any byte needs more", "[mqtt]") {
  for (const auto& sample : samples()) {
    CAPTURE(sample.name);
    for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
      CAPTURE(size);
      const auto cut = ByteView(sample.bytes).first(size);
      CHECK(decode_packet(cut, sample.version).need_more());
    }
  }
}

TEST_CASE("a body cut at any byte under a repaired length is an error or a different packet",
          "[mqtt]") {
  for (const auto& sample : samples()) {
    CAPTURE(sample.name);
    for (std::size_t size = 2; size < sample.bytes.size(); ++size) {
      CAPTURE(size);
      Bytes cut(sample.bytes.begin(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(size));
      cut[1] = static_cast<std::uint8_t>(size - 2);
      const auto decoded = decode_packet(cut, sample.version);
      REQUIRE_FALSE(decoded.need_more());
      if (decoded.has_error()) {
        CHECK(decoded.error().offset <= size);
        CHECK(decoded.error().clause.starts_with("MQTT "));
      } else {
        CHECK_FALSE(decoded->packet == sample.packet);
      }
    }
  }
}

TEST_CASE("a byte behind the last field is an error in every packet that has an end", "[mqtt]") {
  for (const auto& sample : samples()) {
    const auto type = type_of(sample.packet);
    // These take all bytes up to the packet's end, so one more is another valid or broken field.
    const bool open_ended = type == PacketType::publish || type == PacketType::subscribe ||
                            type == PacketType::suback || type == PacketType::unsubscribe ||
                            type == PacketType::unsuback;
    if (open_ended || sample.bytes.size() == 2) continue;
    CAPTURE(sample.name);
    auto bytes = sample.bytes;
    bytes.push_back(0xff);
    ++bytes[1];
    CHECK(decode_packet(bytes, sample.version).has_error());
  }
}

TEST_CASE("a packet above the limit is refused by its length alone", "[mqtt]") {
  const auto bytes = hex("30 05");  // 7 bytes, none of the body is here
  CHECK(decode_packet(bytes, v5, 7).need_more());
  const auto decoded = decode_packet(bytes, v5, 6);
  REQUIRE(decoded.has_error());
  CHECK(decoded.error().text() ==
        "fixed header byte 1: expected a packet of at most 6 bytes, saw 7 bytes (MQTT 5.0 "
        "§3.1.2.11.4)");
  CHECK(decoded.error().reason == 0x95);
}

TEST_CASE("5.0 forbids a padded Remaining Length and 3.1.1 does not", "[mqtt]") {
  const auto bytes = hex("d0 80 00");
  CHECK(error_text(bytes, v5) ==
        "PINGRESP byte 1: expected Remaining Length 0 in 1 byte, saw 2 bytes (MQTT 5.0 "
        "[MQTT-1.5.5-1])");
  CHECK(error_text(bytes, v3) == "decoded: PINGRESP");
}

TEST_CASE("an encoder that cannot write a packet leaves the buffer as it was", "[mqtt]") {
  Bytes out{1, 2};
  const std::string long_text(65536, 'x');
  const auto problem_of = [&](Version version, const Packet& packet) {
    const auto result = encode_packet(out, version, packet);
    return result ? std::string("encoded") : result.error().text();
  };
  CHECK(problem_of(v5, Connect{.client_id = long_text}) ==
        "CONNECT: client identifier has 65536 bytes, the format holds 65535");
  CHECK(problem_of(v3, Publish{.topic = long_text}) ==
        "PUBLISH: topic name has 65536 bytes, the format holds 65535");
  CHECK(problem_of(v3, Publish{.topic = "t", .properties = {{PropertyId::topic_alias, 1U}}}) ==
        "PUBLISH: MQTT 3.1.1 has no properties");
  CHECK(problem_of(v3, Connack{false, 0, {{PropertyId::topic_alias_maximum, 1U}}}) ==
        "CONNACK: MQTT 3.1.1 has no properties");
  CHECK(problem_of(v3, Puback{1, 0x10, {}}) == "PUBACK: MQTT 3.1.1 has no reason codes here");
  CHECK(problem_of(v3, Unsuback{1, {}, {0}}) == "UNSUBACK: MQTT 3.1.1 has no reason codes here");
  CHECK(problem_of(v3, Disconnect{4, {}}) == "DISCONNECT: MQTT 3.1.1 has no reason codes here");
  CHECK(to_hex(out) == "0102");
}
