#include "pki/store/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

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

}  // namespace handfast::pki
