// Facts of connections that are established: thousands of a fleet have the same, so they share one
// copy instead of holding 350 bytes each.
#pragma once

#include <algorithm>
#include <list>

#include "core/tls/client.hpp"

namespace handfast::tls::native {

/// Belongs to one engine and lives as long.
class FactsStore {
 public:
  /// Different facts kept; connections with yet others hold their own.
  static constexpr std::size_t capacity = 32;

  /// The stored facts that equal `facts`; null when there is no room for them, or when they are one
  /// connection's alone (recorded messages carry times).
  const Facts* find_or_add(const Facts& facts) {
    if (!facts.messages.empty()) return nullptr;
    const auto found = std::ranges::find(known_, facts);
    if (found != known_.end()) return &*found;
    if (known_.size() == capacity) return nullptr;
    return &known_.emplace_back(facts);
  }

 private:
  std::list<Facts> known_;  // addresses stay
};

}  // namespace handfast::tls::native
