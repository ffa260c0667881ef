// Small certificates minted in memory for tests of layers below `pki`: P-256 unless asked for
// otherwise, two tiers, any validity.
#pragma once

#include <string>
#include <vector>

#include "core/tls/identity.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::test {

struct MintOptions {
  std::string name = "leaf";
  bool ca = false;
  std::string san;             ///< OpenSSL form: "DNS:localhost,IP:127.0.0.1"; empty: none
  std::string extended_usage;  ///< "serverAuth", "clientAuth"; empty: none
  long not_before_s = -3600;   ///< relative to now
  long not_after_s = 86400;
  std::string key = "P-256";      ///< or "P-384", "RSA", "Ed25519"
  std::string key_usage;          ///< OpenSSL form; empty: what `ca` needs
  std::size_t comment_bytes = 0;  ///< makes it so much larger
};

struct Minted {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
};

/// A certificate signed by `issuer`, or by itself when null. Throws std::runtime_error when OpenSSL
/// refuses.
Minted mint(const MintOptions& options, const Minted* issuer = nullptr);

std::string to_pem(const X509* certificate);
std::string to_pem(EVP_PKEY* key);

/// root -> intermediate -> {server (localhost, 127.0.0.1, ::1), client}, and a foreign root with
/// its own client.
struct TestPki {
  Minted root, intermediate, server, client, rogue_root, stranger;
  TestPki();

  std::string server_chain_pem() const;
  std::string trust_pem() const { return to_pem(root.certificate.get()); }
  tls::Trust trust() const;
  tls::Identity client_identity() const;
  tls::Identity server_identity() const;
};

/// One PKI for all cases of a program: minting is cheap, but not free under sanitizers.
const TestPki& test_pki();

}  // namespace handfast::test
