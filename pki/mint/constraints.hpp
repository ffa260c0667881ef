// Name constraints of a CA (RFC 5280 section 4.2.1.10).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

enum class SubtreeKind : std::uint8_t { dns, ip, uri, email, directory };

struct Subtree {
  SubtreeKind kind = SubtreeKind::dns;
  /// dns: "lab.test" or ".lab.test" (OpenSSL and GnuTLS take a leading dot for subdomains only);
  /// ip: CIDR, "127.0.0.0/8"; uri: host or ".host"; email: host, ".host" or mailbox; directory:
  /// "C=CN, O=lab".
  std::string value;

  bool operator==(const Subtree&) const = default;
};

struct NameConstraints {
  std::vector<Subtree> permit;
  std::vector<Subtree> forbid;

  bool empty() const { return permit.empty() && forbid.empty(); }
  bool operator==(const NameConstraints&) const = default;
};

/// Tells a subtree's kind by its look (an address with or without prefix length, something with
/// '@', "DN:...", else a DNS name) or by a prefix: "DNS:", "IP:", "URI:", "email:", "DN:". Usage
/// problem for what is none of these.
Result<Subtree> parse_subtree(std::string_view text);
std::string to_string(const Subtree& subtree);  ///< "DNS:.lab.test", "IP:127.0.0.0/8"

/// The octets of an address range as the extension has them: address, then mask. Empty for text
/// that is no CIDR.
std::string cidr_octets(std::string_view cidr);

}  // namespace handfast::pki
