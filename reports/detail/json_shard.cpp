// Parts of a load and what they were merged into, as JSON and back.
#include <fmt/format.h>

#include "reports/detail/json_model.hpp"
#include "reports/detail/json_read.hpp"

namespace handfast::reports::detail {

namespace {

/// A number of shards, or an index of one.
unsigned read_number(const Cursor& at) {
  const int number = at.small();
  if (number < 0 || number > most_shards) {
    at.complain(fmt::format("expected 0 to {}", most_shards));
    return 0;
  }
  return static_cast<unsigned>(number);
}

Json to_json(const ShardClock& clock) {
  const auto& most = clock.most_offset_s;
  return {{"boot_id", clock.boot_id}, {"most_offset_s", most ? Json(*most) : Json(nullptr)}};
}

/// Of a shard or a part; results from before there was a clock have none.
ShardClock read_clock(const Cursor& owner) {
  ShardClock clock;
  if (!owner.has("clock")) return clock;
  const Cursor at = owner.at("clock");
  clock.boot_id = at.at("boot_id").text();
  if (const Cursor most = at.at("most_offset_s"); !most.null()) clock.most_offset_s = most.number();
  return clock;
}

MergeInfo::Part read_part(const Cursor& at) {
  return {.index = read_number(at.at("index")),
          .file = at.at("file").text(),
          .host = at.at("host").text(),
          .load_started_at = at.at("load_started_at").text(),
          .urls = at.at("urls").texts(),
          .clock = read_clock(at)};
}

}  // namespace

Json to_json(const ShardInfo& shard) {
  return {{"index", shard.index},
          {"count", shard.count},
          {"fingerprint", shard.fingerprint},
          {"load_started_at", shard.load_started_at},
          {"thresholds", shard.thresholds},
          {"clock", to_json(shard.clock)}};
}

Json to_json(const MergeInfo& merged) {
  Json parts = Json::array();
  for (const auto& part : merged.parts) {
    parts.push_back({{"index", part.index},
                     {"file", part.file},
                     {"host", part.host},
                     {"load_started_at", part.load_started_at},
                     {"urls", part.urls},
                     {"clock", to_json(part.clock)}});
  }
  return {
      {"count", merged.count}, {"fingerprint", merged.fingerprint}, {"parts", std::move(parts)}};
}

ShardInfo read_shard(const Cursor& at) {
  ShardInfo shard;
  shard.index = read_number(at.at("index"));
  shard.count = read_number(at.at("count"));
  shard.fingerprint = at.at("fingerprint").text();
  shard.load_started_at = at.at("load_started_at").text();
  shard.thresholds = at.at("thresholds").texts();
  shard.clock = read_clock(at);
  if (shard.index >= shard.count) at.complain("the index must be below the count");
  return shard;
}

MergeInfo read_merged(const Cursor& at) {
  MergeInfo merged;
  merged.count = read_number(at.at("count"));
  merged.fingerprint = at.at("fingerprint").text();
  for (const auto& entry : at.at("parts").items()) merged.parts.push_back(read_part(entry));
  return merged;
}

}  // namespace handfast::reports::detail
