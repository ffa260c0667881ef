// Names inside certificates: distinguished names and subject alternative names (templates of
// fleets: name_template.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/mint/name_template.hpp"  // IWYU pragma: export

namespace handfast::pki {

/// An attribute beyond the customary six.
struct NameAttribute {
  std::string type;   ///< OpenSSL's short name ("serialNumber", "DC", "UID") or a dotted identifier
  std::string value;  ///< UTF-8

  bool operator==(const NameAttribute&) const = default;
};

/// A distinguished name in the customary order C, ST, L, O, OU, CN; empty parts are left out.
struct Subject {
  std::string country;  ///< two letters (ISO 3166-1)
  std::string state;
  std::string locality;
  std::string organization;
  std::string unit;
  std::string common_name;
  std::vector<NameAttribute> more;  ///< after the common name, in this order

  bool empty() const { return *this == Subject{}; }
  bool operator==(const Subject&) const = default;
};
/// "C=CN, O=handfast lab, CN=root"; for people and digests.
std::string to_string(const Subject& subject);
/// Reads "C=CN, O=handfast lab, CN=root" (commas inside values as "\\,"), with or without spaces.
/// Usage problem for an unknown attribute, a country that is not two letters, and values too long.
Result<Subject> parse_subject(std::string_view text);
/// Two capital or small letters (ISO 3166-1 alpha-2); whether it exists is not checked.
bool is_country(std::string_view text);

enum class AltNameKind : std::uint8_t {
  dns,
  ip,
  uri,
  email,
  other,  ///< otherName; the value is "OID;text", the text a UTF8String
};

struct AltName {
  AltNameKind kind = AltNameKind::dns;
  std::string value;

  bool operator==(const AltName&) const = default;
};
std::string to_string(
    const AltName& name);  ///< "DNS:localhost", "IP:::1", "URI:urn:x", "email:a@b"

/// What manifests and verbs take. A prefix names the kind: "DNS:", "IP:", "URI:", "email:", "UPN:"
/// (Microsoft's user principal name), "other:1.2.3;text". Without one the look tells: an IP
/// literal, something with '@', something with a scheme, else a DNS name. Usage problem for what is
/// none of these ("my broker", "a..b", "*.*.x").
Result<AltName> parse_alt_name(std::string_view text);

/// True for text that could stand as a DNS name in a SAN: labels of letters, digits and hyphens, a
/// leading "*." allowed.
bool is_dns_name(std::string_view text);

/// True for "1.3.6.1.4.1": at least two arcs, no leading zeros.
bool is_dotted_oid(std::string_view text);

}  // namespace handfast::pki
