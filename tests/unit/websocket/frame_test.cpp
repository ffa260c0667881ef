#include "core/websocket/frame.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::websocket;
using handfast::test::hex;

namespace {

constexpr MaskKey key{0x37, 0xfa, 0x21, 0x3d};  // of the examples in RFC 6455 §5.7

std::string encoded(const FrameOptions& options, std::string_view payload) {
  Bytes out;
  encode_frame(out, options, as_bytes(payload));
  return to_hex(out);
}

}  // namespace

TEST_CASE("frames of RFC 6455 section 5.7 (S2-33 S2-35)", "[websocket]") {
  CHECK(encoded({.opcode = Opcode::text}, "Hello") == "810548656c6c6f");
  CHECK(encoded({.opcode = Opcode::text, .mask = key}, "Hello") == "818537fa213d7f9f4d5158");
  CHECK(encoded({.opcode = Opcode::text, .fin = false}, "Hel") == "010348656c");
  CHECK(encoded({.opcode = Opcode::continuation}, "lo") == "80026c6f");
  CHECK(encoded({.opcode = Opcode::ping}, "Hello") == "890548656c6c6f");
  CHECK(encoded({.opcode = Opcode::pong, .mask = key}, "Hello") == "8a8537fa213d7f9f4d5158");
}

TEST_CASE("the length takes its shortest form", "[websocket]") {
  const auto head = [](std::size_t size, std::size_t bytes) {
    return encoded({}, std::string(size, 'x')).substr(0, 2 * bytes);
  };
  CHECK(head(0, 2) == "8200");
  CHECK(head(125, 2) == "827d");
  CHECK(head(126, 4) == "827e007e");
  CHECK(head(65535, 4) == "827effff");
  CHECK(head(65536, 10) == "827f0000000000010000");
}

TEST_CASE("frames are appended, masked or not", "[websocket]") {
  Bytes out{0xaa};
  encode_frame(out, {.mask = key}, hex("00 00 00 00 00"));
  encode_frame(out, {}, {});
  CHECK(to_hex(out) == "aa828537fa213d37fa213d378200");
}

TEST_CASE("a close frame carries code and reason", "[websocket]") {
  Bytes out;
  encode_close(out, close_code::normal_closure, "bye", std::nullopt);
  CHECK(to_hex(out) == "880503e8627965");
}

TEST_CASE("close codes have their registered names and some stay off the wire", "[websocket]") {
  CHECK(close_code_name(1000) == "normal_closure");
  CHECK(close_code_name(1008) == "policy_violation");
  CHECK(close_code_name(3000) == "application");
  CHECK(close_code_name(2999) == "unassigned");
  for (const auto code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    CAPTURE(code);
    CHECK_FALSE(may_be_sent(static_cast<std::uint16_t>(code)));
  }
  for (const auto code : {1000, 1003, 1007, 1014, 3000, 4999}) {
    CAPTURE(code);
    CHECK(may_be_sent(static_cast<std::uint16_t>(code)));
  }
}

TEST_CASE("opcodes have names, reserved ones their number", "[websocket]") {
  CHECK(to_string(Opcode::binary) == "binary");
  CHECK(to_string(static_cast<Opcode>(3)) == "reserved opcode 0x3");
  CHECK(is_control(Opcode::ping));
  CHECK_FALSE(is_control(Opcode::continuation));
}
