#include "core/websocket/handshake.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::websocket;

namespace {

/// The nonce behind RFC 6455's example key: the ASCII text "the sample nonce" (§1.3).
UpgradeRequest sample_request() {
  UpgradeRequest request{.host = "broker.example:8084"};
  const std::string_view nonce = "the sample nonce";
  std::copy(nonce.begin(), nonce.end(), request.nonce.begin());
  return request;
}

std::string request_error(std::string_view text) {
  const auto parsed = parse_request(as_bytes(text));
  if (parsed.need_more()) return "need more";
  return parsed.has_error() ? parsed.error().text() : "a request";
}

}  // namespace

TEST_CASE("key and accept of RFC 6455 section 1.3 (S2-28 S2-35)", "[websocket]") {
  CHECK(websocket_key(sample_request().nonce) == "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("the request offers mqtt and carries the extra fields", "[websocket]") {
  auto request = sample_request();
  request.origin = "https://example.org";
  request.extra = {{"X-Token", "abc"}};
  CHECK(render_request(request).value() ==
        "GET /mqtt HTTP/1.1\r\n"
        "Host: broker.example:8084\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n"
        "Origin: https://example.org\r\n"
        "X-Token: abc\r\n"
        "\r\n");
}

TEST_CASE("a request that would smuggle a header is refused", "[websocket]") {
  const auto text = [](const UpgradeRequest& request) {
    const auto rendered = render_request(request);
    return rendered ? std::string("rendered") : rendered.error().text();
  };
  auto request = sample_request();
  request.extra = {{"X-Token", "abc\r\nHost: other"}};
  CHECK(text(request) ==
        "WebSocket field X-Token: a control character cannot stand in an HTTP header");
  request = sample_request();
  request.path = "/mqtt\r\n";
  CHECK(text(request) ==
        "WebSocket field path: a control character cannot stand in an HTTP header");
  request.path = "mqtt";
  CHECK(text(request) ==
        "the WebSocket path must begin with \"/\" and have no space, got \"mqtt\"");
}

TEST_CASE("the server side reads what the client side writes", "[websocket]") {
  const auto text = render_request(sample_request()).value();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_request(as_bytes(text).first(size)).need_more());
  }
  const auto longer = text + "\x82";
  const auto parsed = parse_request(as_bytes(longer));
  REQUIRE(parsed.has_value());
  CHECK(parsed->path == "/mqtt");
  CHECK(parsed->key == "dGhlIHNhbXBsZSBub25jZQ==");
  CHECK(parsed->protocols == std::vector<std::string>{"mqtt"});
  CHECK(*find_header(parsed->headers, "HOST") == "broker.example:8084");
  CHECK(parsed->consumed == text.size());
  CHECK(render_response(*parsed) ==
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n"
        "\r\n");
}

TEST_CASE("a request that is no WebSocket upgrade names what it lacks", "[websocket]") {
  const std::string head =
      "GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n";
  CHECK(request_error("\x10\x0d") ==
        "expected a message that begins with \"GET \", saw \"\\x10\\x0d\" (RFC 6455 §4.1)");
  CHECK(request_error("GET / HTTP/1.0\r\n\r\n") ==
        "expected GET /path HTTP/1.1, saw \"GET / HTTP/1.0\" (RFC 6455 §4.2.1)");
  CHECK(request_error("GET / HTTP/1.1\r\n\r\n") ==
        "expected a Host field, saw none (RFC 6455 §4.2.1)");
  CHECK(request_error("GET / HTTP/1.1\r\nHost: h\r\n\r\n") ==
        "expected Upgrade: websocket, saw none (RFC 6455 §4.2.1)");
  CHECK(request_error(head + "Sec-WebSocket-Version: 8\r\n\r\n") ==
        "expected Sec-WebSocket-Version: 13, saw \"8\" (RFC 6455 §4.2.1)");
  CHECK(request_error(head + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n") ==
        "expected a Sec-WebSocket-Key of 16 bytes in base64, saw \"x\" (RFC 6455 §4.2.1)");
}
