// ASN.1 values as text: object identifiers, integers, times, strings, names of algorithms.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

std::string oid_text(const ASN1_OBJECT* object);  ///< dotted; "?" for null
/// The name that the standards use ("serverAuth", "extKeyUsage"), dotted for unknown ones.
std::string oid_name(const ASN1_OBJECT* object);
std::string usage_name(const ASN1_OBJECT* object);  ///< of an extended key usage

std::string integer_hex(const ASN1_INTEGER* number);      ///< "-" in front of a negative one
std::string integer_decimal(const ASN1_INTEGER* number);  ///< "" for null
/// RFC 3339, straight from ASN.1: certificates may end in the year 9999, which our clock cannot
/// hold. "" for null.
std::string time_text(const ASN1_TIME* time);
ByteView octets(const ASN1_STRING* string);  ///< empty for null
std::string octets_hex(const ASN1_STRING* string);
/// "0x" and at most `limit` octets in hexadecimal, with the size when there are more.
std::string hex_dump(ByteView bytes, std::size_t limit = 48);

std::string algorithm_name(int nid);  ///< "sha256WithRSAEncryption", "unknown"
std::string algorithm_name(const X509_ALGOR* algorithm);
/// What a signature algorithm says beyond its name: "SHA256, MGF1 with SHA256, salt of 32 octets"
/// for RSA-PSS (RFC 4055), else "".
std::string signature_parameters(const X509_ALGOR* algorithm);

}  // namespace handfast::pki::detail
