// The result as a JSON tree, shared by the JSON writer and the HTML report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reports/result.hpp"

namespace handfast::reports::detail {

using Json = nlohmann::ordered_json;

Json to_json(const Result& result);
Json to_json(const CheckResult& check);
Json to_json(const BrokerInfo& broker);
Json to_json(const Machine& machine);
Json to_json(const Problem& problem);
Json to_json(const ShardInfo& shard);
Json to_json(const MergeInfo& merged);
Json to_json(const stats::Snapshot& load);
Json series_json(const std::vector<stats::Tick>& ticks);
Json to_json(const SearchResult& search);
Json to_json(const TimelineEvent& event);
Json to_json(const stats::MessageStats& messages);
Json to_json(const stats::Lifecycle& lifecycle);
Json to_json(const stats::DatagramStats& datagrams);
Json to_json(const stats::Histogram& histogram);
Json samples_json(const std::vector<stats::FailureSample>& samples);

/// JSON in UTF-8, indented by `indent` (-1: one line); bytes that are no UTF-8 become U+FFFD.
std::string text_of(const Json& tree, int indent);
/// JSON for people and for diffs: two spaces a level; lists of numbers and small flat objects, such
/// as a histogram, on one line.
std::string pretty_text(const Json& tree);

/// Of the histograms of a load with more fleets the file holds what they are made of, and not what
/// can be worked out of it again: a thousand fleets have eight thousand histograms.
inline constexpr std::size_t most_fleets_in_full = 40;
void leave_out_derived(Json& result);

/// JSON has no infinity and no NaN.
double finite(double value);

}  // namespace handfast::reports::detail
