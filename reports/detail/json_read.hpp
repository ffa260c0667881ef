// Readers of the parts of result.json.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "reports/detail/json_cursor.hpp"
#include "reports/result.hpp"

namespace handfast::reports::detail {

Result read_result(const Cursor& at);
CheckResult read_check(const Cursor& at);
BrokerInfo read_broker(const Cursor& at);
Machine read_machine(const Cursor& at);
Problem read_problem(const Cursor& at);
Verdict read_verdict(const Cursor& at);
stats::Snapshot read_load(const Cursor& at);
std::vector<stats::Tick> read_series(const Cursor& at);
std::optional<stats::Phase> parse_phase(std::string_view name);
SearchResult read_search(const Cursor& at);
TimelineEvent read_event(const Cursor& at);
ShardInfo read_shard(const Cursor& at);
MergeInfo read_merged(const Cursor& at);
stats::MessageStats read_messages(const Cursor& at);
stats::Lifecycle read_lifecycle(const Cursor& at);
stats::DatagramStats read_datagrams(const Cursor& at);

}  // namespace handfast::reports::detail
