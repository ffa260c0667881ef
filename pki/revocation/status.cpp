#include "pki/revocation/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace handfast::pki {

namespace {

bool before(ByteView a, ByteView b) { return std::ranges::lexicographical_compare(a, b); }

}  // namespace

std::string_view to_string(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::good:
      return "good";
    case CertificateStatus::revoked:
      return "revoked";
    case CertificateStatus::unknown:
      break;
  }
  return "unknown";
}

std::string to_string(const SingleStatus& status) {
  if (status.status != CertificateStatus::revoked) return std::string(to_string(status.status));
  const auto reason = status.reason ? fmt::format(" ({})", to_string(*status.reason)) : "";
  return fmt::format("revoked{} since {}", reason, rfc3339(status.since));
}

StatusTable::StatusTable(const std::vector<RevokedEntry>& revoked,
                         std::optional<std::vector<Bytes>> issued)
    : issued_(std::move(issued)) {
  // By serial, then as given; libstdc++ 12's stable_sort does not compile without warnings.
  std::vector<const RevokedEntry*> order;
  order.reserve(revoked.size());
  for (const auto& entry : revoked) order.push_back(&entry);
  std::ranges::sort(order, [](const RevokedEntry* a, const RevokedEntry* b) {
    return a->serial != b->serial ? before(a->serial, b->serial) : a < b;
  });
  revoked_.reserve(revoked.size());
  for (const auto* entry : order) {
    if (!revoked_.empty() && revoked_.back().serial == entry->serial) revoked_.pop_back();
    revoked_.push_back(*entry);
  }
  std::erase_if(revoked_, [](const RevokedEntry& entry) {
    return entry.reason == RevocationReason::remove_from_crl;
  });
  if (issued_) std::ranges::sort(*issued_, before);
}

SingleStatus StatusTable::of(ByteView serial) const {
  const auto found = std::ranges::lower_bound(revoked_, serial, before, &RevokedEntry::serial);
  if (found != revoked_.end() && std::ranges::equal(found->serial, serial)) {
    return {CertificateStatus::revoked, found->since, found->reason};
  }
  const bool known = !issued_ || std::ranges::binary_search(*issued_, serial, before);
  return {known ? CertificateStatus::good : CertificateStatus::unknown, {}, {}};
}

StatusSource source_of(StatusTable table) {
  // Shared with the copies that std::function may make.
  return [shared = std::make_shared<const StatusTable>(std::move(table))](ByteView serial) {
    return shared->of(serial);
  };
}

}  // namespace handfast::pki
