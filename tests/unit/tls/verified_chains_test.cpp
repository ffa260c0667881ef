// Chains that are verified once: what must be asked again, and what must never be remembered.
#include <chrono>

#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

using SystemTime = std::chrono::system_clock::time_point;

/// An engine that remembers chains, on a clock that the test moves.
struct Remembering {
  explicit Remembering(ClientSettings settings = {}) {
    if (settings.trust.empty()) settings.trust = test_pki().trust();
    settings.verify_every_time = false;
    settings.wall_clock = [this] { return now; };
    engine = make_libssl_engine(settings).value();
  }
  Remembering(const Remembering&) = delete;
  Remembering& operator=(const Remembering&) = delete;

  /// "verified", "remembered", or the name of the verify result that ended the handshake.
  std::string connect(const MemoryServer& server, const std::string& host = "localhost") {
    auto client = engine->make_client({.host = host}).value();
    auto peer = server.next();
    Output out;
    client->start(out);
    exchange(*client, peer, out);
    if (!has_event(out, EventKind::handshake_done))
      return verify_name(client->failure().verify_code);
    CHECK(client->facts().verified);
    CHECK(client->facts().verify_code == X509_V_OK);
    return client->facts().chain_remembered ? "remembered" : "verified";
  }
  Trick chains() const { return engine->tricks()[1]; }

  SystemTime now = std::chrono::system_clock::now();
  std::unique_ptr<Engine> engine;
};

MemoryServer server_of(const TestPki& pki) {
  return MemoryServer({.identity = pki.server_identity()});
}

/// A server whose leaf, intermediate or anchor ends before the others do.
struct ShortLived {
  explicit ShortLived(long anchor_s, long intermediate_s, long leaf_s)
      : root(mint({.name = "root", .ca = true, .not_after_s = anchor_s})),
        intermediate(mint({.name = "ca", .ca = true, .not_after_s = intermediate_s}, &root)),
        leaf(mint({.name = "leaf",
                   .san = "DNS:localhost",
                   .extended_usage = "serverAuth",
                   .not_after_s = leaf_s},
                  &intermediate)) {}
  MemoryServer server() const {
    std::vector<CertificatePtr> chain;
    chain.push_back(up_ref(leaf.certificate.get()));
    chain.push_back(up_ref(intermediate.certificate.get()));
    return MemoryServer(
        {.identity = Identity::from_parts(std::move(chain), up_ref(leaf.key.get()))});
  }
  Trust trust() const { return Trust::from_pem(to_pem(root.certificate.get()), "root").value(); }

  Minted root, intermediate, leaf;
};

}  // namespace

TEST_CASE("a chain that was accepted is remembered, and the engine counts it", "[tls]") {
  Remembering client;
  const auto server = server_of(test_pki());
  CHECK(client.connect(server) == "verified");
  CHECK(client.connect(server) == "remembered");
  CHECK(client.connect(server) == "remembered");
  CHECK(client.chains().on);
  CHECK(client.chains().hits == 2);
  CHECK(client.chains().misses == 1);
}

TEST_CASE("verify_every_time checks every chain", "[tls]") {
  auto engine =
      make_libssl_engine({.trust = test_pki().trust(), .verify_every_time = true}).value();
  const auto server = server_of(test_pki());
  for (int i = 0; i < 3; ++i) {
    auto client = engine->make_client({.host = "localhost"}).value();
    auto peer = server.next();
    Output out;
    client->start(out);
    exchange(*client, peer, out);
    CHECK(client->facts().verified);
    CHECK_FALSE(client->facts().chain_remembered);
  }
  CHECK_FALSE(engine->tricks()[1].on);
}

TEST_CASE("under the wrong root every handshake fails", "[tls]") {
  const auto& pki = test_pki();
  Remembering client(
      {.trust = Trust::from_pem(to_pem(pki.rogue_root.certificate.get()), "rogue").value()});
  const auto server = server_of(pki);
  for (int i = 0; i < 5; ++i) CHECK(client.connect(server) == "unable_to_get_issuer_cert_locally");
  CHECK(client.chains().hits == 0);
}

TEST_CASE("a chain that was accepted for one name is not accepted for another", "[tls]") {
  Remembering client;
  const auto server = server_of(test_pki());
  CHECK(client.connect(server, "localhost") == "verified");
  for (int i = 0; i < 2; ++i) {
    CHECK(client.connect(server, "elsewhere.example") == "hostname_mismatch");
    CHECK(client.connect(server, "127.0.0.9") == "ip_address_mismatch");
  }
  CHECK(client.connect(server, "127.0.0.1") == "verified");
  CHECK(client.connect(server, "127.0.0.1") == "remembered");
  CHECK(client.connect(server, "localhost") == "remembered");
}

TEST_CASE("another chain of the same name is verified by itself", "[tls]") {
  Remembering client;
  const TestPki foreign;
  CHECK(client.connect(server_of(test_pki())) == "verified");
  // A different root of the same name: the engine's anchor did not sign this.
  CHECK(client.connect(server_of(foreign)) != "remembered");
  CHECK(client.connect(server_of(foreign)) != "verified");
  CHECK(client.connect(server_of(test_pki())) == "remembered");
}

TEST_CASE("a chain that ends between two handshakes is refused at the second", "[tls]") {
  constexpr long soon = 1000;
  constexpr long late = 100'000;
  // Whichever certificate of the chain it is, the anchor included.
  const auto [anchor, intermediate, leaf] = GENERATE_COPY(
      table<long, long, long>({{late, late, soon}, {late, soon, late}, {soon, late, late}}));
  const ShortLived pki(anchor, intermediate, leaf);
  const auto server = pki.server();
  Remembering client({.trust = pki.trust()});
  CHECK(client.connect(server) == "verified");
  client.now += std::chrono::seconds(soon - 100);
  CHECK(client.connect(server) == "remembered");
  client.now += std::chrono::seconds(200);
  CHECK(client.connect(server) == "cert_has_expired");
  CHECK(client.connect(server) == "cert_has_expired");
}

TEST_CASE("a chain is refused before its time, although it was accepted later", "[tls]") {
  const ShortLived pki(1000, 1000, 1000);
  const auto server = pki.server();
  Remembering client({.trust = pki.trust()});
  CHECK(client.connect(server) == "verified");
  client.now -= std::chrono::hours(2);  // they begin one hour ago
  CHECK(client.connect(server) == "cert_not_yet_valid");
}
