// Certificate revocation lists, version 2 (RFC 5280 section 5): content in, DER out. Good ones, and
// the variants of variant.hpp that are wrong in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/reason.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/revocation/variant.hpp"

namespace handfast::pki {

struct RevokedEntry {
  Bytes serial;    ///< as serial.hpp makes it
  WallTime since;  ///< whole seconds
  std::optional<RevocationReason> reason;
  std::optional<WallTime> invalidity;  ///< since when the key is suspected (section 5.3.2)

  bool operator==(const RevokedEntry&) const = default;
};

/// issuingDistributionPoint (RFC 5280 section 5.2.5), critical. Brokers on Erlang (EMQX) use a CRL
/// only when it has one that matches the certificate's crlDistributionPoints.
struct DistributionScope {
  std::vector<std::string> uris;
  bool only_user = false;
  bool only_ca = false;
  bool only_attribute = false;
  bool indirect = false;
  std::vector<RevocationReason> only_reasons;  ///< empty: all

  bool operator==(const DistributionScope&) const = default;
};

struct CrlContent {
  std::vector<RevokedEntry> entries;  ///< written in this order
  WallTime this_update;
  std::optional<WallTime> next_update;
  std::uint64_t number = 1;
  std::optional<DistributionScope> scope;
  std::optional<std::uint64_t> delta_base;  ///< makes it a delta CRL against that number
  std::string digest;  ///< as OpenSSL names it; empty: SHA-256 or the key's own
};

/// Signs a CRL; DER. 100,000 entries cost 0.15 CPU-seconds and 5 MB (tests/bench).
///
/// Usage problem for a key that is not the issuer's, a serial listed twice, nextUpdate not after
/// thisUpdate, and removeFromCRL outside a delta CRL; the variants break such rules by themselves.
/// Environment problem for an issuer without subject key identifier.
Result<Bytes> make_crl(const CrlContent& content, const X509* issuer, EVP_PKEY* key,
                       CrlVariant variant = CrlVariant::none);

/// One "X509 CRL" block, also around DER that is broken on purpose.
std::string crl_pem(ByteView der);

}  // namespace handfast::pki
