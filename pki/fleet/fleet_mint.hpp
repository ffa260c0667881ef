// Minting identities in bulk. One certificate is issued the ordinary way and becomes a template
// (detail/tbs_template.hpp); each member is its own values stamped into that, and one signature
// with a context that is kept. X509_set_pubkey alone costs ten signatures: it encodes and decodes
// through OpenSSL's providers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/seed.hpp"

namespace handfast::pki {

/// Who signs. References to the keys are kept, the certificates are needed by `of` alone.
struct FleetIssuers {
  Issuer regular;
  Issuer rogue;             ///< null: the fleet has no rogue members
  Publication publication;  ///< of the regular issuer
};

/// Makes the members of one fleet, of any key type and any issuer. Not thread-safe; one per thread.
class FleetMinter {
 public:
  /// Periods count from `now` and end no later than the issuer's (but for expired members'). With
  /// `fleet.reuse` the keys are made here, which for RSA takes a quarter second each. Usage problem
  /// for a mix, a template or a name that cannot be, a seed with keys that cannot be derived, and
  /// rogue members without a rogue issuer.
  static Result<FleetMinter> of(const FleetEntry& fleet, const FleetIssuers& issuers, WallTime now);
  FleetMinter(FleetMinter&&) noexcept;
  FleetMinter& operator=(FleetMinter&&) noexcept;
  ~FleetMinter();

  /// A minter of the same fleet (keys that are dealt in turn included) for another thread.
  Result<FleetMinter> another() const;

  /// Mints member `index` into `out`, whose buffers are reused. Usage problem for an index beyond
  /// the end and for a name that is none ("dev {i}" as a subject alternative name).
  Result<void> mint(std::uint64_t index, MintedIdentity& out);

  const FleetEntry& fleet() const;
  const FleetRoster& roster() const;

 private:
  struct Shared;
  struct Own;
  FleetMinter(std::shared_ptr<const Shared> shared, std::unique_ptr<Own> own);
  std::shared_ptr<const Shared> shared_;
  std::unique_ptr<Own> own_;
};

/// The seed of a fleet with a phrase: member i has the key and serial that belong to the label "i"
/// below it, so that a single member can be made without the others.
Seed fleet_seed(const FleetEntry& fleet);
/// The label of a member's key and serial: "17".
std::string member_label(std::uint64_t index);

}  // namespace handfast::pki
