// Reading CRLs: what they say as plain values, and whether a serial number is on them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/crl.hpp"

namespace handfast::pki {

using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;

/// What `pki inspect` says of a CRL.
struct CrlFacts {
  int version = 2;
  std::string issuer;
  std::optional<WallTime> this_update;  ///< empty: unreadable
  std::optional<WallTime> next_update;  ///< empty: absent
  std::string number;                   ///< hexadecimal; empty: absent
  std::string delta_base;               ///< hexadecimal; empty: a full CRL
  std::string authority_key_id;         ///< hexadecimal; empty: absent
  std::optional<DistributionScope> scope;
  std::string signature_algorithm;  ///< "ecdsa-with-SHA256"
  std::size_t entries = 0;
  std::vector<std::string> unknown_critical;  ///< OIDs of critical extensions OpenSSL cannot judge
};

class Crl {
 public:
  explicit Crl(CrlPtr handle) : handle_(std::move(handle)) {}

  CrlFacts facts() const;
  /// In the CRL's order. An unreadable revocation date counts as the epoch.
  std::vector<RevokedEntry> entries() const;
  /// The entry of a serial number. The first call sorts the list (10 ms for 100,000 entries), the
  /// next ones search it; safe from several threads.
  std::optional<RevokedEntry> find(ByteView serial) const;
  /// True when `issuer` has that name and its key made the signature.
  bool signed_by(const X509* issuer) const;
  Bytes der() const;
  X509_CRL* handle() const { return handle_.get(); }

 private:
  CrlPtr handle_;
};

/// Every CRL of a PEM file (other blocks are passed over), or the one of a DER file. Environment
/// problem for a broken block, octets behind the DER, and for no CRL at all.
Result<std::vector<Crl>> parse_crls(std::string_view bytes, const std::string& where);
/// Files up to 64 MiB.
Result<std::vector<Crl>> load_crls(const std::filesystem::path& file);

/// One paragraph with a final newline; says how long it is still current seen from `now`.
std::string crl_text(const CrlFacts& facts, WallTime now);

}  // namespace handfast::pki
