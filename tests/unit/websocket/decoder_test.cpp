#include "core/websocket/decoder.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::websocket;
using handfast::test::hex;

namespace {

std::string shown(const Event& event) {
  const std::string payload(as_text(event.payload));
  switch (event.kind) {
    case Event::Kind::data:
      return "data:" + payload;
    case Event::Kind::message_end:
      return "end";
    case Event::Kind::ping:
      return "ping:" + payload;
    case Event::Kind::pong:
      return "pong:" + payload;
    case Event::Kind::close:
      return "close:" + std::to_string(event.close_code) + ':' + payload;
  }
  return {};
}

/// Everything that comes of feeding `bytes` in pieces of `step`: events, and the error's text at
/// the end.
std::vector<std::string> decode(Role role, const Bytes& bytes, std::size_t step = SIZE_MAX,
                                DecoderLimits limits = {}) {
  FrameDecoder decoder(role, limits);
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = std::min(step, bytes.size() - at);
    ByteView input(bytes.data() + at, size);
    at += size;
    while (true) {
      const auto event = decoder.next(input);
      if (event.need_more()) break;
      if (event.has_error()) {
        seen.push_back(event.error().text());
        return seen;
      }
      seen.push_back(shown(*event));
    }
    REQUIRE(input.empty());
  }
  return seen;
}

std::vector<std::string> from_server(const char* bytes) { return decode(Role::client, hex(bytes)); }
std::vector<std::string> from_client(const char* bytes) { return decode(Role::server, hex(bytes)); }

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a fragmented message with a ping between its fragments", "[websocket]") {
  CHECK(from_server("02 03 'abc'  89 02 'hi'  00 00  80 02 'de'  82 01 'f'") ==
        Lines{"data:abc", "ping:hi", "data:de", "end", "data:f", "end"});
}

TEST_CASE("masked frames of RFC 6455 section 5.7 are read by a server", "[websocket]") {
  CHECK(from_client("8a85 37fa213d 7f9f4d5158  8285 37fa213d 7f9f4d5158") ==
        Lines{"pong:Hello", "data:Hello", "end"});
}

TEST_CASE("close frames show code and reason, and data behind them is an error (S2-36)",
          "[websocket]") {
  CHECK(from_server("88 05 03e8 'bye'") == Lines{"close:1000:bye"});
  CHECK(from_server("88 00") == Lines{"close:1005:"});
  CHECK(from_server("88 00 82 00") ==
        Lines{"close:1005:",
              "WebSocket byte 2: expected no data after a close frame, saw a binary frame (RFC "
              "6455 §5.5.1)"});
}

TEST_CASE("however the bytes are split, the same payload and control frames come out (S2-36)",
          "[websocket]") {
  Bytes bytes;
  const std::string big(70'000, 'x');
  const std::string middle(300, 'y');
  for (const auto& [opcode, payload] : {std::pair<Opcode, std::string>{Opcode::binary, "abc"},
                                        {Opcode::ping, "p"},
                                        {Opcode::binary, middle},
                                        {Opcode::binary, ""},
                                        {Opcode::binary, big},
                                        {Opcode::pong, ""}}) {
    encode_frame(bytes, {.opcode = opcode, .mask = MaskKey{1, 2, 3, 4}}, as_bytes(payload));
  }
  const auto joined = [](const Lines& lines) {
    std::string text;
    for (const auto& line : lines) {
      text += line.starts_with("data:") ? line.substr(5) : '<' + line + '>';
    }
    return text;
  };
  const auto expected = "abc<end><ping:p>" + middle + "<end><end>" + big + "<end><pong:>";
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1000}, SIZE_MAX}) {
    CAPTURE(step);
    CHECK(joined(decode(Role::server, bytes, step)) == expected);
  }
}

TEST_CASE("every frame cut at any byte needs more and is not idle", "[websocket]") {
  for (const auto* frame : {"82 03 'abc'", "89 02 'hi'", "88 05 03e8 'bye'", "02 00", "82 7e 0080",
                            "82 7f 0000000000010000"}) {
    CAPTURE(frame);
    const auto bytes = hex(frame);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      CAPTURE(size);
      FrameDecoder decoder(Role::client);
      ByteView input = ByteView(bytes).first(size);
      while (true) {
        const auto event = decoder.next(input);
        if (event.need_more()) break;
        REQUIRE(event.has_value());
        CHECK(event->kind == Event::Kind::data);
      }
      CHECK_FALSE(decoder.idle());
    }
  }
}

TEST_CASE("the decoder is idle only between messages", "[websocket]") {
  FrameDecoder decoder(Role::client);
  CHECK(decoder.idle());
  const auto drain = [&decoder](const Bytes& bytes) {
    ByteView input(bytes);
    while (!decoder.next(input).need_more()) {
    }
  };
  drain(hex("02 01 'a'"));
  CHECK_FALSE(decoder.idle());
  drain(hex("80 00"));
  CHECK(decoder.idle());
}

TEST_CASE("a client gets payload without a copy", "[websocket]") {
  const auto bytes = hex("82 03 'abc'");
  FrameDecoder decoder(Role::client);
  ByteView input(bytes);
  const auto event = decoder.next(input);
  REQUIRE(event.has_value());
  CHECK(event->payload.data() == bytes.data() + 2);
}

TEST_CASE("frames that break the framing name their section (S2-33 S2-35)", "[websocket]") {
  CHECK(from_server("c2 00") ==
        Lines{"WebSocket byte 0: expected RSV bits 0 without an extension, saw 0x4 (RFC 6455 "
              "§5.2)"});
  CHECK(from_server("83") ==
        Lines{"WebSocket byte 0: expected a known opcode, saw 0x3 (RFC 6455 §5.2)"});
  CHECK(from_server("8b") ==
        Lines{"WebSocket byte 0: expected a known opcode, saw 0xb (RFC 6455 §5.2)"});
  CHECK(from_server("82 80") ==
        Lines{"WebSocket byte 1: expected an unmasked frame from the server, saw mask bit 1 (RFC "
              "6455 §5.1)"});
  CHECK(from_client("82 00") ==
        Lines{"WebSocket byte 1: expected a masked frame from the client, saw mask bit 0 (RFC "
              "6455 §5.1)"});
  CHECK(from_server("09") ==
        Lines{"WebSocket byte 0: expected a control frame in one piece, saw a ping frame without "
              "FIN (RFC 6455 §5.5)"});
  CHECK(from_server("89 7e") ==
        Lines{"WebSocket byte 1: expected a control payload of at most 125 bytes, saw length 126 "
              "(RFC 6455 §5.5)"});
  CHECK(from_server("80") ==
        Lines{"WebSocket byte 0: expected a message to continue, saw a continuation frame (RFC "
              "6455 §5.4)"});
  CHECK(from_server("02 00 82") ==
        Lines{"WebSocket byte 2: expected a continuation of the unfinished message, saw a binary "
              "frame (RFC 6455 §5.4)"});
  CHECK(from_server("81") ==
        Lines{"WebSocket byte 0: expected a binary frame, saw a text frame (MQTT 5.0 "
              "[MQTT-6.0.0-1])"});
}

TEST_CASE("lengths must take their shortest form (S2-35)", "[websocket]") {
  CHECK(from_server("82 7e 007d") ==
        Lines{"WebSocket byte 1: expected the shortest form of a length, saw 125 in 16 bits (RFC "
              "6455 §5.2)"});
  CHECK(from_server("82 7f 000000000000ffff") ==
        Lines{"WebSocket byte 1: expected the shortest form of a length, saw 65535 in 64 bits "
              "(RFC 6455 §5.2)"});
  CHECK(from_server("82 7f 8000000000000000") ==
        Lines{"WebSocket byte 2: expected a 64-bit length with its highest bit 0, saw "
              "0x8000000000000000 (RFC 6455 §5.2)"});
}

TEST_CASE("the message limit counts all fragments", "[websocket]") {
  const auto limited = [](const char* bytes) {
    return decode(Role::client, hex(bytes), SIZE_MAX, {.message_bytes = 4});
  };
  CHECK(limited("02 02 'ab' 80 02 'cd' 82 04 'efgh'") ==
        Lines{"data:ab", "data:cd", "end", "data:efgh", "end"});
  CHECK(limited("02 02 'ab' 80 03") ==
        Lines{"data:ab",
              "WebSocket byte 5: expected a message of at most 4 bytes, saw 5 bytes (RFC 6455 "
              "§10.4)"});
  // A length near 2^63 must not wrap around in the sum.
  CHECK(limited("02 02 'ab' 80 7f 7fffffffffffffff").size() == 2);
}

TEST_CASE("broken close frames name their section", "[websocket]") {
  CHECK(from_server("88 01 03") ==
        Lines{"WebSocket byte 2: expected a close payload of 0 or at least 2 bytes, saw 1 byte "
              "(RFC 6455 §5.5.1)"});
  CHECK(from_server("88 02 03ed") ==
        Lines{"WebSocket byte 2: expected a close code that may be sent, saw 1005 "
              "no_status_received (RFC 6455 §7.4)"});
  CHECK(from_server("88 04 03e8 'a' ff") ==
        Lines{"WebSocket byte 5: expected a close reason in UTF-8, saw 0xff (RFC 6455 §5.5.1)"});
}

TEST_CASE("an error is repeated and says how to fail the connection", "[websocket]") {
  FrameDecoder decoder(Role::client);
  const auto bytes = hex("81 00 82 00");
  ByteView input(bytes);
  const auto first = decoder.next(input);
  REQUIRE(first.has_error());
  CHECK(first.error().close_code == close_code::unsupported_data);
  CHECK(decoder.next(input).error() == first.error());
}
