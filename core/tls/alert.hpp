// TLS alerts (RFC 8446 section 6, IANA "TLS Alerts"): our own table, because OpenSSL 3.0 prints
// "unknown" for some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handfast::tls {

struct Alert {
  std::uint8_t level = 2;  ///< 1 warning, 2 fatal
  std::uint8_t description = 0;

  bool fatal() const { return level == 2; }
  bool operator==(const Alert&) const = default;
};

/// "certificate_required" for 116; "alert_N" for a number that is not assigned.
std::string alert_name(std::uint8_t description);
/// The number of an alert by its name; nullopt for an unknown name.
std::optional<std::uint8_t> alert_number(std::string_view name);
/// True for alerts that say "your bytes are wrong" rather than "I do not want you" (RFC 8446
/// section 6.2).
bool blames_bytes(std::uint8_t description);
/// "certificate_required (116)", the form that every report uses.
std::string to_string(Alert alert);

}  // namespace handfast::tls
