// The life of a WebSocket as RFC 6455 tells it, under the names that browsers give (WebSocket API,
// readyState): handshake asked for, open, one side has said Close, over.
#pragma once

#include <cstdint>
#include <string_view>

namespace handfast::websocket {

enum class State : std::uint8_t {
  connecting,  ///< the opening handshake is under way (section 4.1)
  open,        ///< 101 came: messages go both ways
  closing,     ///< a Close frame went out or came in (section 7.1.3)
  closed,      ///< the connection below is gone (section 7.1.4)
};

constexpr std::string_view to_string(State state) {
  switch (state) {
    case State::connecting:
      return "CONNECTING";
    case State::open:
      return "OPEN";
    case State::closing:
      return "CLOSING";
    case State::closed:
      return "CLOSED";
  }
  return "?";
}

}  // namespace handfast::websocket
