// `pki due`: what has expired and what soon will.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

enum class Expiry : std::uint8_t { fine, soon, expired };
std::string_view to_string(Expiry expiry);
/// What `due` exits with: 0 fine, 10 soon, 11 expired.
int due_exit_code(Expiry expiry);

/// True for items that somebody has to renew: issued, neither a fault (they may be expired on
/// purpose) nor revoked for good.
bool is_watched(const Item& item, bool fleets);

/// `now` against the end of the period; exactly `within` left is soon.
Expiry expiry_of(const Item& item, Nanos within, WallTime now);

struct DueReport {
  std::vector<Item> expired;  ///< the longest expired first
  std::vector<Item> soon;     ///< the first to expire first
  std::size_t fine = 0;

  Expiry worst() const;
};

DueReport due(const std::vector<Item>& items, Nanos within, WallTime now, bool fleets = true);
/// A line for each that is due, then a summary.
std::string due_text(const DueReport& report, Nanos within, WallTime now);
std::string due_json(const DueReport& report, WallTime now);

}  // namespace handfast::pki
