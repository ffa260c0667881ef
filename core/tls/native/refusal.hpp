// Why a peer is refused: the alert that it is sent (RFC 8446 section 6.2), and in words what it
// broke, with the section that says so.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/base/problem.hpp"

namespace handfast::tls::native {

/// RFC 8446 section 6.
enum class AlertDescription : std::uint8_t {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  record_overflow = 22,
  handshake_failure = 40,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  decode_error = 50,
  decrypt_error = 51,
  protocol_version = 70,
  internal_error = 80,
  user_canceled = 90,
  missing_extension = 109,
  unsupported_extension = 110,
};

struct Refusal {
  AlertDescription alert = AlertDescription::internal_error;
  std::string detail;   ///< "ServerHello: legacy_version is not 0x0303 (RFC 8446 4.1.3)"
  int verify_code = 0;  ///< X509_V_*, when the chain was the reason
};

/// What is read from a peer: a value, or the reason to end the connection.
template <class T>
using Checked = boost::system::result<T, Refusal>;

inline Refusal refuse(AlertDescription alert, std::string detail) {
  return {.alert = alert, .detail = std::move(detail)};
}

/// Our own fault or libcrypto's, never the peer's.
inline Refusal broken(std::string detail) {
  return refuse(AlertDescription::internal_error, std::move(detail));
}

}  // namespace handfast::tls::native
