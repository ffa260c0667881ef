// The opening handshake (RFC 6455 section 4) as text under full control, and its answer as it came:
// nothing is checked here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"
#include "core/websocket/handshake.hpp"

namespace handfast::check::wss {

struct Request {
  std::string method = "GET";
  std::string target = "/mqtt";
  websocket::Headers fields{};

  /// Replaces the field of exactly that name, or adds it.
  void set(std::string_view name, std::string value);
  void add(std::string name, std::string value);
  void remove(std::string_view name);
  const std::string& key() const;  ///< Sec-WebSocket-Key as it goes out; empty without one
  std::string text() const;
};

/// An upgrade to which no server has anything to object, with a key of its own. `protocols` empty:
/// no Sec-WebSocket-Protocol field.
Request usual_request(const Endpoint& endpoint, std::string protocols = "mqtt");
/// GET of the path without a word of WebSocket.
Request plain_request(const Endpoint& endpoint);

struct Answer {
  int status = 0;
  std::string status_text{};  ///< "404 Not Found"
  websocket::Headers fields{};
  std::size_t consumed = 0;  ///< bytes of the head

  bool upgrades() const { return status == 101; }
  /// Of the first field of that name, in any letter case; empty when absent.
  std::string field(std::string_view name) const;
};

/// The head at the start of `received`; nullopt while it is not whole, and for what is no HTTP.
std::optional<Answer> read_answer(ByteView received);

}  // namespace handfast::check::wss
