// Every peer with every feature of the interoperability table, and the table itself.
#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/tls/native/engine.hpp"
#include "harness/broker/broker.hpp"
#include "tests/integration/tls_native/talk.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

ClientSettings settings_for(Feature feature) {
  ClientSettings settings{.trust = test_pki().trust(), .min_version = Version::tls1_3};
  settings.keep_sessions = feature == Feature::resumed;
  if (feature == Feature::chacha) settings.cipher_suites = {"TLS_CHACHA20_POLY1305_SHA256"};
  return settings;
}

long hellos_sent(const Facts& facts) {
  return std::ranges::count_if(facts.messages, [](const HandshakeMessage& message) {
    return message.sent && message.type == 1;
  });
}

void check_resumed(Engine& engine, const RunningPeer& peer, SocketClient& first) {
  const auto session = first.session();
  INFO(first.trouble());
  REQUIRE(session != nullptr);
  first.close();  // some peers serve one at a time
  SocketClient second(engine, peer.port, {.connection = {.host = "localhost", .resume = session}});
  REQUIRE(second.handshake());
  CHECK(second.client().facts().resumed);
  CHECK(talks(second, peer, "again", true));
}

/// Without a certificate the peer lets nobody talk.
void check_insists(Engine& engine, const RunningPeer& peer) {
  SocketClient nobody(engine, peer.port, {});
  CHECK_FALSE((nobody.handshake() && talks(nobody, peer, "nobody", true)));
  CHECK(nobody.client().facts().certificate_requested);
}

void check_its_update(SocketClient& client, const RunningPeer& peer) {
  for (const auto* text : {"one", "two", "three"}) {
    if (peer.update_keys) peer.update_keys();
    if (!peer.update_text.empty()) {
      REQUIRE(client.send(peer.update_text));
      const auto answer = peer.update_answer.empty() ? peer.update_text : peer.update_answer;
      CHECK(client.receive(answer.size()) == answer);
    }
    CHECK(talks(client, peer, text, false));
  }
}

void check(Engine& engine, const RunningPeer& peer, Feature feature) {
  SocketClient::Options options;
  options.connection.record_messages = true;
  if (feature == Feature::two_way) options.connection.identity = test_pki().client_identity();
  if (feature == Feature::our_key_update) {
    auto* native = dynamic_cast<native::NativeEngine*>(&engine);
    if (native == nullptr) return;
    native->update_keys_after(2);
  }
  SocketClient client(engine, peer.port, options);
  const bool done = client.handshake();
  INFO(client.trouble());
  INFO("the peer said: " << peer.log());
  REQUIRE(done);
  const auto& facts = client.client().facts();
  CHECK(facts.verified);
  CHECK(facts.version == Version::tls1_3);
  CHECK(hellos_sent(facts) == (feature == Feature::retry ? 2 : 1));
  CHECK(talks(client, peer, "hello", true));
  switch (feature) {
    case Feature::two_way:
      CHECK(facts.certificate_sent);
      client.close();
      check_insists(engine, peer);
      break;
    case Feature::resumed:
      check_resumed(engine, peer, client);
      break;
    case Feature::retry:
      CHECK(facts.group == "secp384r1");
      break;
    case Feature::large_chain:
      CHECK(facts.peer_chain_bytes > 30000);
      break;
    case Feature::chacha:
      CHECK(facts.cipher_suite == "TLS_CHACHA20_POLY1305_SHA256");
      break;
    case Feature::fragmented:
      CHECK(talks(client, peer, std::string(4000, 'f'), false));
      break;
    case Feature::our_key_update:
      for (int i = 0; i < 10; ++i) CHECK(talks(client, peer, "more", false));
      break;
    case Feature::its_key_update:
      check_its_update(client, peer);
      break;
    case Feature::one_way:
      break;
  }
  client.close();
}

void check_peer(const PeerKind& kind) {
  for (const auto feature : all_features) {
    if (kind.lacks.contains(feature)) continue;
    INFO(kind.name << ": " << to_string(feature));
    const auto peer = kind.start(feature);
    for (const auto& engine_kind : engine_kinds) {
      INFO("engine " << engine_kind.name);
      const auto engine = engine_kind.make(settings_for(feature)).value();
      check(*engine, peer, feature);
    }
  }
}

void check_peer(std::string_view name) {
  const auto kinds = peer_kinds();
  const auto found = std::ranges::find(kinds, name, &PeerKind::name);
  REQUIRE(found != kinds.end());
  check_peer(*found);
}

/// Reasons stand below the table, each once.
std::string render_table() {
  std::vector<std::string_view> reasons;
  std::string head = "| peer |";
  std::string rule = "| --- |";
  for (const auto feature : all_features) {
    head += fmt::format(" {} |", to_string(feature));
    rule += " --- |";
  }
  std::string text = head + "\n" + rule + "\n";
  for (const auto& kind : peer_kinds()) {
    text += fmt::format("| {} |", kind.name);
    for (const auto feature : all_features) {
      const auto lack = kind.lacks.find(feature);
      if (lack == kind.lacks.end()) {
        text += " yes |";
        continue;
      }
      auto reason = std::ranges::find(reasons, lack->second);
      if (reason == reasons.end()) reason = reasons.insert(reasons.end(), lack->second);
      text += fmt::format(" no ({}) |", reason - reasons.begin() + 1);
    }
    text += "\n";
  }
  text += "\n";
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    text += fmt::format("{}. {}\n", i + 1, reasons[i]);
  }
  return text;
}

}  // namespace

TEST_CASE("OpenSSL's s_server and both engines agree in every feature", "[interop]") {
  check_peer("OpenSSL s_server");
}

TEST_CASE("nginx and both engines agree in every feature that it has", "[interop]") {
  check_peer("nginx (stream)");
}

TEST_CASE("mosquitto and both engines agree in every feature that it has", "[interop]") {
  check_peer("mosquitto");
}

TEST_CASE("gnutls-serv and both engines agree in every feature that it has", "[interop]") {
  check_peer("gnutls-serv");
}

TEST_CASE("Erlang/OTP and both engines agree in every feature that it has", "[interop]") {
  check_peer("Erlang/OTP ssl");
}

TEST_CASE("Node.js and both engines agree in every feature that it has", "[interop]") {
  check_peer("Node.js tls");
}

TEST_CASE("aedes and both engines agree in every feature that it has", "[interop]") {
  // It comes by npm, which is not everywhere.
  if (const auto program = broker::find_driver("aedes").value()->find({}); !program) {
    WARN("not tried: " << program.error().text());
    return;
  }
  check_peer("aedes (Node.js)");
}

TEST_CASE("ActiveMQ (Java) and both engines agree in every feature that it has", "[interop]") {
  check_peer("Java (ActiveMQ)");
}

TEST_CASE("docs/native-tls-interop.md has the table of these tests", "[interop]") {
  const auto table = render_table();
  INFO("expected:\n" << table);
  CHECK(read_text(HANDFAST_INTEROP_DOC).find(table) != std::string::npos);
}
