// Whatever arrives: handshake parsers and frame decoder stay in bounds, and splitting the bytes
// changes nothing.
#include <algorithm>
#include <cstdlib>

#include "core/websocket/decoder.hpp"
#include "core/websocket/handshake.hpp"

using namespace handfast;
using namespace handfast::websocket;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Payload bytes, control frames and the error of a stream, in a form that does not show how data
/// was split.
struct Decoded {
  std::string log;
  std::string payload;

  bool operator==(const Decoded&) const = default;
};

Decoded decode(Role role, ByteView bytes, std::size_t step) {
  FrameDecoder decoder(role, {.message_bytes = 4096});
  Decoded decoded;
  while (!bytes.empty()) {
    auto input = bytes.first(std::min(step, bytes.size()));
    bytes = bytes.subspan(input.size());
    while (true) {
      const auto event = decoder.next(input);
      if (event.need_more()) break;
      if (event.has_error()) {
        decoded.log += event.error().text();
        return decoded;
      }
      if (event->kind == Event::Kind::data) {
        decoded.payload += as_text(event->payload);
      } else {
        decoded.log += static_cast<char>('0' + static_cast<int>(event->kind));
        decoded.log += as_text(event->payload);
      }
    }
    require(input.empty());
  }
  return decoded;
}

void check_handshakes(ByteView input) {
  UpgradeRequest request{.host = "h"};
  const auto response = parse_response(input, request);
  if (response) require(response->consumed <= input.size());
  if (response.has_error()) require(!response.error().text().empty());
  const auto received = parse_request(input);
  if (received) {
    require(received->consumed <= input.size());
    require(!render_response(*received).empty());
  }
}

}  // namespace

/// The first byte chooses the role and the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto role = (data[0] & 1) != 0 ? Role::server : Role::client;
  const ByteView input(data + 1, size - 1);
  require(decode(role, input, SIZE_MAX) == decode(role, input, 1U + (data[0] >> 1)));
  check_handshakes(input);
  return 0;
}
