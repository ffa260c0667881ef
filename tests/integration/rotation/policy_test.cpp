// Policies of a listener that change while clients exist: cipher suites, revocation, no TLS at all.
#include "pki/revocation/crl.hpp"
#include "pki/revocation/serial.hpp"
#include "tests/integration/rotation/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

/// A CRL of `issuer` that lists `revoked`, number `number`.
std::string crl_of(const Minted& issuer, const std::vector<const Minted*>& revoked, int number) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  pki::CrlContent content;
  for (const auto* one : revoked) {
    content.entries.push_back({pki::serial_of(one->certificate.get()),
                               now - 1min,
                               pki::RevocationReason::key_compromise,
                               {}});
  }
  content.this_update = now - 1h + std::chrono::seconds(number);
  content.next_update = now + 24h;
  content.number = static_cast<std::uint64_t>(number);
  return pki::crl_pem(pki::make_crl(content, issuer.certificate.get(), issuer.key.get()).value());
}

}  // namespace

TEST_CASE("elliptic curve suites are a switch that takes effect with the restart (S4-06)",
          "[rotation]") {
  // Suites without elliptic curves need an RSA key: the server's own is replaced by one.
  const Minted root = mint({.name = "root", .ca = true});
  Minted server{nullptr, tls::PkeyPtr(EVP_RSA_gen(2048))};
  {
    const Minted pattern = server_below(root);
    server.certificate.reset(X509_dup(pattern.certificate.get()));
    auto* certificate = server.certificate.get();
    X509_set_pubkey(certificate, server.key.get());
    // RSA key exchange encrypts to the key (RFC 5280 section 4.2.1.3).
    const int at = X509_get_ext_by_NID(certificate, NID_key_usage, -1);
    X509_EXTENSION_free(X509_delete_ext(certificate, at));
    REQUIRE(X509_sign(certificate, root.key.get(), EVP_sha256()) > 0);
  }
  const tls::ClientSettings ecdhe{.trust = trust_in({&root}),
                                  .max_version = tls::Version::tls1_2,
                                  .ciphers = {"ECDHE-RSA-AES128-GCM-SHA256"}};
  tls::ClientSettings rsa = ecdhe;
  rsa.ciphers = {"AES128-GCM-SHA256"};

  RotationLab lab;
  lab.install(server);
  lab.start({.tls_version = "1.2", .ciphers = "kRSA+AESGCM"});
  const auto refused = lab.connect(ecdhe);
  INFO(refused.sentence());
  CHECK(refused.outcome == probe::Outcome::reject);
  REQUIRE(refused.tls.alert_received);
  CHECK(tls::to_string(*refused.tls.alert_received) == "handshake_failure (40)");
  const auto plain_rsa = lab.connect(rsa);
  CHECK(plain_rsa.outcome == probe::Outcome::accept);
  CHECK(plain_rsa.tls.cipher_suite == "TLS_RSA_WITH_AES_128_GCM_SHA256");

  lab.stop();
  lab.start({.tls_version = "1.2", .ciphers = "ECDHE+AESGCM"});
  const auto curves = lab.connect(ecdhe);
  CHECK(curves.outcome == probe::Outcome::accept);
  CHECK(curves.tls.cipher_suite == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  CHECK(curves.tls.group == "x25519");
  CHECK(lab.connect(rsa).outcome == probe::Outcome::reject);
}

TEST_CASE("a client without TLS is refused by a TLS port, and both sides say so (S0-13)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  RotationLab lab;
  lab.install(server_below(root));
  lab.start();
  probe::Options options;
  options.endpoint = lab.endpoint();
  options.endpoint.transport = Transport::tcp;
  const auto seen = probe::run(options).value();
  INFO(seen.sentence());
  CHECK(seen.outcome == probe::Outcome::reject);
  CHECK(seen.stopped_in == "connack");
  CHECK_FALSE(seen.connack_code);

  loadgen::FleetSpec fleet;
  fleet.name = "third-party";
  fleet.endpoint = options.endpoint;
  fleet.stages = {{100, 100, 100ms}};
  const auto stats = loadgen::run({fleet}, {}).value().fleets.at(0);
  CHECK(stats.succeeded == 0);
  CHECK(stats.failed == 10);
  for (const auto& [key, count] : stats.failures) CHECK(key.phase == "connack");
  const auto deadline = Clock::now() + 5s;
  while (lab.broker().log_lines("wrong version number").empty() && Clock::now() < deadline) {
    std::this_thread::sleep_for(5ms);
  }
  CHECK_FALSE(lab.broker().log_lines("wrong version number").empty());
}

TEST_CASE("a revoked client is turned away at once, but its open session stays (S4-73)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  const Minted client = mint({.name = "client", .extended_usage = "clientAuth"}, &root);
  const auto identity =
      tls::Identity::from_pem(to_pem(client.certificate.get()), to_pem(client.key.get()), "client")
          .value();
  const auto trust = trust_in({&root});
  RotationLab lab;
  lab.install(server_below(root));
  broker::ListenerSettings listener;
  listener.trust = lab.write("ca.pem", to_pem(root.certificate.get()));
  listener.revoked = lab.write("revoked.pem", crl_of(root, {}, 1));
  lab.start(listener);
  REQUIRE(lab.connect({.trust = trust}, identity).outcome == probe::Outcome::accept);

  int second = 0;
  probe::Transcript later;
  const auto held = hold(lab, trust, identity, 2, 4s, [&] {
    if (++second != 1) return;
    lab.write("revoked.pem", crl_of(root, {&client}, 2));
    lab.reload();
    const auto deadline = Clock::now() + 5s;
    do {
      later = lab.connect({.trust = trust}, identity);
    } while (later.outcome == probe::Outcome::accept && Clock::now() < deadline);
  });
  INFO(later.sentence());
  CHECK(later.outcome == probe::Outcome::reject);
  REQUIRE(later.tls.alert_received);
  CHECK(tls::to_string(*later.tls.alert_received) == "certificate_revoked (44)");
  // Nobody asks about a certificate again once its handshake is over: the broker's check has the
  // interval "never", whatever that of the CRL is.
  CHECK(held.succeeded == 2);
  CHECK(held.failed == 0);

  // Ending the sessions is the only way to check them again.
  lab.stop();
  lab.start(listener);
  CHECK(lab.connect({.trust = trust}, identity).outcome == probe::Outcome::reject);
}
