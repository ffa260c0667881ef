#include "core/base/ip_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "core/base/text.hpp"

namespace handfast {

namespace {

struct Network {
  IpAddress first;
  unsigned host_bits = 0;
};

std::optional<IpAddress> parse_one(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

unsigned width_of(const IpAddress& address) { return address.v6 ? 128 : 32; }

/// Sets the lowest `bits` to those of `value`.
IpAddress with_host(IpAddress address, unsigned bits, std::uint64_t value) {
  std::size_t at = width_of(address) / 8;
  while (bits > 0) {
    const unsigned here = std::min(bits, 8U);
    const auto mask = static_cast<std::uint8_t>((1U << here) - 1);
    --at;
    address.bytes[at] = static_cast<std::uint8_t>((address.bytes[at] & ~mask) | (value & mask));
    value >>= 8;
    bits -= here;
  }
  return address;
}

Result<Network> parse_network(std::string_view text) {
  const auto refused = [&](std::string_view why, std::string hint) {
    return usage_problem(fmt::format("\"{}\" {}", printable(text, 60), why), {}, std::move(hint));
  };
  const auto slash = text.find('/');
  const auto address = parse_one(text.substr(0, slash));
  if (!address) return refused("is no IP address", "write 127.0.0.2, 127.0.1.0/28 or fd00::1");
  if (slash == std::string_view::npos) return Network{*address, 0};
  const auto digits = text.substr(slash + 1);
  const unsigned width = width_of(*address);
  unsigned prefix = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc{} || stop != digits.data() + digits.size() || prefix > width) {
    return refused(fmt::format("has no prefix length of 0 to {}", width), "write 127.0.1.0/28");
  }
  const unsigned host_bits = width - prefix;
  if (host_bits > 16) {
    return refused(fmt::format("has more than {} addresses", most_addresses),
                   fmt::format("write /{} or longer", width - 16));
  }
  const auto first = with_host(*address, host_bits, 0);
  if (first != *address) {
    return refused(
        "has bits set behind its prefix",
        fmt::format("write {}/{} for the network, or the address alone", first.text(), prefix));
  }
  return Network{first, host_bits};
}

}  // namespace

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), out.data(), out.size());
  return out.data();
}

Result<std::vector<IpAddress>> parse_addresses(std::string_view text) {
  const auto network = parse_network(text);
  if (!network) return network.error();
  const std::uint64_t count = std::uint64_t{1} << network->host_bits;
  const bool whole = count <= 2;
  const std::uint64_t end = whole || network->first.v6 ? count : count - 1;
  std::vector<IpAddress> out;
  for (std::uint64_t host = whole ? 0 : 1; host < end; ++host) {
    out.push_back(with_host(network->first, network->host_bits, host));
  }
  return out;
}

Result<std::vector<IpAddress>> parse_addresses(const std::vector<std::string>& texts) {
  std::vector<IpAddress> out;
  std::set<IpAddress> seen;
  for (const auto& text : texts) {
    auto some = parse_addresses(std::string_view(text));
    if (!some) return some.error();
    for (const auto& address : *some) {
      if (!out.empty() && address.v6 != out.front().v6) {
        return usage_problem(
            fmt::format("{} and {} are of two families", out.front().text(), address.text()), {},
            "a connection has one family: make two fleets");
      }
      if (!seen.insert(address).second) {
        return usage_problem(fmt::format("{} stands there twice", address.text()));
      }
      out.push_back(address);
    }
    if (out.size() > most_addresses) {
      return usage_problem(fmt::format("more than {} addresses", most_addresses));
    }
  }
  return out;
}

}  // namespace handfast
