// Serial numbers as the key of a revocation: the contents octets of the DER INTEGER, exactly as
// they stand in the certificate. Two's complement, so that negative and zero serials (which RFC
// 5280 section 4.1.2.2 wants handled gracefully) are different from all others.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki {

Bytes serial_of(const X509* certificate);
Bytes serial_of(const ASN1_INTEGER* serial);
/// From an unsigned big-endian number, as tools and states write it; leading zeros do not matter.
Bytes serial_from_magnitude(ByteView magnitude);

/// Parses hexadecimal digits: "0a1b", "0x0A1B", "-01". Usage problem for anything else and above
/// 64 octets.
Result<Bytes> parse_serial(std::string_view text);
/// Lower-case hexadecimal of the number, a minus sign in front of a negative one; what
/// pki::serial_hex says of the certificate.
std::string serial_text(ByteView serial);

}  // namespace handfast::pki
