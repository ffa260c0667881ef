// External pre-shared keys, in both versions of TLS.
#include "tests/support/catch.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

const ExternalPsk device{.identity = "dev-7", .key = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};

struct Attempt {
  std::unique_ptr<Client> client;
  Output out;
};

/// Against a server that knows the key of `device`, and has a certificate too.
Attempt connect(Version version, const ExternalPsk& psk) {
  auto engine = make_libssl_engine({.trust = test_pki().trust(), .max_version = version});
  static std::vector<std::unique_ptr<Engine>> kept;  // clients live no longer than their engine
  auto& owner = *kept.emplace_back(std::move(*engine));
  Attempt attempt{owner.make_client({.host = "localhost", .psk = psk}).value(), {}};
  MemoryServer server({.identity = test_pki().server_identity(),
                       .psk = std::make_shared<const ExternalPsk>(device)});
  attempt.client->start(attempt.out);
  exchange(*attempt.client, server, attempt.out);
  return attempt;
}

}  // namespace

TEST_CASE("both sides prove an external key, and that is no resumption", "[tls]") {
  const auto version = GENERATE(Version::tls1_2, Version::tls1_3);
  const auto attempt = connect(version, device);
  REQUIRE(has_event(attempt.out, EventKind::handshake_done));
  const auto& facts = attempt.client->facts();
  CHECK(facts.version == version);
  CHECK(facts.external_psk);
  CHECK_FALSE(facts.resumed);
  CHECK(facts.peer_chain_length == 0);
}

TEST_CASE("a wrong key ends the handshake", "[tls]") {
  const auto version = GENERATE(Version::tls1_2, Version::tls1_3);
  auto wrong = device;
  wrong.key[0] ^= 1;
  const auto attempt = connect(version, wrong);
  CHECK(has_event(attempt.out, EventKind::failed));
  CHECK_FALSE(has_event(attempt.out, EventKind::handshake_done));
}

TEST_CASE(
    "a server that does not know the identity shows its certificate instead under TLS 1.3, and "
    "refuses under TLS 1.2",
    "[tls]") {
  const auto attempt = connect(Version::tls1_3, {.identity = "stranger", .key = device.key});
  REQUIRE(has_event(attempt.out, EventKind::handshake_done));
  CHECK_FALSE(attempt.client->facts().external_psk);
  CHECK(attempt.client->facts().peer_chain_length == 2);
  const auto older = connect(Version::tls1_2, {.identity = "stranger", .key = device.key});
  CHECK(has_event(older.out, EventKind::failed));
}

TEST_CASE("keys and identities that TLS cannot carry are refused", "[tls]") {
  auto engine = make_libssl_engine({}).value();
  const auto psk = GENERATE(ExternalPsk{.identity = "", .key = {1}},
                            ExternalPsk{.identity = std::string(257, 'x'), .key = {1}},
                            ExternalPsk{.identity = std::string("a\0b", 3), .key = {1}},
                            ExternalPsk{.identity = "a", .key = {}},
                            ExternalPsk{.identity = "a", .key = Bytes(513, 1)});
  const auto refused = engine->make_client({.host = "localhost", .psk = psk});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ProblemKind::usage);
}
