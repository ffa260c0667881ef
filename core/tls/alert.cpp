#include "core/tls/alert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace handfast::tls {

namespace {

struct Named {
  std::uint8_t number;
  std::string_view name;
};

// IANA registry "TLS Alerts", with the RFC 8446 spelling; the reserved ones still occur on the wire
// of old stacks.
constexpr std::array<Named, 36> alerts{{{0, "close_notify"},
                                        {10, "unexpected_message"},
                                        {20, "bad_record_mac"},
                                        {21, "decryption_failed"},
                                        {22, "record_overflow"},
                                        {30, "decompression_failure"},
                                        {40, "handshake_failure"},
                                        {41, "no_certificate"},
                                        {42, "bad_certificate"},
                                        {43, "unsupported_certificate"},
                                        {44, "certificate_revoked"},
                                        {45, "certificate_expired"},
                                        {46, "certificate_unknown"},
                                        {47, "illegal_parameter"},
                                        {48, "unknown_ca"},
                                        {49, "access_denied"},
                                        {50, "decode_error"},
                                        {51, "decrypt_error"},
                                        {52, "too_many_cids_requested"},
                                        {60, "export_restriction"},
                                        {70, "protocol_version"},
                                        {71, "insufficient_security"},
                                        {80, "internal_error"},
                                        {86, "inappropriate_fallback"},
                                        {90, "user_canceled"},
                                        {100, "no_renegotiation"},
                                        {109, "missing_extension"},
                                        {110, "unsupported_extension"},
                                        {111, "certificate_unobtainable"},
                                        {112, "unrecognized_name"},
                                        {113, "bad_certificate_status_response"},
                                        {114, "bad_certificate_hash_value"},
                                        {115, "unknown_psk_identity"},
                                        {116, "certificate_required"},
                                        {117, "general_error"},
                                        {120, "no_application_protocol"}}};

}  // namespace

std::string alert_name(std::uint8_t description) {
  const auto* found = std::ranges::find(alerts, description, &Named::number);
  return found == alerts.end() ? fmt::format("alert_{}", description) : std::string(found->name);
}

std::optional<std::uint8_t> alert_number(std::string_view name) {
  const auto* found = std::ranges::find(alerts, name, &Named::name);
  if (found == alerts.end()) return std::nullopt;
  return found->number;
}

bool blames_bytes(std::uint8_t description) {
  switch (description) {
    case 10:   // unexpected_message
    case 20:   // bad_record_mac
    case 22:   // record_overflow
    case 47:   // illegal_parameter
    case 50:   // decode_error
    case 51:   // decrypt_error
    case 109:  // missing_extension
    case 110:  // unsupported_extension
      return true;
    default:
      return false;
  }
}

std::string to_string(Alert alert) {
  return fmt::format("{} ({})", alert_name(alert.description), alert.description);
}

}  // namespace handfast::tls
