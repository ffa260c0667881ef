// After the handshake: key updates, ends of the connection, key log, and what a connection holds.
#include "core/tls/native/native_client.hpp"
#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

/// What the server says when its key is updated, with or without a request for ours.
Bytes key_update(MemoryServer& server, int kind) {
  SSL_key_update(server.ssl(), kind);
  SSL_do_handshake(server.ssl());
  return server.drain();
}

}  // namespace

TEST_CASE("the server's key update is followed, and answered when it asks (RFC 8446 4.6.3)",
          "[tls_native]") {
  const std::string suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  auto server = plain_server();
  auto seen = attempt({.cipher_suites = {suite}}, server);
  REQUIRE(seen.done());
  for (int round = 0; round < 3; ++round) {
    Output out;
    seen.client->feed(key_update(server, SSL_KEY_UPDATE_NOT_REQUESTED), out);
    CHECK(out.wire.empty());
    CHECK(echoes(*seen.client, server));
    seen.client->feed(key_update(server, SSL_KEY_UPDATE_REQUESTED), out);
    CHECK_FALSE(out.wire.empty());
    server.feed(out.wire);
    CHECK(echoes(*seen.client, server));
  }
  CHECK_FALSE(server.failed());
}

TEST_CASE("the client updates its own key before the cipher's limit (RFC 8446 5.5)",
          "[tls_native]") {
  auto server = plain_server();
  auto engine = native_engine();
  engine->update_keys_after(4);
  auto client = engine->make_client({.host = "localhost"}).value();
  Output out;
  client->start(out);
  exchange(*client, server, out);
  for (int i = 0; i < 20; ++i) CHECK(echoes(*client, server));
  CHECK_FALSE(server.failed());
}

TEST_CASE("close_notify is an orderly end in both directions", "[tls_native]") {
  auto server = plain_server();
  auto seen = attempt({}, server);
  Output out;
  seen.client->feed(server.close(), out);
  CHECK(has_event(out, EventKind::closed));
  REQUIRE(seen.facts().alert_received);
  CHECK(seen.facts().alert_received->description == 0);
  CHECK(seen.failure().cause == Cause::none);

  auto second = plain_server();
  auto other = attempt({}, second);
  other.client->close(CloseStyle::close_notify, out);
  CHECK_FALSE(out.wire.empty());
  CHECK(other.facts().alert_sent == Alert{1, 0});
  CHECK_FALSE(other.client->send(as_bytes("late"), out));
}

TEST_CASE("a transport that ends at any byte of the server's flight is truncation",
          "[tls_native]") {
  auto engine = native_engine();
  for (std::size_t cut = 0; cut < 700; cut += 7) {
    INFO("cut at " << cut);
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = plain_server();
    Output out;
    client->start(out);
    const Bytes answer = server.feed(std::exchange(out.wire, {}));
    client->feed(ByteView(answer).first(cut), out);
    client->feed_end(out);
    CHECK(client->failure().cause == Cause::truncated);
    CHECK_FALSE(has_event(out, EventKind::handshake_done));
  }
}

TEST_CASE("the key log has the lines that libssl writes", "[tls_native]") {
  auto server = plain_server();
  static std::vector<std::string> theirs;
  theirs.clear();
  SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(server.ssl()),
                              [](const SSL*, const char* line) { theirs.emplace_back(line); });
  std::vector<std::string> ours;
  CHECK(attempt({.key_log = [&ours](std::string_view line) { ours.emplace_back(line); }}, server)
            .done());
  CHECK(ours.size() == 5);
  std::ranges::sort(ours);
  std::ranges::sort(theirs);
  CHECK(ours == theirs);
}

TEST_CASE("an established connection is small", "[tls_native]") {
  CHECK(sizeof(native::NativeClient) <= 216);  // with malloc's own 8 bytes a block of 224
}

TEST_CASE("an idle connection keeps its facts and no recorded messages", "[tls_native]") {
  auto server = plain_server();
  auto seen = attempt({}, server, {.host = "localhost", .record_messages = true});
  REQUIRE(seen.done());
  REQUIRE_FALSE(seen.facts().messages.empty());
  REQUIRE_FALSE(seen.facts().peer_chain.empty());
  auto expected = seen.facts();
  expected.messages = {};
  expected.peer_chain = {};
  seen.client->release_buffers();
  CHECK(seen.facts() == expected);
  CHECK(echoes(*seen.client, server));
}

TEST_CASE("an idle connection lets go of its keys and finds them again", "[tls_native]") {
  const std::string suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  auto server = plain_server();
  auto seen = attempt({.cipher_suites = {suite}}, server);
  REQUIRE(seen.done());
  for (int round = 0; round < 3; ++round) {
    seen.client->release_buffers();
    CHECK(echoes(*seen.client, server));
    seen.client->release_buffers();
    seen.client->release_buffers();
    Output out;
    seen.client->feed(key_update(server, SSL_KEY_UPDATE_REQUESTED), out);
    seen.client->release_buffers();
    server.feed(out.wire);
    CHECK(echoes(*seen.client, server));
  }
  seen.client->release_buffers();
  Output out;
  seen.client->close(CloseStyle::close_notify, out);
  server.feed(out.wire);
  CHECK(SSL_get_shutdown(server.ssl()) == SSL_RECEIVED_SHUTDOWN);
  CHECK_FALSE(server.failed());
}

TEST_CASE("facts outlive the handshake, alike ones are shared", "[tls_native]") {
  auto engine = native_engine();
  const auto connect = [&engine] {
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = plain_server();
    Output out;
    client->start(out);
    exchange(*client, server, out);
    return client;
  };
  const auto first = connect();
  const auto second = connect();
  CHECK(&first->facts() == &second->facts());
  Output out;
  second->close(CloseStyle::close_notify, out);
  CHECK(second->facts().alert_sent == Alert{1, 0});
  CHECK_FALSE(first->facts().alert_sent);
  CHECK(second->facts().group == "x25519");
}
