#include "pki/formats/detail/pem_blocks.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>
#include <cstdint>

#include "core/base/text.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t longest_label = 64;

constexpr std::uint8_t pad = 64;
constexpr std::uint8_t skip = 65;
constexpr std::uint8_t bad = 66;

/// What a character of the body means: a digit of base64, or one of the three above.
std::uint8_t meaning(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint8_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint8_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0' + 52);
  if (c == '+') return 62;
  if (c == '/') return 63;
  if (c == '=') return pad;
  // '>' stands before quoted lines of mails; 0xC2 0xA0 is the blank that web pages do not break.
  const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '>' ||
                     static_cast<unsigned char>(c) == 0xc2 || static_cast<unsigned char>(c) == 0xa0;
  return blank ? skip : bad;
}

/// Base64 (RFC 4648 section 4) with its padding. False for anything else; `out` is then unusable.
bool decode_base64(std::string_view body, std::string& out) {
  out.reserve(body.size());  // never grows, so no copy of a secret stays behind
  std::uint32_t bits = 0;
  int digits = 0;
  int pads = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size() && (body[i + 1] == 'n' || body[i + 1] == 'r')) {
      ++i;
      continue;
    }
    const auto value = meaning(body[i]);
    if (value == skip) continue;
    if (value == bad || (value != pad && pads > 0)) return false;
    if (value == pad) ++pads;
    bits = bits << 6 | (value == pad ? 0U : value);
    if (++digits % 4 != 0) continue;
    const std::array<char, 3> octets{static_cast<char>(bits >> 16 & 0xff),
                                     static_cast<char>(bits >> 8 & 0xff),
                                     static_cast<char>(bits & 0xff)};
    if (pads > 2) return false;
    out.append(octets.data(), static_cast<std::size_t>(3 - pads));
    bits = 0;
    if (pads > 0) pads = 3;  // only blanks may follow
  }
  return digits % 4 == 0;
}

/// Cuts the RFC 1421 headers off `body`; they end with an empty line.
std::string cut_header(std::string_view& body) {
  if (body.find("Proc-Type:") == std::string_view::npos) return {};
  std::string header;
  std::string_view left = body;
  while (!left.empty()) {
    const auto end = left.find('\n');
    const auto line = trim(left.substr(0, end));
    left = end == std::string_view::npos ? std::string_view() : left.substr(end + 1);
    if (line.find(": ") == std::string_view::npos) {
      if (header.empty() && line.empty()) continue;
      if (!line.empty()) return header;  // no empty line: the body begins here
      break;
    }
    header += std::string(line) + "\n";
    body = left;
  }
  return header;
}

}  // namespace

bool looks_like_pem(std::string_view text) {
  return text.find(begin_mark) != std::string_view::npos;
}

Problem PemReader::broken(std::string_view why) const {
  return environment_problem(fmt::format("block {} is broken: {}", number_, why), where_);
}

Result<bool> PemReader::next(PemBlock& out) {
  const auto begin = rest_.find(begin_mark);
  if (begin == std::string_view::npos) return false;
  ++number_;
  rest_.remove_prefix(begin + begin_mark.size());
  const auto label_end = rest_.find(dashes);
  if (label_end == std::string_view::npos || label_end > longest_label) {
    return broken("its BEGIN line has no end");
  }
  out.label = std::string(rest_.substr(0, label_end));
  rest_.remove_prefix(label_end + dashes.size());

  const auto end_mark = "-----END " + out.label + "-----";
  const auto end = rest_.find(end_mark);
  if (end == std::string_view::npos) {
    return broken(fmt::format("the line \"-----END {}-----\" is missing",
                              printable(out.label, longest_label)));
  }
  auto body = rest_.substr(0, end);
  rest_.remove_prefix(end + end_mark.size());
  if (body.find(begin_mark) != std::string_view::npos) {
    return broken("the next block begins before it ends");
  }
  out.header = cut_header(body);
  std::string der;
  const bool decoded = decode_base64(body, der);
  out.der = Secret::take(der);
  if (!decoded) return broken("what it holds is no base64");
  return true;
}

}  // namespace handfast::pki::detail
