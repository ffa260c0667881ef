// What WebSocket costs on the wire, as docs/transports.md tells it.
#include <fstream>
#include <iterator>

#include "core/websocket/frame.hpp"
#include "core/websocket/handshake.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::websocket;

namespace {

std::size_t overhead(std::size_t payload, bool masked) {
  FrameOptions options;
  if (masked) options.mask = MaskKey{1, 2, 3, 4};
  Bytes out;
  encode_frame(out, options, Bytes(payload));
  return out.size() - payload;
}

std::string documentation() {
  std::ifstream file(HANDFAST_SOURCE_DIR "/docs/transports.md");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a frame costs 2 to 14 octets, a request's headers hundreds (S2-32)", "[websocket]") {
  struct Row {
    std::size_t payload, client, server;
  };
  for (const auto& row :
       {Row{0, 6, 2}, Row{125, 6, 2}, Row{126, 8, 4}, Row{65'535, 8, 4}, Row{65'536, 14, 10}}) {
    INFO(row.payload << " bytes of payload");
    CHECK(overhead(row.payload, true) == row.client);
    CHECK(overhead(row.payload, false) == row.server);
  }
  // The smallest request that would carry the same bytes once, headers repeated every time.
  const std::string request =
      "POST /mqtt HTTP/1.1\r\nHost: broker.example:8084\r\nContent-Type: "
      "application/octet-stream\r\nContent-Length: 2\r\n\r\n";
  CHECK(request.size() == 109);
  CHECK(request.size() / overhead(2, true) >= 18);
  const auto upgrade = render_request({.host = "broker.example:8084"}).value();
  CHECK(upgrade.size() == 192);

  const auto text = documentation();
  for (const auto* line : {"| 0 to 125 | 6 | 2 |", "| 126 to 65,535 | 8 | 4 |",
                           "| 65,536 and more | 14 | 10 |", "109 octets", "192 octets"}) {
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("the documentation tells HTTP keep-alive from WebSocket (S2-38)", "[websocket]") {
  const auto text = documentation();
  const auto at = text.find("## HTTP keep-alive is not WebSocket");
  REQUIRE(at != std::string::npos);
  const auto section = text.substr(at, text.find("\n## ", at + 1) - at);
  for (const auto* words : {"Connection: keep-alive", "request", "101", "both directions"}) {
    INFO(words);
    CHECK(section.find(words) != std::string::npos);
  }
}
