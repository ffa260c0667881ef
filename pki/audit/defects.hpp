// Everything that is wrong with a chain: our own verifier after RFC 5280, which does not stop at
// the first defect and does not ask OpenSSL's for an opinion. It judges the octets as they were
// sent.
//
// What it takes from OpenSSL: decoding public keys and checking one signature with one key. What it
// leaves out: revocation, policy mappings, and the anchors' own signatures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/tls/openssl.hpp"
#include "pki/audit/verify.hpp"
#include "pki/faults/defect.hpp"

namespace handfast::pki {

struct AuditOptions {
  Purpose purpose = Purpose::any;
  std::string host;  ///< DNS name or address that the leaf must carry; empty: not checked
  WallTime at;       ///< the time of the verification
  /// Any certificate among the anchors ends a path; else only those that name themselves as issuer.
  bool partial_chain = false;
  std::optional<int> max_intermediates;  ///< between leaf and anchor; nullopt: no limit
  /// When set: must be the private half of the leaf's key. Proved by a signature, because a key may
  /// show the right public half and sign with another.
  EVP_PKEY* key = nullptr;
};

struct Defect {
  DefectKind kind;
  /// Position in the list as sent, 0 is the leaf; nullopt: an anchor or the list as a whole.
  std::optional<std::size_t> certificate;
  std::string sentence;  ///< for people: whose certificate, and what was seen

  bool operator==(const Defect&) const = default;
};

/// All defects of `chain` (DER as sent, leaf first) against `anchors` (DER). The path is the one
/// with the fewest defects that refuse, whatever the order of the list (RFC 8446 section 4.4.2).
/// Empty: a good chain without anything to remark.
std::vector<Defect> find_defects(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                                 const AuditOptions& options);

/// True when one of them is a reason to refuse.
bool refuses(const std::vector<Defect>& defects);
/// The kinds, each once, in the order of the enumeration.
std::vector<DefectKind> kinds_of(const std::vector<Defect>& defects);

}  // namespace handfast::pki
