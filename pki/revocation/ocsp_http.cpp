#include "pki/revocation/ocsp_http.hpp"

#include <algorithm>
#include <cstdint>

namespace handfast::pki {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Problem not_base64() { return usage_problem("the path holds no base64"); }

int hex(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto at = digits.find(lower);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// The next character of a path, "%2B" as '+'; -1 for a broken escape.
int next_character(std::string_view& path) {
  const char first = path.front();
  path.remove_prefix(1);
  if (first != '%') return static_cast<unsigned char>(first);
  if (path.size() < 2 || hex(path[0]) < 0 || hex(path[1]) < 0) return -1;
  const int value = hex(path[0]) * 16 + hex(path[1]);
  path.remove_prefix(2);
  return value;
}

void put(std::string& out, char c) {
  if (c == '+') {
    out += "%2B";
  } else if (c == '/') {
    out += "%2F";
  } else if (c == '=') {
    out += "%3D";
  } else {
    out += c;
  }
}

}  // namespace

std::string ocsp_get_path(ByteView request) {
  std::string out;
  for (std::size_t at = 0; at < request.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < request.size() ? request[at + i] : 0U);
    }
    const std::size_t octets = std::min<std::size_t>(3, request.size() - at);
    for (std::size_t i = 0; i < 4; ++i) {
      put(out, i <= octets ? alphabet[group >> (18 - 6 * i) & 0x3f] : '=');
    }
  }
  return out;
}

Result<Bytes> ocsp_request_in_path(std::string_view path) {
  Bytes out;
  std::uint32_t group = 0;
  unsigned bits = 0;
  bool padding = false;
  while (!path.empty()) {
    const int c = next_character(path);
    if (c < 0) return not_base64();
    if (c == '=') {
      padding = true;
      continue;
    }
    const auto value = alphabet.find(static_cast<char>(c));
    if (value == std::string_view::npos || padding) return not_base64();
    group = (group << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(group >> bits));
    }
  }
  // Six bits left over belong to no octet at all.
  if (bits == 6) return not_base64();
  return out;
}

}  // namespace handfast::pki
