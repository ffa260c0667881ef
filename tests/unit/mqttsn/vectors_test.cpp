// Bytes written by hand from the message tables of MQTT-SN 1.2, against the values that they stand
// for: encoder and decoder are each held to them, so neither can cover for the other.
#include "core/mqttsn/decode.hpp"
#include "core/mqttsn/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::mqttsn;
using handfast::test::hex;

namespace {

struct Vector {
  const char* what;
  const char* bytes;
  Message message;
};

Bytes data(std::string_view text) { return {text.begin(), text.end()}; }

const Topic registered{.kind = TopicKind::normal, .id = 0x0102};
const Topic predefined{.kind = TopicKind::predefined, .id = 7};
const Topic short_ab{.kind = TopicKind::short_name, .id = short_topic('a', 'b')};

std::vector<Vector> vectors() {
  return {
      {"ADVERTISE", "05 00 01 03 84", Advertise{.gateway = 1, .duration_s = 900}},
      {"SEARCHGW", "03 01 02", Searchgw{.radius = 2}},
      {"GWINFO of the gateway", "03 02 07", Gwinfo{.gateway = 7}},
      {"GWINFO by a client", "07 02 07 7f000001", Gwinfo{.gateway = 7, .address = {0x7f, 0, 0, 1}}},
      {"CONNECT", "08 04 04 01 003c 'c1'", Connect{.client_id = "c1", .duration_s = 60}},
      {"CONNECT with a will and an old session", "08 04 08 01 000a 'c1'",
       Connect{.client_id = "c1", .duration_s = 10, .clean_session = false, .will = true}},
      {"CONNACK", "03 05 00", Connack{}},
      {"CONNACK congestion", "03 05 01", Connack{.code = 1}},
      {"WILLTOPICREQ", "02 06", Willtopicreq{}},
      {"WILLTOPIC", "06 07 30 'w/t'", Willtopic{.topic = "w/t", .qos = 1, .retain = true}},
      {"WILLTOPIC empty", "02 07", Willtopic{}},
      {"WILLMSGREQ", "02 08", Willmsgreq{}},
      {"WILLMSG", "06 09 'gone'", Willmsg{.data = data("gone")}},
      {"REGISTER", "0b 0a 0000 0005 't/one'",
       Register{.topic_id = 0, .message_id = 5, .name = "t/one"}},
      {"REGACK", "07 0b 0102 0005 00", Regack{.topic_id = 0x0102, .message_id = 5}},
      {"PUBLISH QoS 0", "09 0c 00 0102 0000 'hi'",
       Publish{.topic = registered, .data = data("hi")}},
      {"PUBLISH QoS 1", "09 0c 20 0102 0009 'hi'",
       Publish{.topic = registered, .message_id = 9, .data = data("hi"), .qos = 1}},
      {"PUBLISH QoS 2 again, retained", "07 0c d0 0102 0009",
       Publish{.topic = registered, .message_id = 9, .qos = 2, .retain = true, .duplicate = true}},
      {"PUBLISH QoS -1 predefined", "08 0c 61 0007 0000 'x'",
       Publish{.topic = predefined, .data = data("x"), .qos = -1}},
      {"PUBLISH QoS -1 short name", "08 0c 62 'ab' 0000 'x'",
       Publish{.topic = short_ab, .data = data("x"), .qos = -1}},
      {"PUBACK", "07 0d 0102 0009 00", Puback{.topic_id = 0x0102, .message_id = 9}},
      {"PUBACK of a QoS 0 PUBLISH", "07 0d 0102 0000 02", Puback{.topic_id = 0x0102, .code = 2}},
      {"PUBCOMP", "04 0e 0009", Pubcomp{.message_id = 9}},
      {"PUBREC", "04 0f 0009", Pubrec{.message_id = 9}},
      {"PUBREL", "04 10 0009", Pubrel{.message_id = 9}},
      {"SUBSCRIBE by name", "08 12 20 0003 't/#'",
       Subscribe{.topic = {.name = "t/#"}, .message_id = 3, .qos = 1}},
      {"SUBSCRIBE predefined", "07 12 01 0003 0007",
       Subscribe{.topic = predefined, .message_id = 3}},
      {"SUBSCRIBE short name again", "07 12 82 0003 'ab'",
       Subscribe{.topic = short_ab, .message_id = 3, .duplicate = true}},
      {"SUBACK", "08 13 20 0102 0003 00", Suback{.topic_id = 0x0102, .message_id = 3, .qos = 1}},
      {"SUBACK of a wildcard", "08 13 00 0000 0003 00", Suback{.message_id = 3}},
      {"UNSUBSCRIBE", "08 14 00 0004 't/#'",
       Unsubscribe{.topic = {.name = "t/#"}, .message_id = 4}},
      {"UNSUBACK", "04 15 0004", Unsuback{.message_id = 4}},
      {"PINGREQ", "02 16", Pingreq{}},
      {"PINGREQ of a client that wakes", "04 16 'c1'", Pingreq{.client_id = "c1"}},
      {"PINGRESP", "02 17", Pingresp{}},
      {"DISCONNECT", "02 18", Disconnect{}},
      {"DISCONNECT to sleep", "04 18 012c", Disconnect{.duration_s = 300}},
      {"WILLTOPICUPD", "06 1a 00 'w/t'", Willtopic{.update = true, .topic = "w/t"}},
      {"WILLTOPICUPD to delete", "02 1a", Willtopic{.update = true}},
      {"WILLTOPICRESP", "03 1b 03", Willtopicresp{.code = 3}},
      {"WILLMSGUPD", "04 1c 'hm'", Willmsg{.update = true, .data = data("hm")}},
      {"WILLMSGRESP", "03 1d 00", Willmsgresp{}},
      {"forwarder encapsulation", "05 fe 02 0a0b 02 16",
       Forwarded{.radius = 2, .node = {0x0a, 0x0b}, .message = {0x02, 0x16}}},
  };
}

Bytes encoded(const Message& message) {
  Bytes out;
  REQUIRE(encode(out, message));
  return out;
}

}  // namespace

TEST_CASE("every MQTT-SN message has the bytes of the specification, both ways", "[mqttsn]") {
  for (const auto& [what, bytes, message] : vectors()) {
    INFO(what);
    CHECK(encoded(message) == hex(bytes));
    const auto decoded = decode(hex(bytes));
    REQUIRE(decoded.has_value());
    CHECK(*decoded == message);
  }
}

TEST_CASE("a message above 255 bytes has the long form of Length, and only that", "[mqttsn]") {
  const Publish largest_short{.topic = registered, .data = Bytes(248, 'x')};
  const Bytes short_bytes = encoded(largest_short);
  CHECK(short_bytes.size() == 255);
  CHECK(short_bytes[0] == 255);

  const Publish longer{.topic = registered, .data = Bytes(249, 'x')};
  const Bytes long_bytes = encoded(longer);
  CHECK(long_bytes.size() == 258);
  CHECK(ByteView(long_bytes).first(4)[0] == 0x01);
  CHECK(ByteView(long_bytes).first(4)[1] == 0x01);
  CHECK(ByteView(long_bytes).first(4)[2] == 0x02);
  CHECK(ByteView(long_bytes).first(4)[3] == 0x0c);
  CHECK(*decode(long_bytes) == Message(longer));
}

TEST_CASE("the long form is taken for short messages too", "[mqttsn]") {
  const auto decoded = decode(hex("01 0004 17"));
  REQUIRE(decoded.has_value());
  CHECK(*decoded == Message(Pingresp{}));
}

TEST_CASE("a message that Length cannot describe is not encoded", "[mqttsn]") {
  Bytes out{0xaa};
  CHECK(encode(out, Publish{.topic = registered, .data = Bytes(65526, 'x')}));
  CHECK(out.size() == 1 + 65535);
  Bytes untouched{0xaa};
  CHECK_FALSE(encode(untouched, Publish{.topic = registered, .data = Bytes(65527, 'x')}));
  CHECK(untouched == Bytes{0xaa});
}

TEST_CASE("return codes have the names of the standard, others their number", "[mqttsn]") {
  CHECK(return_code_name(0) == "accepted");
  CHECK(return_code_name(1) == "congestion");
  CHECK(return_code_name(2) == "invalid_topic_id");
  CHECK(return_code_name(3) == "not_supported");
  CHECK(return_code_name(0x80) == "code_128");
}
