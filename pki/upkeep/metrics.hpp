// Expiry and revocation as Prometheus metrics, named as x509-certificate-exporter names them, so
// that its dashboards and alerts work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

struct CrlMetric {
  std::string authority;
  std::optional<WallTime> this_update;
  std::optional<WallTime> next_update;
  std::uint64_t entries = 0;
};

/// Text exposition format 0.0.4, through prometheus-cpp. Gauges, in seconds and as Unix times:
/// x509_cert_not_before, x509_cert_not_after, x509_cert_valid_since_seconds,
/// x509_cert_expires_in_seconds, x509_cert_expired (0 or 1), each with the labels name, kind,
/// serial_number, subject_CN and issuer (an entry's name); x509_crl_this_update,
/// x509_crl_next_update, x509_crl_entries with the label authority; handfast_fleet_members.
std::string metrics_text(const std::vector<Item>& items, const std::vector<CrlMetric>& crls,
                         WallTime now);

}  // namespace handfast::pki
