#include "pki/fleet/detail/member_names.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "pki/mint/detail/der.hpp"
#include "pki/mint/detail/extensions.hpp"

namespace handfast::pki::detail {

namespace {

using OctetStringPtr = tls::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

constexpr std::ptrdiff_t longest_common_name = 64;
constexpr std::size_t salt_octets = 32;

// Choices of GeneralName (RFC 5280 section 4.2.1.6), context-specific and primitive.
constexpr std::uint8_t email_tag = 0x81;
constexpr std::uint8_t dns_tag = 0x82;
constexpr std::uint8_t uri_tag = 0x86;
constexpr std::uint8_t ip_tag = 0x87;

/// Characters of UTF-8 text.
std::ptrdiff_t characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char octet) {
    return (static_cast<unsigned char>(octet) & 0xc0U) != 0x80U;
  });
}

/// By way of OpenSSL's own encoder; for names that are seldom in fleets.
bool put_by_openssl(const AltName& name, Bytes& out) {
  const auto extension = alt_names({name}, false);
  if (!extension) return false;
  const auto* value = X509_EXTENSION_get_data(extension.get());
  ByteView in(ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value)));
  const auto list = take_der(in);
  if (!list) return false;
  out.insert(out.end(), list->content.begin(), list->content.end());
  return true;
}

bool put_general_name(const AltName& name, Bytes& out) {
  switch (name.kind) {
    case AltNameKind::email:
      put_der(out, email_tag, as_bytes(name.value));
      return true;
    case AltNameKind::dns:
      put_der(out, dns_tag, as_bytes(name.value));
      return true;
    case AltNameKind::uri:
      put_der(out, uri_tag, as_bytes(name.value));
      return true;
    case AltNameKind::ip: {
      const OctetStringPtr octets(a2i_IPADDRESS(name.value.c_str()));
      if (!octets) return false;
      put_der(out, ip_tag,
              {ASN1_STRING_get0_data(octets.get()),
               static_cast<std::size_t>(ASN1_STRING_length(octets.get()))});
      return true;
    }
    case AltNameKind::other:
      return put_by_openssl(name, out);
  }
  return false;
}

}  // namespace

Result<MemberNames> MemberNames::of(const FleetEntry& fleet, const std::optional<Seed>& seed) {
  MemberNames out;
  auto common_name = NameTemplate::parse(fleet.subject.common_name);
  if (!common_name) return common_name.error();
  out.common_name_ = std::move(*common_name);
  for (const auto& text : fleet.names) {
    auto name = NameTemplate::parse(text);
    if (!name) return name.error();
    out.names_.push_back(std::move(*name));
  }
  Bytes salt(salt_octets);
  if (seed) {
    salt = seed->derive("names", salt_octets);
  } else if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) {
    return tls::openssl_problem(ProblemKind::internal, "cannot make random names");
  }
  out.salt_ = to_hex(salt);
  // Only the index has no fixed width, so the last member's name is the longest.
  const auto longest = out.common_name(fleet.count == 0 ? 0 : fleet.count - 1);
  if (characters(longest) > longest_common_name) {
    return usage_problem(fmt::format("the common name \"{}\" has {} characters, {} are allowed",
                                     printable(longest), characters(longest), longest_common_name),
                         fleet.where, "a shorter template");
  }
  return out;
}

Result<std::vector<AltName>> MemberNames::alt_names(std::uint64_t index) const {
  std::vector<AltName> out;
  for (const auto& name : names_) {
    auto parsed = parse_alt_name(name.expand(index, salt_));
    if (!parsed) return parsed.error();
    out.push_back(std::move(*parsed));
  }
  return out;
}

Result<void> MemberNames::put_alt_names(std::uint64_t index, Bytes& out) const {
  for (const auto& name : names_) {
    auto parsed = parse_alt_name(name.expand(index, salt_));
    if (!parsed) return parsed.error();
    if (!put_general_name(*parsed, out)) {
      return tls::openssl_problem(
          ProblemKind::internal,
          fmt::format("cannot encode the name \"{}\"", printable(parsed->value)));
    }
  }
  return {};
}

}  // namespace handfast::pki::detail
