#include "core/websocket/handshake.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::websocket;

namespace {

UpgradeRequest sample_request() {
  UpgradeRequest request{.host = "h"};
  const std::string_view nonce = "the sample nonce";
  std::copy(nonce.begin(), nonce.end(), request.nonce.begin());
  return request;
}

/// The server's answer of RFC 6455 §1.3 with the subprotocol mqtt; `from` replaced by `to`.
std::string response(std::string_view from = {}, std::string_view to = {}) {
  std::string text =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
      "Sec-WebSocket-Protocol: mqtt\r\n"
      "\r\n";
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  return text;
}

std::string error_of(std::string_view text) {
  const auto parsed = parse_response(as_bytes(text), sample_request());
  if (parsed.need_more()) return "need more";
  return parsed.has_error() ? parsed.error().text() : "a response";
}

}  // namespace

TEST_CASE("a proper answer opens the connection and leaves the frames behind it (S2-28)",
          "[websocket]") {
  const auto text = response() + "\x82\x04";
  const auto parsed = parse_response(as_bytes(text), sample_request());
  REQUIRE(parsed.has_value());
  CHECK(parsed->status == 101);
  CHECK(parsed->reason == "Switching Protocols");
  CHECK(parsed->protocol == "mqtt");
  CHECK(parsed->consumed == text.size() - 2);
}

TEST_CASE("an answer cut at any byte needs more", "[websocket]") {
  const auto text = response();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK(error_of(text.substr(0, size)) == "need more");
  }
}

TEST_CASE("names and tokens of the answer are compared without case", "[websocket]") {
  CHECK(error_of(response("Upgrade: websocket", "UPGRADE: WebSocket")) == "a response");
  CHECK(error_of(response("Connection: Upgrade", "connection: keep-alive,upgrade")) ==
        "a response");
}

TEST_CASE("a refusal shows its status and fields", "[websocket]") {
  const auto text = std::string(
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
  const auto parsed = parse_response(as_bytes(text), sample_request());
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().text() == "expected status 101, saw 401 Unauthorized (RFC 6455 §4.1)");
  CHECK(parsed.error().http_status == 401);
  CHECK(*find_header(parsed.error().headers, "www-authenticate") == "Basic");
}

TEST_CASE("an answer of 101 that breaks a rule names it and keeps the status", "[websocket]") {
  CHECK(error_of(response("Upgrade: websocket", "Upgrade: h2c")) ==
        "expected Upgrade: websocket, saw \"h2c\" (RFC 6455 §4.1)");
  CHECK(error_of(response("Connection: Upgrade", "Connection: close")) ==
        "expected Connection: Upgrade, saw \"close\" (RFC 6455 §4.1)");
  CHECK(error_of(response("s3pP", "AAAA")) ==
        "expected Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, saw "
        "\"AAAALMBiTxaQ9kYGzzhZRbK+xOo=\" (RFC 6455 §4.1)");
  CHECK(error_of(response("Sec-WebSocket-Accept", "X-Accept")) ==
        "expected Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, saw none (RFC 6455 §4.1)");
  CHECK(error_of(response("Sec-WebSocket-Protocol: mqtt\r\n", "")) ==
        "expected Sec-WebSocket-Protocol: mqtt, saw none (MQTT 5.0 [MQTT-6.0.0-4])");
  CHECK(error_of(response(": mqtt", ": mqttv3.1")) ==
        "expected Sec-WebSocket-Protocol: mqtt, saw \"mqttv3.1\" (RFC 6455 §4.1)");
  CHECK(error_of(response("Upgrade: websocket",
                          "Sec-WebSocket-Extensions: permessage-deflate\r\nUpgrade: websocket")) ==
        "expected no Sec-WebSocket-Extensions, as none was offered, saw \"permessage-deflate\" "
        "(RFC 6455 §4.1)");
  const auto text = response("Upgrade: websocket", "Upgrade: h2c");
  CHECK(parse_response(as_bytes(text), sample_request()).error().http_status == 101);
}

TEST_CASE("a subprotocol that was not offered is refused", "[websocket]") {
  auto request = sample_request();
  request.protocol.clear();
  const auto text = response();
  CHECK(parse_response(as_bytes(text), request).error().text() ==
        "expected no Sec-WebSocket-Protocol, as none was offered, saw \"mqtt\" (RFC 6455 §4.1)");
}

TEST_CASE("what is not HTTP is told apart at its first byte", "[websocket]") {
  CHECK(error_of(std::string_view("\x20\x02\x00\x00", 4)) ==
        "expected a message that begins with \"HTTP/1.1 \", saw \" \\x02\\x00\\x00\" (RFC 6455 "
        "§4.1)");
  CHECK(error_of("HTTP/1.1 abc\r\n\r\n") == "expected status 101, saw abc (RFC 6455 §4.1)");
  CHECK(error_of("HTTP/1.1 101 x\r\nno colon\r\n\r\n") ==
        "expected a field \"name: value\", saw \"no colon\" (RFC 9112 §5)");
}

TEST_CASE("a head above 16 KiB is an error", "[websocket]") {
  const auto text = "HTTP/1.1 101 x\r\nA: " + std::string(max_head_bytes, 'x');
  CHECK(error_of(text) ==
        "expected a head of at most 16384 bytes, saw no empty line in them (RFC 6455 §10.4)");
  CHECK(error_of(text.substr(0, max_head_bytes - 1)) == "need more");
}
