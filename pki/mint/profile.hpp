// What a certificate may be used for: key usage, extended key usage, and the profiles that name
// sets of both (RFC 5280 sections 4.2.1.3 and 4.2.1.12).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

/// Bits of KeyUsage, numbered as RFC 5280 section 4.2.1.3 numbers them.
enum class KeyUsage : std::uint8_t {
  digital_signature = 0,
  content_commitment = 1,
  key_encipherment = 2,
  data_encipherment = 3,
  key_agreement = 4,
  key_cert_sign = 5,
  crl_sign = 6,
  encipher_only = 7,
  decipher_only = 8,
};

std::string_view to_string(KeyUsage usage);  ///< "digitalSignature"
/// RFC 5280's word, or the short one of manifests: ds nr ke de ka cs crl eo do. Usage problem with
/// a suggestion for anything else.
Result<KeyUsage> parse_key_usage(std::string_view text);

/// A set of KeyUsage bits.
class KeyUsages {
 public:
  constexpr KeyUsages() = default;
  constexpr KeyUsages(std::initializer_list<KeyUsage> usages) {
    for (const auto usage : usages) add(usage);
  }
  constexpr bool has(KeyUsage usage) const { return (bits_ & bit(usage)) != 0; }
  constexpr void add(KeyUsage usage) { bits_ = static_cast<std::uint16_t>(bits_ | bit(usage)); }
  constexpr void remove(KeyUsage usage) { bits_ = static_cast<std::uint16_t>(bits_ & ~bit(usage)); }
  constexpr bool empty() const { return bits_ == 0; }
  std::vector<KeyUsage> list() const;      ///< in the order of the bits
  std::vector<std::string> words() const;  ///< "digitalSignature", ...
  bool operator==(const KeyUsages&) const = default;

 private:
  static constexpr unsigned bit(KeyUsage usage) { return 1U << static_cast<unsigned>(usage); }
  std::uint16_t bits_ = 0;
};

/// Key usages and extended key usages; the latter as OpenSSL's short names ("serverAuth") or dotted
/// object identifiers.
struct Usages {
  KeyUsages key;
  std::vector<std::string> extended;

  bool has_extended(std::string_view usage) const;
  void add_extended(std::string usage);  ///< no duplicates
  bool empty() const { return key.empty() && extended.empty(); }
  bool operator==(const Usages&) const = default;
};

/// "server", "client", "ipsec", ... or "serverAuth", or a dotted object identifier; answers the
/// canonical form that Usages holds. Usage problem with a suggestion for anything else.
Result<std::string> parse_extended_usage(std::string_view text);

/// A named set of usages, and what of a certificate signing request's wishes it lets through.
struct Profile {
  std::string name;
  bool ca = false;  ///< basicConstraints CA:TRUE
  /// What a certificate gets that is made from a manifest. keyEncipherment is left out for keys
  /// that cannot encipher (RFC 5480 section 3, RFC 8813 section 3).
  Usages usages;
  Usages need;                  ///< always there, whatever a request asks
  std::optional<Usages> allow;  ///< nothing else is taken from a request; nullopt: everything is
  Usages deny;                  ///< never there, whatever a request asks
  bool ocsp_no_check = false;   ///< id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1)
  bool multi_server = false;    ///< one certificate may stand for several nodes (capability S4-26)

  /// Peers dial it by name: it needs a SAN.
  bool dialled() const { return usages.has_extended("serverAuth"); }
  bool operator==(const Profile&) const = default;
};

/// ca, server, client, peer, ocsp, selfserver and the Cisco set (tomcat, capf, ...).
const std::vector<Profile>& built_in_profiles();
/// The built-in profile called `name`; nullptr when there is none.
const Profile* find_profile(std::string_view name);
/// The same for a name that is in the table; an empty profile otherwise.
const Profile& profile(std::string_view name);

/// The usages that a request for `asked` gets: what is allowed of it and not denied, and what is
/// needed. An empty `asked` gets the profile's own usages.
Usages grant(const Profile& profile, const Usages& asked);

/// What became of a request's usages, in words ("dataEncipherment"), for capability S4-28.
struct UsageDiff {
  std::vector<std::string> dropped;
  std::vector<std::string> added;
  bool empty() const { return dropped.empty() && added.empty(); }
};
UsageDiff compare(const Usages& asked, const Usages& granted);

}  // namespace handfast::pki
