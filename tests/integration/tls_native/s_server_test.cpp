// What OpenSSL's s_server can do beyond the table: keys and suites of every kind, external keys,
// early data, tickets in any number, and bytes that arrive in any pieces.
#include "tests/integration/tls_native/talk.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

ClientSettings settings() { return {.trust = test_pki().trust(), .min_version = Version::tls1_3}; }

RunningPeer s_server(const std::string& chain, std::vector<std::string> more,
                     Talk talk = Talk::reverse) {
  auto words = s_server_words(chain);
  if (talk == Talk::reverse) words.emplace_back("-rev");
  words.insert(words.end(), more.begin(), more.end());
  return start_peer(words, talk);
}

void with_each_engine(const ClientSettings& settings, const std::function<void(Engine&)>& check) {
  for (const auto& kind : engine_kinds) {
    INFO("engine " << kind.name);
    check(*kind.make(settings).value());
  }
}

void check_talks(Engine& engine, const RunningPeer& peer, SocketClient::Options options = {}) {
  SocketClient client(engine, peer.port, options);
  const bool done = client.handshake();
  INFO(client.trouble() << "\n" << peer.log());
  REQUIRE(done);
  CHECK(talks(client, peer, "hello", true));
}

}  // namespace

TEST_CASE("certificates of every kind of key, with every suite", "[interop]") {
  for (const auto* chain : {"P-256", "P-384", "RSA", "Ed25519"}) {
    const auto peer = s_server(chain, {});
    for (const auto* suite :
         {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}) {
      INFO(chain << " " << suite);
      auto chosen = settings();
      chosen.cipher_suites = {suite};
      with_each_engine(chosen, [&](Engine& engine) { check_talks(engine, peer); });
    }
  }
}

TEST_CASE("each group by itself, and with another in front that the server does not want",
          "[interop]") {
  for (const auto* group : {"X25519", "P-256", "P-384"}) {
    const auto peer = s_server("P-256", {"-groups", group});
    for (const auto* first : {"X25519", "P-256", "P-384"}) {
      INFO(first << " offered first, " << group << " wanted");
      auto chosen = settings();
      chosen.groups = {first};
      if (first != std::string_view(group)) chosen.groups.emplace_back(group);
      with_each_engine(chosen, [&](Engine& engine) { check_talks(engine, peer); });
    }
  }
}

TEST_CASE("client certificates of every kind of key", "[interop]") {
  const auto peer = s_server("P-256", {"-Verify", "3", "-verify_return_error", "-CAfile",
                                       interop_pki().trust_file().string()});
  for (const auto* key : {"P-256", "P-384", "RSA", "Ed25519"}) {
    INFO(key);
    const auto leaf =
        mint({.name = "client", .extended_usage = "clientAuth", .key = key}, &test_pki().root);
    const auto identity =
        Identity::from_pem(to_pem(leaf.certificate.get()), to_pem(leaf.key.get()), key).value();
    with_each_engine(settings(), [&](Engine& engine) {
      check_talks(engine, peer, {.connection = {.host = "localhost", .identity = identity}});
    });
  }
}

TEST_CASE("bytes that arrive in pieces of any size", "[interop]") {
  const auto peer = s_server("large", {"-split_send_frag", "512", "-max_send_frag", "512"});
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{1000}}) {
    INFO(size << " bytes at a time");
    with_each_engine(settings(),
                     [&](Engine& engine) { check_talks(engine, peer, {.most_read = size}); });
  }
}

TEST_CASE("no ticket, one and seven", "[interop]") {
  auto keeping = settings();
  keeping.keep_sessions = true;
  for (const auto* count : {"0", "1", "7"}) {
    INFO(count << " tickets");
    const auto peer = s_server("P-256", {"-num_tickets", count});
    with_each_engine(keeping, [&](Engine& engine) {
      SocketClient client(engine, peer.port, {.patience = std::chrono::seconds(2)});
      REQUIRE(client.handshake());
      CHECK(talks(client, peer, "hello", true));
      CHECK((client.session() != nullptr) == (*count != '0'));
    });
  }
}

TEST_CASE("a session is resumed with HelloRetryRequest too", "[interop]") {
  auto keeping = settings();
  keeping.keep_sessions = true;
  const auto peer = s_server("P-256", {"-groups", "P-384"});
  with_each_engine(keeping, [&](Engine& engine) {
    SocketClient first(engine, peer.port, {});
    REQUIRE(first.handshake());
    CHECK(talks(first, peer, "hello", true));
    const auto session = first.session();
    REQUIRE(session);
    first.close();
    SocketClient second(engine, peer.port,
                        {.connection = {.host = "localhost", .resume = session}});
    REQUIRE(second.handshake());
    CHECK(second.client().facts().resumed);
    CHECK(talks(second, peer, "hello", true));
  });
}

TEST_CASE("an external PSK, right and wrong", "[interop]") {
  const auto peer =
      s_server("P-256", {"-psk", "000102030405060708090a0b0c0d0e0f", "-psk_identity", "device"});
  ExternalPsk psk{.identity = "device",
                  .key = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
  with_each_engine(settings(), [&](Engine& engine) {
    SocketClient client(engine, peer.port, {.connection = {.host = "localhost", .psk = psk}});
    const bool done = client.handshake();
    INFO(client.trouble() << "\n" << peer.log());
    REQUIRE(done);
    CHECK(client.client().facts().external_psk);
    CHECK(talks(client, peer, "hello", true));
    client.close();
    auto wrong = psk;
    wrong.key[0] ^= 1;
    SocketClient refused(engine, peer.port, {.connection = {.host = "localhost", .psk = wrong}});
    CHECK_FALSE(refused.handshake());
    CHECK(refused.client().failure().cause == Cause::alert_received);
  });
}

TEST_CASE("early data is accepted", "[interop]") {
  auto keeping = settings();
  keeping.keep_sessions = true;
  with_each_engine(keeping, [&](Engine& engine) {
    const auto peer = s_server("P-256", {"-early_data", "-no_anti_replay"}, Talk::console);
    std::shared_ptr<const Session> session;
    {
      SocketClient first(engine, peer.port, {});
      REQUIRE(first.handshake());
      session = first.session();
      REQUIRE(session);
      first.close();
    }
    SocketClient second(
        engine, peer.port,
        {.connection = {.host = "localhost", .resume = session}, .early = "early hello\n"});
    const bool done = second.handshake();
    INFO(second.trouble() << "\n" << peer.log());
    REQUIRE(done);
    CHECK(second.client().facts().resumed);
    CHECK(second.client().facts().early_data == EarlyData::accepted);
    CHECK(peer.process->await_said("early hello"));
    CHECK(talks(second, peer, "hello", true));
  });
}

TEST_CASE("early data for a server that has none is rejected, the connection stands", "[interop]") {
  auto keeping = settings();
  keeping.keep_sessions = true;
  const auto generous = s_server("P-256", {"-early_data", "-no_anti_replay"}, Talk::console);
  const auto strict = s_server("P-256", {});
  with_each_engine(keeping, [&](Engine& engine) {
    SocketClient first(engine, generous.port, {});
    REQUIRE(first.handshake());
    const auto session = first.session();
    REQUIRE(session);
    first.close();
    SocketClient second(
        engine, strict.port,
        {.connection = {.host = "localhost", .resume = session}, .early = "lost\n"});
    const bool done = second.handshake();
    INFO(second.trouble() << "\n" << strict.log());
    REQUIRE(done);
    CHECK(second.client().facts().early_data == EarlyData::rejected);
    CHECK(talks(second, strict, "hello", true));
  });
}

TEST_CASE("a wrong CA and a wrong name are refused before a byte is said", "[interop]") {
  const auto peer = s_server("P-256", {});
  with_each_engine(settings(), [&](Engine& engine) {
    SocketClient client(engine, peer.port, {.connection = {.host = "other.test"}});
    CHECK_FALSE(client.handshake());
    CHECK(client.client().failure().cause == Cause::alert_sent);
  });
  auto foreign = settings();
  foreign.trust = Trust::from_pem(to_pem(test_pki().rogue_root.certificate.get()), "r").value();
  with_each_engine(foreign, [&](Engine& engine) {
    SocketClient client(engine, peer.port, {});
    CHECK_FALSE(client.handshake());
    CHECK(alert_name(client.client().failure().alert.description) == "unknown_ca");
  });
}

TEST_CASE("a server of TLS 1.2 alone is refused", "[interop]") {
  auto words = s_server_words("P-256");
  std::ranges::replace(words, std::string("-tls1_3"), std::string("-tls1_2"));
  const auto peer = start_peer(words, Talk::console);
  with_each_engine(settings(), [&](Engine& engine) {
    SocketClient client(engine, peer.port, {});
    CHECK_FALSE(client.handshake());
    CHECK(alert_name(client.client().failure().alert.description) == "protocol_version");
  });
}
