#include "pki/mint/names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

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

constexpr std::array<std::pair<std::string_view, std::string Subject::*>, 6> parts{
    {{"C", &Subject::country},
     {"ST", &Subject::state},
     {"L", &Subject::locality},
     {"O", &Subject::organization},
     {"OU", &Subject::unit},
     {"CN", &Subject::common_name}}};

/// Pieces between commas, without the blanks around them; "\\," is a comma inside a piece.
std::vector<std::string> split_unescaped(std::string_view text) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out.back() += text[++i];
    } else if (text[i] == ',') {
      out.emplace_back();
    } else if (text[i] != ' ' || !out.back().empty()) {
      out.back() += text[i];
    }
  }
  for (auto& piece : out) {
    while (piece.ends_with(' ')) piece.pop_back();
  }
  return out;
}

Result<void> set_attribute(Subject& subject, std::string type, std::string value) {
  for (const auto& [name, part] : parts) {
    if (name != type) continue;
    if (name == "C" && !is_country(value)) {
      return usage_problem(fmt::format("\"{}\" is no country", printable(value)), {},
                           "two letters, as ISO 3166-1 has them: CN, FR, US");
    }
    subject.*part = std::move(value);
    return {};
  }
  if (OBJ_txt2nid(type.c_str()) == NID_undef) {
    return usage_problem(fmt::format("unknown attribute \"{}\" in a name", printable(type)), {},
                         "C, ST, L, O, OU, CN, or one that OpenSSL knows: serialNumber, DC, UID");
  }
  subject.more.push_back({std::move(type), std::move(value)});
  return {};
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at != 0 && is_dns_name(text.substr(at + 1));
}

}  // namespace

std::string to_string(const Subject& subject) {
  std::string out;
  const auto add = [&out](std::string_view type, std::string_view value) {
    if (value.empty()) return;
    if (!out.empty()) out += ", ";
    out += fmt::format("{}=", type);
    for (const char c : value) {
      if (c == ',' || c == '\\') out += '\\';
      out += c;
    }
  };
  for (const auto& [type, part] : parts) add(type, subject.*part);
  for (const auto& attribute : subject.more) add(attribute.type, attribute.value);
  return out;
}

bool is_country(std::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

Result<Subject> parse_subject(std::string_view text) {
  Subject out;
  for (const auto& piece : split_unescaped(text)) {
    const auto equals = piece.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == piece.size()) {
      return usage_problem(fmt::format("\"{}\" is no part of a name", printable(piece)), {},
                           "write for example C=CN, O=lab, CN=root");
    }
    if (auto set = set_attribute(out, piece.substr(0, equals), piece.substr(equals + 1)); !set) {
      return set.error();
    }
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
    case AltNameKind::other:
      return "other:" + name.value;
  }
  return name.value;
}

bool is_dns_name(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.empty() || text.size() > 253) return false;
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_label);
}

bool is_dotted_oid(std::string_view text) {
  const auto arcs = split(text, '.');
  if (arcs.size() < 2) return false;
  const bool digits = std::all_of(arcs.begin(), arcs.end(), [](std::string_view arc) {
    return !arc.empty() && (arc == "0" || arc[0] != '0') &&
           std::all_of(arc.begin(), arc.end(), [](char c) { return c >= '0' && c <= '9'; });
  });
  return digits && arcs[0].size() == 1 && arcs[0][0] <= '2';
}

namespace {

constexpr std::string_view user_principal_name = "1.3.6.1.4.1.311.20.2.3";

/// True when `value` may stand behind the prefix of `kind`.
bool fits(AltNameKind kind, std::string_view value) {
  switch (kind) {
    case AltNameKind::dns:
      return is_dns_name(value);
    case AltNameKind::ip:
      return is_ip_literal(std::string(value));
    case AltNameKind::uri:
      return is_printable_ascii(value) && has_scheme(value);
    case AltNameKind::email:
      return is_printable_ascii(value) && is_email(value);
    case AltNameKind::other: {
      const auto semicolon = value.find(';');
      return semicolon != std::string_view::npos && semicolon + 1 < value.size() &&
             is_dotted_oid(value.substr(0, semicolon));
    }
  }
  return false;
}

/// The name behind a prefix that says its kind; nullopt when there is none or it does not fit.
std::optional<AltName> parse_prefixed(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, AltNameKind>, 6> kinds{
      {{"DNS:", AltNameKind::dns},
       {"IP:", AltNameKind::ip},
       {"URI:", AltNameKind::uri},
       {"email:", AltNameKind::email},
       {"UPN:", AltNameKind::other},
       {"other:", AltNameKind::other}}};
  for (const auto& [prefix, kind] : kinds) {
    if (!text.starts_with(prefix)) continue;
    std::string value(text.substr(prefix.size()));
    if (prefix == "UPN:" && !value.empty())
      value = fmt::format("{};{}", user_principal_name, value);
    if (fits(kind, value)) return AltName{kind, std::move(value)};
  }
  return std::nullopt;
}

}  // namespace

Result<AltName> parse_alt_name(std::string_view text) {
  if (auto name = parse_prefixed(text)) return std::move(*name);
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

}  // namespace handfast::pki
