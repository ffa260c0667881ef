#include "core/websocket/state.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::websocket;

TEST_CASE("the four states of a WebSocket have the names of its API, in order (S2-37)",
          "[websocket]") {
  CHECK(to_string(State::connecting) == "CONNECTING");
  CHECK(to_string(State::open) == "OPEN");
  CHECK(to_string(State::closing) == "CLOSING");
  CHECK(to_string(State::closed) == "CLOSED");
  CHECK(State::connecting < State::open);
  CHECK(State::open < State::closing);
  CHECK(State::closing < State::closed);
}
