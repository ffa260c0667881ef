#include "tests/support/faulty_broker/proxy_header.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/base/text.hpp"

namespace handfast::test::faulty {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view word = "PROXY ";
constexpr std::string_view magic = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t longest_line = 107;
constexpr std::size_t fixed_part = 16;

bool agree(std::string_view bytes, std::string_view pattern) {
  return bytes.substr(0, pattern.size()) == pattern.substr(0, bytes.size());
}

bool good_port(const std::string& text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  return !text.empty() && !leading_zero && error == std::errc() &&
         end == text.data() + text.size() && value <= 65535;
}

bool good_address(const std::string& text, int family) {
  std::array<std::uint8_t, 16> octets{};
  return inet_pton(family, text.c_str(), octets.data()) == 1;
}

/// A header that says nothing, where a malformed one is let through.
TakenHeader overlooked(std::size_t size, const Defects& d) {
  if (!d.proxy_skips_malformed) return {.size = size};
  return {.size = size, .header = ProxyHeader{}};
}

TakenHeader take_line(std::string_view bytes, const Defects& d) {
  const auto end = bytes.substr(0, longest_line).find("\r\n");
  if (end == bytes.npos) {
    if (bytes.size() < longest_line) return {.more = true, .size = bytes.size()};
    return {.size = bytes.size()};
  }
  const auto size = end + 2;
  const auto parts = split(bytes.substr(word.size(), end - word.size()), ' ');
  ProxyHeader header;
  if (parts[0] == "UNKNOWN") {
    if (d.proxy_refuses_local) return {.size = size};
    if (d.proxy_takes_any_address && parts.size() == 5) header.source = parts[1] + ":" + parts[3];
    return {.size = size, .header = header};
  }
  const int family = parts[0] == "TCP6" ? AF_INET6 : AF_INET;
  const bool good = (parts[0] == "TCP4" || parts[0] == "TCP6") && parts.size() == 5 &&
                    good_address(parts[1], family) && good_address(parts[2], family) &&
                    good_port(parts[3]) && good_port(parts[4]);
  if (!good) return overlooked(size, d);
  if (!d.proxy_ignores_address) header.source = parts[1] + ":" + parts[3];
  return {.size = size, .header = header};
}

std::size_t number(std::string_view bytes, std::size_t at, std::size_t width) {
  std::size_t value = 0;
  for (const char c : bytes.substr(at, width)) value = value << 8U | static_cast<std::uint8_t>(c);
  return value;
}

std::string address_text(std::string_view block, bool v6) {
  const std::size_t width = v6 ? 16 : 4;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, block.data(), text.data(), text.size());
  return fmt::format("{}:{}", text.data(), number(block, 2 * width, 2));
}

/// The four bytes of its own count as zero.
std::uint32_t checksum_of(std::string header, std::size_t at) {
  std::fill_n(header.begin() + static_cast<long>(at), 4, '\0');
  std::uint32_t crc = ~0U;
  for (const char c : header) {
    crc ^= static_cast<std::uint8_t>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1U ^ (0x82f63b78U & (0U - (crc & 1U)));
  }
  return ~crc;
}

enum FieldType : std::uint8_t { checksum = 3, noop = 4, unique_id = 5, tls = 0x20, name = 0x22 };

/// The fields from `at` to `end` of `whole`; false for one that does not fit, or a wrong checksum.
bool read_fields(std::string_view whole, std::size_t at, std::size_t end, ProxyHeader& header,
                 const Defects& d) {
  while (at < end) {
    const auto size = at + 3 <= end ? number(whole, at + 1, 2) : end;
    if (at + 3 + size > end) return d.proxy_accepts_overrun;
    const auto type = static_cast<std::uint8_t>(whole[at]);
    const auto value = whole.substr(at + 3, size);
    const bool known = type == checksum || type == noop || type == unique_id || type == tls;
    if (!known && type < name && d.proxy_refuses_unknown_fields) return false;
    if (type >= 0xe0 && d.proxy_refuses_unknown_fields) return false;
    if (type == checksum && size == 4 && !d.proxy_ignores_checksum &&
        checksum_of(std::string(whole), at + 3) != number(value, 0, 4)) {
      return false;
    }
    if (type == tls) {
      if (size < 5 || d.proxy_refuses_tls_fields) return false;
      header.client = static_cast<std::uint8_t>(value[0]);
      header.verify = static_cast<std::uint32_t>(number(value, 1, 4));
      if (!read_fields(whole, at + 8, at + 3 + size, header, d)) return false;
    }
    if (type == name) header.common_name = std::string(value);
    at += 3 + size;
  }
  return true;
}

TakenHeader take_binary(std::string_view bytes, const Defects& d) {
  if (bytes.size() < fixed_part) return {.more = true, .size = bytes.size()};
  const auto size = fixed_part + number(bytes, 14, 2);
  if (bytes.size() < size) return {.more = true, .size = size};
  const auto command = static_cast<std::uint8_t>(bytes[12]);
  const auto kind = static_cast<std::uint8_t>(bytes[13]);
  if (command != 0x20 && command != 0x21) return overlooked(size, d);
  if (kind >> 4U > 3 || (kind & 0xfU) > 2) return overlooked(size, d);
  constexpr std::array<std::size_t, 4> lengths{0, 12, 36, 216};
  const auto block = lengths.at(kind >> 4U);
  const bool local = command == 0x20;
  if (!local && size < fixed_part + block) return overlooked(size, d);
  if (local && d.proxy_refuses_local) return {.size = size};

  ProxyHeader header;
  const bool tcp = kind == 0x11 || kind == 0x21;
  if (!local && !tcp && kind != 0 && d.proxy_refuses_other_families) return {.size = size};
  if (!local && kind == 0 && d.proxy_refuses_unspecified) return {.size = size};
  const bool shows = tcp && size >= fixed_part + block && (!local || d.proxy_takes_any_address);
  if (shows && !d.proxy_ignores_address) {
    header.source = address_text(bytes.substr(fixed_part), kind == 0x21);
  }
  if (!local && kind != 0 &&
      !read_fields(bytes.substr(0, size), fixed_part + block, size, header, d)) {
    return {.size = size};
  }
  return {.size = size, .header = header};
}

}  // namespace

TakenHeader take_proxy_header(ByteView bytes, const Defects& defects) {
  const auto text = as_text(bytes);
  if (text.empty()) return {.more = true};
  if (agree(text, word)) {
    return text.size() < word.size() ? TakenHeader{.more = true} : take_line(text, defects);
  }
  if (agree(text, magic)) {
    return text.size() < magic.size() ? TakenHeader{.more = true} : take_binary(text, defects);
  }
  return {.none = true};
}

bool proves_certificate(const ProxyHeader& header, const Defects& defects) {
  constexpr std::uint8_t spoke_tls = 1, on_connection = 2, in_session = 4;
  const std::uint8_t showed_certificate =
      defects.proxy_wants_connection_certificate ? on_connection : on_connection | in_session;
  if ((header.client & spoke_tls) == 0) return defects.proxy_tls_optional;
  if (defects.proxy_ignores_verify) return true;
  return (header.client & showed_certificate) != 0 && header.verify == 0;
}

}  // namespace handfast::test::faulty
