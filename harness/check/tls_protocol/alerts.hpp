// Alert descriptions that rows of this group name (RFC 8446 section 6, RFC 5246 section 7.2, RFC
// 7507, RFC 7301).
#pragma once

#include <cstdint>

namespace handfast::check::tls_protocol::alert {

inline constexpr std::uint8_t unexpected_message = 10;
inline constexpr std::uint8_t bad_record_mac = 20;
inline constexpr std::uint8_t record_overflow = 22;
inline constexpr std::uint8_t handshake_failure = 40;
inline constexpr std::uint8_t bad_certificate = 42;
inline constexpr std::uint8_t certificate_unknown = 46;
inline constexpr std::uint8_t illegal_parameter = 47;
inline constexpr std::uint8_t unknown_ca = 48;
inline constexpr std::uint8_t decode_error = 50;
inline constexpr std::uint8_t decrypt_error = 51;
inline constexpr std::uint8_t protocol_version = 70;
inline constexpr std::uint8_t insufficient_security = 71;
inline constexpr std::uint8_t internal_error = 80;
inline constexpr std::uint8_t inappropriate_fallback = 86;
inline constexpr std::uint8_t no_renegotiation = 100;
inline constexpr std::uint8_t unsupported_extension = 110;
inline constexpr std::uint8_t certificate_required = 116;
inline constexpr std::uint8_t no_application_protocol = 120;

}  // namespace handfast::check::tls_protocol::alert
