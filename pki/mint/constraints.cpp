#include "pki/mint/constraints.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.hpp"
#include "pki/mint/names.hpp"

namespace handfast::pki {

namespace {

struct Prefix {
  std::string_view word;
  SubtreeKind kind;
};

constexpr std::array<Prefix, 5> prefixes{{{"DNS:", SubtreeKind::dns},
                                          {"IP:", SubtreeKind::ip},
                                          {"URI:", SubtreeKind::uri},
                                          {"email:", SubtreeKind::email},
                                          {"DN:", SubtreeKind::directory}}};

std::string_view without_dot(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  return text;
}

bool fits(SubtreeKind kind, std::string_view value) {
  const bool host = is_dns_name(without_dot(value)) && !value.starts_with("*.");
  switch (kind) {
    case SubtreeKind::ip:
      return !cidr_octets(value).empty();
    case SubtreeKind::email: {
      const auto at = value.find('@');
      if (at == std::string_view::npos) return host;
      return at != 0 && is_dns_name(value.substr(at + 1));
    }
    case SubtreeKind::directory:
      return parse_subject(value).has_value();
    case SubtreeKind::dns:
    case SubtreeKind::uri:
      return host;
  }
  return false;
}

}  // namespace

std::string cidr_octets(std::string_view cidr) {
  const auto slash = cidr.find('/');
  const std::string address(cidr.substr(0, slash));
  std::array<unsigned char, 16> octets{};
  std::size_t size = 0;
  if (inet_pton(AF_INET, address.c_str(), octets.data()) == 1) {
    size = 4;
  } else if (inet_pton(AF_INET6, address.c_str(), octets.data()) == 1) {
    size = 16;
  } else {
    return {};
  }
  std::size_t bits = size * 8;
  if (slash != std::string_view::npos) {
    const auto digits = cidr.substr(slash + 1);
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, bits);
    if (error != std::errc{} || stop != end || bits > size * 8) return {};
  }
  std::string out(reinterpret_cast<const char*>(octets.data()), size);
  for (std::size_t i = 0; i < size; ++i) {
    const auto ones = bits > i * 8 ? std::min<std::size_t>(8, bits - i * 8) : 0;
    const auto mask = static_cast<unsigned char>(0xff00U >> ones);
    out[i] = static_cast<char>(static_cast<unsigned char>(out[i]) & mask);
    out.push_back(static_cast<char>(mask));
  }
  return out;  // all octets of the address, then all of the mask
}

Result<Subtree> parse_subtree(std::string_view text) {
  for (const auto& prefix : prefixes) {
    if (!text.starts_with(prefix.word)) continue;
    const auto value = text.substr(prefix.word.size());
    if (fits(prefix.kind, value)) return Subtree{prefix.kind, std::string(value)};
  }
  if (fits(SubtreeKind::ip, text)) return Subtree{SubtreeKind::ip, std::string(text)};
  if (text.find('@') != std::string_view::npos && fits(SubtreeKind::email, text)) {
    return Subtree{SubtreeKind::email, std::string(text)};
  }
  if (fits(SubtreeKind::dns, text)) return Subtree{SubtreeKind::dns, std::string(text)};
  return usage_problem(
      fmt::format("\"{}\" is no DNS name, address range or e-mail domain", printable(text)), {},
      "write for example .lab.test, 127.0.0.0/8, 'URI:.lab.test', 'email:lab.test' or 'DN:O=lab'");
}

std::string to_string(const Subtree& subtree) {
  for (const auto& prefix : prefixes) {
    if (prefix.kind == subtree.kind) return std::string(prefix.word) + subtree.value;
  }
  return subtree.value;
}

}  // namespace handfast::pki
