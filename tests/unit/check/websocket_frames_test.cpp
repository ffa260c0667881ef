// Requests, answers and frames as bytes.
#include "core/websocket/decoder.hpp"
#include "harness/check/websocket/frames.hpp"
#include "harness/check/websocket/http2.hpp"
#include "harness/check/websocket/request.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check::wss {
namespace {

using websocket::Opcode;

Bytes text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST_CASE("a frame without wishes is one that our own decoder takes", "[check]") {
  const auto wire = in_frame(as_bytes("hello"));
  websocket::FrameDecoder decoder(websocket::Role::server);
  ByteView input = wire;
  const auto event = decoder.next(input);
  REQUIRE(event);
  CHECK(as_text(event->payload) == "hello");
}

TEST_CASE("a frame is wrong in just the way that is asked for", "[check]") {
  const auto payload = text_bytes("x");
  CHECK(to_hex(to_wire({.masked = false, .payload = payload})) == "820178");
  CHECK(to_hex(to_wire({.reserved = 4, .masked = false, .payload = payload})) == "c20178");
  CHECK(to_hex(to_wire({.opcode = Opcode{3}, .fin = false, .masked = false, .payload = payload})) ==
        "030178");
  CHECK(to_hex(to_wire({.masked = false, .form = LengthForm::two_bytes, .payload = payload})) ==
        "827e000178");
  CHECK(to_hex(to_wire({.masked = false, .form = LengthForm::eight_bytes, .payload = payload})) ==
        "827f000000000000000178");
  CHECK(to_hex(
            to_wire({.masked = false, .announced = std::uint64_t{1} << 62U, .payload = payload})) ==
        "827f400000000000000078");
}

TEST_CASE("the bytes in front of the payload are counted in every form of length", "[check]") {
  CHECK(header_bytes({.payload = Bytes(125)}) == 6);
  CHECK(header_bytes({.payload = Bytes(126)}) == 8);
  CHECK(header_bytes({.payload = Bytes(70000)}) == 14);
  CHECK(header_bytes({.masked = false, .form = LengthForm::two_bytes}) == 4);
}

TEST_CASE("frames of the peer are taken as they come, right or wrong", "[check]") {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 300U, 70000U}) {
    for (const bool masked : {false, true}) {
      INFO(size << (masked ? " masked" : ""));
      const Frame sent{
          .opcode = Opcode{3}, .reserved = 5, .masked = masked, .payload = Bytes(size, 'x')};
      auto inbox = to_wire(sent);
      for (const std::size_t cut : {std::size_t{1}, inbox.size() - 1}) {
        Bytes part(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(cut));
        CHECK_FALSE(take_frame(part));
        CHECK(part.size() == cut);
      }
      inbox.push_back('!');
      const auto seen = take_frame(inbox);
      REQUIRE(seen);
      CHECK(seen->opcode == 3);
      CHECK(seen->reserved == 5);
      CHECK(seen->masked == masked);
      CHECK(seen->payload == sent.payload);
      CHECK(inbox == text_bytes("!"));
    }
  }
}

TEST_CASE("the usual request is one that our own parser takes", "[check]") {
  const auto request = usual_request({.host = "localhost", .port = 8084, .path = "/mqtt"});
  const auto text = request.text();
  const auto parsed = websocket::parse_request(as_bytes(text));
  REQUIRE(parsed);
  CHECK(parsed->path == "/mqtt");
  CHECK(parsed->protocols == std::vector<std::string>{"mqtt"});
  CHECK(parsed->key == request.key());
  CHECK(usual_request({}).key() != request.key());
}

TEST_CASE("fields of a request are replaced, added and removed by their exact name", "[check]") {
  auto request = plain_request({.host = "h", .port = 1, .path = "/p"});
  request.set("Host", "other");
  request.add("Host", "twice");
  request.method = "POST";
  CHECK(request.text() == "POST /p HTTP/1.1\r\nHost: other\r\nHost: twice\r\n\r\n");
  request.remove("Host");
  CHECK(request.text() == "POST /p HTTP/1.1\r\n\r\n");
}

TEST_CASE("an answer is read once its head is whole", "[check]") {
  const std::string head = "HTTP/1.1 404 Not Found\r\nServer: x\r\nX-Y :  z \r\n\r\n";
  CHECK_FALSE(read_answer(as_bytes(head.substr(0, head.size() - 1))));
  const auto all = head + "body";
  const auto answer = read_answer(as_bytes(all));
  REQUIRE(answer);
  CHECK(answer->status == 404);
  CHECK(answer->status_text == "404 Not Found");
  CHECK(answer->field("server") == "x");
  CHECK(answer->field("X-Y") == "z");
  CHECK(answer->consumed == head.size());
  CHECK_FALSE(read_answer(as_bytes("220 smtp\r\n\r\n")));
}

TEST_CASE("frames of HTTP/2 are written and taken as RFC 9113 draws them", "[check]") {
  const Http2Frame ping{.type = 6, .flags = 1, .stream = 0, .payload = Bytes(8, 0x11)};
  auto wire = to_wire(ping);
  CHECK(to_hex(wire) ==
        "000008060100000000"
        "1111111111111111");
  Bytes part(wire.begin(), wire.end() - 1);
  CHECK_FALSE(take_http2_frame(part));
  wire[5] = 0x80;  // the reserved bit is ignored on receipt
  wire[8] = 0x01;
  const auto seen = take_http2_frame(wire);
  REQUIRE(seen);
  CHECK(seen->type == 6);
  CHECK(seen->stream == 1);
  CHECK(seen->payload == ping.payload);
  CHECK(wire.empty());
}

}  // namespace
}  // namespace handfast::check::wss
