#include "pki/formats/detail/general_names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <bit>

#include "core/base/text.hpp"
#include "pki/formats/detail/asn1_text.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki::detail {

namespace {

std::string ip_text(ByteView address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (address.size() != 4 && address.size() != 16) return "0x" + to_hex(address);
  return inet_ntop(family, address.data(), text.data(), text.size());
}

/// "/8" for a mask of leading ones, else "/255.0.255.0".
std::string mask_text(ByteView mask) {
  int ones = 0;
  bool ended = false;
  bool gap = false;
  for (const auto octet : mask) {
    const int leading = std::countl_one(octet);
    gap = gap || (ended && octet != 0) || std::popcount(octet) != leading;
    if (leading < 8) ended = true;
    ones += leading;
  }
  return gap ? "/" + ip_text(mask) : fmt::format("/{}", ones);
}

/// An address, or in name constraints an address and a mask of the same size.
std::string address_text(ByteView bytes) {
  if (bytes.size() != 8 && bytes.size() != 32) return ip_text(bytes);
  const auto half = bytes.size() / 2;
  return ip_text(bytes.first(half)) + mask_text(bytes.subspan(half));
}

std::string der_dump(const ASN1_TYPE* value) {
  unsigned char* der = nullptr;
  const int size = value == nullptr ? -1 : i2d_ASN1_TYPE(value, &der);
  if (size < 0) return "?";
  auto out = hex_dump({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return out;
}

std::string other_name_value(const OTHERNAME* name) {
  const int type = name->value == nullptr ? 0 : ASN1_TYPE_get(name->value);
  if (type == V_ASN1_UTF8STRING || type == V_ASN1_IA5STRING || type == V_ASN1_PRINTABLESTRING) {
    return std::string(as_text(octets(name->value->value.asn1_string)));
  }
  return der_dump(name->value);
}

constexpr std::array other_name_titles{
    std::pair{"1.3.6.1.4.1.311.20.2.3", "UPN"},  // Microsoft's user principal name
    std::pair{"1.3.6.1.5.5.7.8.9", "SmtpUTF8"},  // RFC 8398
    std::pair{"1.3.6.1.5.5.7.8.5", "XmppAddr"},  // RFC 6120 section 13.7.1.4
    std::pair{"1.3.6.1.5.5.7.8.7", "SRV"},       // RFC 4985
};

}  // namespace

std::string general_name_text(const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  switch (type) {
    case GEN_DIRNAME:
      return "DirName:" + name_text(static_cast<const X509_NAME*>(value));
    case GEN_RID:
      return "RID:" + oid_text(static_cast<const ASN1_OBJECT*>(value));
    case GEN_OTHERNAME: {
      const auto* other = static_cast<const OTHERNAME*>(value);
      return fmt::format("other:{};{}", oid_text(other->type_id), other_name_value(other));
    }
    case GEN_X400:
      return "X400:?";
    case GEN_EDIPARTY:
      return "EDI:?";
    default:
      break;
  }
  const auto bytes = octets(static_cast<const ASN1_STRING*>(value));
  if (type == GEN_IPADD) return "IP:" + address_text(bytes);
  const char* kind = type == GEN_DNS ? "DNS" : type == GEN_URI ? "URI" : "email";
  return fmt::format("{}:{}", kind, as_text(bytes));
}

std::vector<std::string> general_name_texts(const GENERAL_NAMES* names) {
  std::vector<std::string> out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    out.push_back(general_name_text(sk_GENERAL_NAME_value(names, i)));
  }
  return out;
}

std::string general_name_title(const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  if (type != GEN_OTHERNAME) return general_name_text(name);
  const auto* other = static_cast<const OTHERNAME*>(value);
  const auto oid = oid_text(other->type_id);
  for (const auto& [known, title] : other_name_titles) {
    if (oid == known) return fmt::format("{}:{}", title, other_name_value(other));
  }
  return general_name_text(name);
}

std::string general_names_title(const GENERAL_NAMES* names) {
  std::vector<std::string> out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    out.push_back(general_name_title(sk_GENERAL_NAME_value(names, i)));
  }
  return join(out, ", ");
}

std::string distribution_point_text(const DIST_POINT_NAME* point) {
  if (point == nullptr) return {};
  if (point->type == 0) return general_names_title(point->name.fullname);
  std::string out = "relative to the issuer:";
  for (int i = 0; i < sk_X509_NAME_ENTRY_num(point->name.relativename); ++i) {
    const auto* entry = sk_X509_NAME_ENTRY_value(point->name.relativename, i);
    out += fmt::format(" {} = {}", oid_name(X509_NAME_ENTRY_get_object(entry)),
                       as_text(octets(X509_NAME_ENTRY_get_data(entry))));
  }
  return out;
}

}  // namespace handfast::pki::detail
