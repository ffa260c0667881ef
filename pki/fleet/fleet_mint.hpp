// Minting identities in bulk: one certificate object is filled again and again, and public keys go
// in as raw points, because X509_set_pubkey alone costs 240 us (it encodes and decodes through
// OpenSSL's providers) against 60 us for everything else.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

struct MintedIdentity {
  Bytes key;          ///< as encode_key writes it; secret
  Bytes certificate;  ///< DER
};

/// Makes the members of one fleet. Not thread-safe; one per thread.
class FleetMinter {
 public:
  /// `issuer` must outlive the minter; the period is cut to the issuer's. With `fleet.reuse` the
  /// keys are made here, which for RSA takes a quarter second each.
  static Result<FleetMinter> of(const FleetEntry& fleet, const Issuer& issuer,
                                const Period& period);
  FleetMinter(FleetMinter&&) noexcept;
  ~FleetMinter();

  /// Mints member `index` into `out`, whose buffers are reused.
  Result<void> mint(std::uint64_t index, MintedIdentity& out);

 private:
  struct Parts;
  explicit FleetMinter(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace handfast::pki
