#include "pki/store/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "pki/mint/validity.hpp"

namespace handfast::pki {

std::vector<RevokedCertificate> revocations(const State& state) {
  std::vector<RevokedCertificate> out;
  for (const auto& [name, entry] : state.entries) {
    for (const auto& old : entry.old) {
      if (!old.revoked || old.serial.empty()) continue;
      out.push_back(
          {old.issuer, old.serial, *old.revoked, fmt::format("{}@{}", name, old.generation)});
    }
    if (!entry.revoked || entry.serial.empty()) continue;
    out.push_back(
        {entry.issuer, entry.serial, *entry.revoked, fmt::format("{}@{}", name, entry.generation)});
  }
  for (const auto& [name, fleet] : state.fleets) {
    for (const auto& old : fleet.old) {
      if (!old.revoked) continue;
      out.push_back({old.issuer, old.serial, *old.revoked,
                     fmt::format("a member of {}@{}", name, old.generation)});
    }
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.issuer, a.serial) < std::tie(b.issuer, b.serial);
  });
  return out;
}

std::vector<RevokedCertificate> revocations(const State& state, const std::string& issuer) {
  auto out = revocations(state);
  std::erase_if(out, [&issuer](const auto& entry) { return entry.issuer != issuer; });
  return out;
}

std::vector<RevokedCertificate> revoke_expired(const Manifest& manifest, State& state,
                                               WallTime now) {
  std::vector<RevokedCertificate> out;
  const Revocation revocation{"superseded", time_text(now)};
  const auto is_past = [now](const std::string& not_after) {
    const auto end = parse_time(not_after);
    return end && *end < now;
  };
  for (auto& [name, entry] : state.entries) {
    if (entry.issuer.empty() || manifest.authority(name) || manifest.fault(name)) continue;
    for (auto& old : entry.old) {
      if (old.revoked || old.serial.empty() || !is_past(old.not_after)) continue;
      old.revoked = revocation;
      out.push_back(
          {old.issuer, old.serial, revocation, fmt::format("{}@{}", name, old.generation)});
    }
    if (entry.revoked || entry.serial.empty() || !is_past(entry.not_after)) continue;
    entry.revoked = revocation;
    out.push_back(
        {entry.issuer, entry.serial, revocation, fmt::format("{}@{}", name, entry.generation)});
  }
  return out;
}

}  // namespace handfast::pki
