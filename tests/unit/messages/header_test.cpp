#include "loadgen/message_header.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

TEST_CASE("A header reads back as it was written, and leaves the rest alone", "[messages]") {
  const MessageHeader header{.run = 0x01020304,
                             .stream = {.fleet = 5, .publisher = 0x060708090a0b0c0d},
                             .payload_bytes = 64,
                             .sequence = 0x1112131415161718,
                             .intended = TimePoint(123456789012345ns),
                             .sent = TimePoint(123456789999999ns)};
  Bytes payload(64, 'x');
  write_header(payload, header);
  CHECK(to_hex(ByteView(payload).first(MessageHeader::size)) ==
        "48464d53"
        "01020304"
        "0005"
        "0000"
        "00000040"
        "060708090a0b0c0d"
        "1112131415161718"
        "00007048860ddf79"
        "00007048861cf17f");
  CHECK(payload.back() == 'x');
  CHECK(payload[48] == 'x');
  CHECK(read_header(payload) == header);
  MessageHeader early = header;
  early.warm_up = true;
  write_header(payload, early);
  CHECK(to_hex(ByteView(payload).subspan(8, 4)) == "00050001");
  CHECK(read_header(payload) == early);
}

TEST_CASE("Other payloads have no header", "[messages]") {
  CHECK_FALSE(read_header({}));
  CHECK_FALSE(read_header(Bytes(48, 0)));
  Bytes payload(48, 0);
  write_header(payload, {.run = 1});
  CHECK(read_header(payload));
  CHECK_FALSE(read_header(ByteView(payload).first(47)));
}
