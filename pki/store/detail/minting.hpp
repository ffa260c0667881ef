// Making what one entry asks for: by the normal path, from a request made elsewhere, or wrong on
// purpose.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pki/mint/certificate.hpp"
#include "pki/mint/seed.hpp"
#include "pki/store/detail/target.hpp"

namespace handfast::pki::detail {

/// Where keys and serials come from: chance, or the manifest's seed.
class Source {
 public:
  explicit Source(const std::string& phrase);
  /// The key of `name` in `generation`. Usage problem for a type that a seed cannot give.
  Result<tls::PkeyPtr> key(KeyType type, const std::string& name, std::uint64_t generation) const;
  /// nullopt: a random one.
  std::optional<Bytes> serial(const std::string& name, std::uint64_t generation) const;

 private:
  std::optional<Seed> seed_;
};

struct MintRequest {
  const Target& target;
  Period period;
  std::uint64_t generation = 1;
  EVP_PKEY* key = nullptr;  ///< not owned; null for a request made elsewhere
  Issuer issuer;            ///< null certificate: self-signed
  /// For `extra-intermediates`: the authority that they hang from, and what stands above it.
  Issuer above;
  std::string above_chain;  ///< PEM
};

struct Minted {
  std::string pem;
  tls::CertificatePtr certificate;   ///< null when the bytes are no certificate
  std::string fingerprint;           ///< SHA-256 of the DER
  tls::PkeyPtr other_key;            ///< faults whose key does not fit: what goes into the key file
  std::string chain;                 ///< `extra-intermediates`: the whole chain file
  std::vector<std::string> dropped;  ///< what a request asked for and did not get
};

/// Usage problem, placed at the entry, for what cannot be minted so.
Result<Minted> mint(const MintRequest& request, const Source& source);

}  // namespace handfast::pki::detail
