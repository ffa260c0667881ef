// Readers of the two halves of result.json.
#pragma once

#include "reports/detail/json_cursor.hpp"
#include "reports/result.hpp"

namespace handfast::reports::detail {

Result read_result(const Cursor& at);
stats::Snapshot read_load(const Cursor& at);
stats::MessageStats read_messages(const Cursor& at);

}  // namespace handfast::reports::detail
