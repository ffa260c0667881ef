// What the terminal shows of messages: one table for publishers, one for subscribers.
#pragma once

#include <vector>

#include "reports/detail/table.hpp"
#include "reports/result.hpp"

namespace handfast::reports::detail {

/// The tables that have rows, headings included.
std::vector<Table> message_tables(const stats::Snapshot& load);

}  // namespace handfast::reports::detail
