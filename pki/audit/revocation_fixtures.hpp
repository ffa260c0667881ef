// The CRL sets of the conformance catalogue (chain-cases.md group E, the rows that files alone
// make), and our own judgement of what a set says of a chain. What a responder does over HTTP
// (distribution points, staples) is made by harness/responder out of the variants of
// pki/revocation/variant.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/fixtures.hpp"

namespace handfast::pki {

enum class StatusDefect : std::uint8_t {
  leaf_revoked,
  issuer_revoked,           ///< an intermediate is on its issuer's CRL
  crl_missing,              ///< no usable CRL of somebody who issued a certificate of the chain
  crl_expired,              ///< a CRL's nextUpdate is past (RFC 5280 section 5.1.2.5)
  crl_not_yet_valid,        ///< a CRL's thisUpdate lies ahead
  crl_bad_signature,        ///< a CRL is not signed by the issuer that it names
  crl_signer_may_not_sign,  ///< the issuer's key usage lacks cRLSign (section 6.3.3 (f))
};
std::string_view to_string(StatusDefect defect);  ///< "leaf_revoked"

/// What the CRLs say of `chain` (DER, leaf first), whose certificates are issued by the next one or
/// by an anchor, at `at`. A CRL that cannot be used counts for nothing, whatever it lists; of
/// several usable ones of an issuer the one with the highest number counts (section 5.2.3). Each
/// defect once, in the order of the enumeration. Environment problem for DER that is none.
Result<std::vector<StatusDefect>> find_status_defects(const std::vector<Bytes>& chain,
                                                      const std::vector<Bytes>& anchors,
                                                      const std::vector<Bytes>& crls, WallTime at);

struct RevocationFixture {
  std::string
      id;  ///< the catalogue's: "crl-revoked-leaf"; "/variant" behind it where it has several
  std::string what;
  std::vector<Bytes> chain;
  tls::PkeyPtr key;
  std::vector<Bytes> anchors;
  std::vector<Bytes> crls;  ///< in the order of the file
  bool der = false;         ///< the file holds the one CRL as DER; else PEM
  WallTime at;
  Expect expect = Expect::accept;
  std::vector<StatusDefect> claims;
};

/// Ids in the order of the catalogue.
const std::vector<std::string>& revocation_fixture_ids();

/// Mints one: keys and serials follow from `seed`, which must not be empty. Usage problem with a
/// suggestion for an unknown id.
Result<RevocationFixture> make_revocation_fixture(std::string_view id, std::string_view seed,
                                                  WallTime base);

}  // namespace handfast::pki
