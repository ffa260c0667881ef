// A native client against libssl's server in memory.
#pragma once

#include <memory>
#include <utility>

#include "core/tls/native/engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

/// An engine that trusts the test PKI unless the settings say otherwise.
inline std::unique_ptr<tls::native::NativeEngine> native_engine(tls::ClientSettings settings = {}) {
  if (settings.trust.empty()) settings.trust = test_pki().trust();
  REQUIRE(tls::native_supports(settings));
  return tls::native::NativeEngine::make(settings).value();
}

inline MemoryServer plain_server(std::function<void(SSL_CTX*)> configure = {}) {
  return MemoryServer(
      {.identity = test_pki().server_identity(), .configure = std::move(configure)});
}

/// One connection: its engine may be its own.
struct Attempt {
  std::unique_ptr<tls::native::NativeEngine> engine;
  std::unique_ptr<tls::Client> client;
  tls::Output out;

  const tls::Facts& facts() const { return client->facts(); }
  const tls::Failure& failure() const { return client->failure(); }
  bool done() const { return has_event(out, tls::EventKind::handshake_done); }
  bool failed() const { return has_event(out, tls::EventKind::failed); }
};

/// The whole handshake, with all that the server says after it.
inline Attempt attempt(tls::ClientSettings settings, MemoryServer& server,
                       const tls::ConnectionSettings& connection = {.host = "localhost"}) {
  Attempt made;
  made.engine = native_engine(std::move(settings));
  made.client = made.engine->make_client(connection).value();
  made.client->start(made.out);
  exchange(*made.client, server, made.out);
  return made;
}

/// True when bytes sent by the client come back from the echoing server.
inline bool echoes(tls::Client& client, MemoryServer& server, std::string_view text = "echo") {
  tls::Output out;
  if (!client.send(as_bytes(text), out)) return false;
  exchange(client, server, out);
  return as_text(out.plain) == text;
}

}  // namespace handfast::test
