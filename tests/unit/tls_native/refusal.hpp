// A native client in front of a server that lies, and what it has to say to that.
#pragma once

#include <string>

#include "tests/support/hex.hpp"
#include "tests/unit/tls_native/lab.hpp"
#include "tests/unit/tls_native/lying_server.hpp"

namespace handfast::test {

using tls::native::ContentType;
using tls::native::HandshakeType;

using Play = std::function<void(LyingServer&)>;

/// "alert: detail" of a client to which `play` was shown; "accepted" when it has nothing against
/// it.
inline std::string judged(const Play& play, const LyingServer::Edit& edit = {},
                          tls::ClientSettings settings = {},
                          const tls::ConnectionSettings& connection = {.host = "localhost"},
                          std::string_view early = {}) {
  auto engine = native_engine(std::move(settings));
  auto client = engine->make_client(connection).value();
  LyingServer server(edit);
  tls::Output out;
  CHECK(client->start_with_early_data(as_bytes(early), out) == !early.empty());
  server.read_hello(std::exchange(out.wire, {}));
  play(server);
  client->feed(server.take(), out);
  if (!has_event(out, tls::EventKind::failed)) return "accepted";
  CHECK(has_event(out, tls::EventKind::alert_sent));
  CHECK(client->facts().alert_sent == client->failure().alert);
  return tls::alert_name(client->failure().alert.description) + ": " + client->failure().detail;
}

/// The same when one message of an otherwise right flight is bent.
template <class Bend>
std::string bent(HandshakeType which, const Bend& bend) {
  return judged([](LyingServer& server) { server.flight(); },
                [&](HandshakeType type, Bytes& body) {
                  if (type == which) bend(body);
                });
}

inline void append(Bytes& body, const Bytes& more) {
  body.insert(body.end(), more.begin(), more.end());
}

// Offsets into the body of our ServerHello: version 2, random 32, session identifier 1 + 32.
inline constexpr std::size_t session_id_at = 2 + 32;
inline constexpr std::size_t suite_at = session_id_at + 1 + 32;
inline constexpr std::size_t compression_at = suite_at + 2;
inline constexpr std::size_t extensions_at = compression_at + 1;

/// Adds an extension to the list that begins at `at`.
inline void add_extension(Bytes& body, std::size_t at, const Bytes& extension) {
  const auto size = static_cast<std::size_t>(body[at] << 8 | body[at + 1]) + extension.size();
  body[at] = static_cast<std::uint8_t>(size >> 8);
  body[at + 1] = static_cast<std::uint8_t>(size);
  append(body, extension);
}

}  // namespace handfast::test
