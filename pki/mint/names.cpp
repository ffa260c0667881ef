#include "pki/mint/names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

bool is_ip_literal(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
    return false;
  }
  // The underscore is no host name character (RFC 1123), but test networks are full of it.
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

/// RFC 3986 section 3.1: a letter, then letters, digits, '+', '-' and '.'.
bool has_scheme(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto scheme = text.substr(0, colon);
  return !(scheme[0] >= '0' && scheme[0] <= '9') &&
         std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at != 0 && is_dns_name(text.substr(at + 1));
}

}  // namespace

std::string to_string(const Subject& subject) {
  const std::array<std::pair<std::string_view, const std::string*>, 6> parts{
      {{"C", &subject.country},
       {"ST", &subject.state},
       {"L", &subject.locality},
       {"O", &subject.organization},
       {"OU", &subject.unit},
       {"CN", &subject.common_name}}};
  std::string out;
  for (const auto& [name, value] : parts) {
    if (value->empty()) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{}={}", name, *value);
  }
  return out;
}

std::string to_string(const AltName& name) {
  switch (name.kind) {
    case AltNameKind::dns:
      return "DNS:" + name.value;
    case AltNameKind::ip:
      return "IP:" + name.value;
    case AltNameKind::uri:
      return "URI:" + name.value;
    case AltNameKind::email:
      return "email:" + name.value;
  }
  return name.value;
}

bool is_dns_name(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.empty() || text.size() > 253) return false;
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}

Result<AltName> parse_alt_name(std::string_view text) {
  std::string value(text);
  if (is_ip_literal(value)) return AltName{AltNameKind::ip, std::move(value)};
  if (is_dns_name(text)) return AltName{AltNameKind::dns, std::move(value)};
  if (is_printable_ascii(text) && has_scheme(text)) {
    return AltName{AltNameKind::uri, std::move(value)};
  }
  if (is_printable_ascii(text) && is_email(text)) {
    return AltName{AltNameKind::email, std::move(value)};
  }
  return usage_problem(
      fmt::format("\"{}\" is no DNS name, IP address, URI or e-mail address", printable(text)), {},
      "write for example localhost, 127.0.0.1, '::1', '*.lab.test' or 'urn:lab:7'");
}

Result<NameTemplate> NameTemplate::parse(std::string_view text) {
  NameTemplate out;
  const auto whole = text;
  const auto bad = [whole](std::string_view why) {
    return usage_problem(fmt::format("template \"{}\" {}", printable(whole), why), {},
                         "write {i} for the index or {i:06} for six digits");
  };
  while (!text.empty()) {
    const auto open = text.find('{');
    if (open != 0) {
      out.parts_.push_back({std::string(text.substr(0, open)), false, 0});
      if (open == std::string_view::npos) break;
      text.remove_prefix(open);
    }
    const auto close = text.find('}');
    if (close == std::string_view::npos) return bad("has an unclosed placeholder");
    auto inside = text.substr(1, close - 1);
    int width = 0;
    if (inside.starts_with("i:0") && inside.size() > 3) {
      const auto digits = inside.substr(3);
      const auto* end = digits.data() + digits.size();
      const auto [stop, error] = std::from_chars(digits.data(), end, width);
      if (error != std::errc{} || stop != end || width < 1 || width > 20) {
        return bad("has a width that is not 1 to 20");
      }
    } else if (inside != "i") {
      return bad(fmt::format("has the unknown placeholder \"{{{}}}\"", inside));
    }
    out.parts_.push_back({{}, true, width});
    out.has_index_ = true;
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string NameTemplate::expand(std::uint64_t index) const {
  std::string out;
  for (const auto& part : parts_) {
    out += part.index ? fmt::format("{:0{}}", index, part.width) : part.text;
  }
  return out;
}

}  // namespace handfast::pki
