// IP addresses as values, and the notations in which people list many of them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast {

/// An IPv4 or IPv6 address without a scope.
struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  ///< in network order; IPv4 uses the first four

  std::string text() const;  ///< "127.0.0.1", "fd00::1"
  auto operator<=>(const IpAddress&) const = default;
};

/// The most addresses that one list may stand for.
inline constexpr std::size_t most_addresses = 65'536;

/// Parses one address, or a network in CIDR notation (RFC 4632) as all addresses in it that a host
/// may have: IPv4 without network and broadcast address, except in a /31 and a /32 (RFC 3021); IPv6
/// without the Subnet-Router anycast address (RFC 4291 section 2.6.1), except in a /127 and a /128
/// (RFC 6164). Usage problem for host names, scopes, a network with host bits set ("127.0.1.5/28"),
/// and one of more than `most_addresses`; so a /0 is none.
Result<std::vector<IpAddress>> parse_addresses(std::string_view text);

/// The same for a list of them. Usage problem also when an address stands there twice, both
/// families are mixed, or the whole is more than `most_addresses`.
Result<std::vector<IpAddress>> parse_addresses(const std::vector<std::string>& texts);

}  // namespace handfast
