// `pki list` and `pki status`: the inventory as a table, JSON and CSV.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/store/state.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

/// Columns name, kind, store, subject, issuer, key, expires, days left, status, generation; a final
/// newline. Fleets are one row each.
std::string list_text(const std::vector<Item>& items, WallTime now);
/// {"certificates": [{"name", "kind", "store", ...}]}
std::string list_json(const std::vector<Item>& items, WallTime now);
/// RFC 4180 with a header row, lines ending in LF.
std::string list_csv(const std::vector<Item>& items, WallTime now);

/// One line for each: "server: installed, generation 2, expires 2026-07-01T12:00:00Z (29d)".
std::string status_text(const std::vector<Item>& items, WallTime now);
/// Everything that is known of one entry, its old generations included.
std::string status_of(const Item& item, const EntryState* state, WallTime now);

}  // namespace handfast::pki
