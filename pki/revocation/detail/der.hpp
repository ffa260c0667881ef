// Writing DER by hand (X.690): CRLs and OCSP answers are put together from these few pieces, which
// is faster than OpenSSL's object model and lets a variant be wrong in exactly one place.
#pragma once

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <cstdint>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"

namespace handfast::pki::detail {

// Identifier octets.
inline constexpr std::uint8_t der_boolean = 0x01;
inline constexpr std::uint8_t der_integer = 0x02;
inline constexpr std::uint8_t der_bit_string = 0x03;
inline constexpr std::uint8_t der_octet_string = 0x04;
inline constexpr std::uint8_t der_null = 0x05;
inline constexpr std::uint8_t der_enumerated = 0x0a;
inline constexpr std::uint8_t der_utc_time = 0x17;
inline constexpr std::uint8_t der_generalized_time = 0x18;
inline constexpr std::uint8_t der_sequence = 0x30;
/// [n], primitive (implicit) and constructed (explicit, or an implicit SEQUENCE).
constexpr std::uint8_t der_context(unsigned n) { return static_cast<std::uint8_t>(0x80 | n); }
constexpr std::uint8_t der_context_constructed(unsigned n) {
  return static_cast<std::uint8_t>(0xa0 | n);
}

void put_header(Bytes& out, std::uint8_t tag, std::size_t length);
Bytes element(std::uint8_t tag, ByteView contents);

/// The parts behind each other.
template <class... Parts>
Bytes concatenated(const Parts&... parts) {
  Bytes out;
  out.reserve((std::size_t{0} + ... + parts.size()));
  (out.insert(out.end(), parts.begin(), parts.end()), ...);
  return out;
}
template <class... Parts>
Bytes element_of(std::uint8_t tag, const Parts&... parts) {
  Bytes out;
  const std::size_t length = (std::size_t{0} + ... + parts.size());
  out.reserve(length + 6);
  put_header(out, tag, length);
  (out.insert(out.end(), parts.begin(), parts.end()), ...);
  return out;
}
template <class... Parts>
Bytes sequence(const Parts&... parts) {
  return element_of(der_sequence, parts...);
}

Bytes integer(std::uint64_t value);
Bytes enumerated(std::uint8_t value);
Bytes boolean(bool value);
/// Whole octets, no unused bits.
Bytes bit_string(ByteView octets);
Bytes object_id(int nid);

/// UTCTime through 2049, GeneralizedTime after (RFC 5280 section 5.1.2.4). Years 1950 to 2261.
Bytes crl_time(WallTime time);
/// Whole seconds, UTC, always GeneralizedTime (RFC 6960 section 4.2.2.1).
Bytes generalized_time(WallTime time);

/// One Extension (RFC 5280 section 4.1); `value` is the DER inside its OCTET STRING.
Bytes extension(ByteView oid, bool critical, ByteView value);
inline Bytes extension(int nid, bool critical, ByteView value) {
  return extension(object_id(nid), critical, value);
}
/// An OID under handfast's example arc (2.25.1) that no verifier knows.
Bytes unknown_object_id();

Bytes name_der(const X509_NAME* name);
/// Nothing for a time that is none; years past 2261 become 2261, where WallTime ends.
std::optional<WallTime> wall_time_of(const ASN1_TIME* time);

}  // namespace handfast::pki::detail
