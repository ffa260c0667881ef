// Whole handshakes of the native client with libssl's server.
#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

TEST_CASE("a native handshake completes, verifies the chain and records what was negotiated",
          "[tls_native]") {
  auto server = plain_server();
  auto seen = attempt({}, server, {.host = "localhost", .record_messages = true});
  CHECK(seen.failure().detail.empty());
  REQUIRE(seen.done());
  const auto& facts = seen.facts();
  CHECK(facts.version == Version::tls1_3);
  CHECK(facts.cipher_suite == "TLS_AES_256_GCM_SHA384");
  CHECK(facts.group == "x25519");
  CHECK(facts.signature == "ecdsa_secp256r1_sha256");
  CHECK(facts.verified);
  CHECK(facts.verify_code == X509_V_OK);
  CHECK_FALSE(facts.certificate_requested);
  CHECK(facts.peer_chain_length == 2);
  REQUIRE(facts.peer_chain.size() == 2);
  CHECK(facts.peer_chain[0] == to_der(test_pki().server.certificate.get()));
  std::vector<std::string> names;
  for (const auto& message : facts.messages) names.push_back(handshake_name(message.type));
  CHECK(names == std::vector<std::string>{"ClientHello", "ServerHello", "EncryptedExtensions",
                                          "Certificate", "CertificateVerify", "Finished",
                                          "Finished"});
  CHECK(echoes(*seen.client, server));
}

TEST_CASE("the server's bytes may come in pieces of any size", "[tls_native]") {
  const auto piece = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{100},
                              std::size_t{1000}, std::size_t{100'000});
  auto engine = native_engine();
  auto client = engine->make_client({.host = "localhost"}).value();
  auto server = plain_server();
  Output out;
  client->start(out);
  const std::string payload(40'000, 'x');
  bool sent = false;
  for (int round = 0; round < 20 && !out.wire.empty(); ++round) {
    const Bytes answer = server.feed(std::exchange(out.wire, {}));
    for (std::size_t at = 0; at < answer.size(); at += piece) {
      client->feed(ByteView(answer).subspan(at, std::min(piece, answer.size() - at)), out);
    }
    if (has_event(out, EventKind::handshake_done) && !sent)
      sent = client->send(as_bytes(payload), out);
  }
  CHECK(sent);
  CHECK(server.received() == payload);
  CHECK(as_text(out.plain) == payload);
}

TEST_CASE("every cipher suite", "[tls_native]") {
  const std::string suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  auto server = plain_server();
  auto seen = attempt({.cipher_suites = {suite}}, server);
  REQUIRE(seen.done());
  CHECK(seen.facts().cipher_suite == suite);
  CHECK(echoes(*seen.client, server, std::string(100'000, 'y')));
}
