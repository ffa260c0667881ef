#include "reports/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/base/wall_time.hpp"
#include "core/stats/merge.hpp"

namespace handfast::reports {

namespace {

Problem not_one_load(const Part& part, std::string why, std::string hint = {}) {
  return usage_problem(std::move(why), part.file, std::move(hint));
}

/// Whether `part` belongs to the same load as `first`.
handfast::Result<void> check_same_load(const Part& first, const Part& part) {
  const ShardInfo& mine = *part.result.shard;
  const ShardInfo& other = *first.result.shard;
  if (mine.fingerprint != other.fingerprint) {
    return not_one_load(part, fmt::format("is of another scenario than {}", first.file),
                        "shards differ in their target, source addresses and PKI home at most");
  }
  if (mine.count != other.count) {
    return not_one_load(part, fmt::format("is one of {} shards, {} one of {}", mine.count,
                                          first.file, other.count));
  }
  if (part.result.handfast_version != first.result.handfast_version) {
    return not_one_load(part, fmt::format("was made by handfast {}, {} by {}",
                                          printable(part.result.handfast_version), first.file,
                                          printable(first.result.handfast_version)));
  }
  return {};
}

handfast::Result<void> check_parts(const std::vector<Part>& parts) {
  if (parts.empty()) return usage_problem("there is nothing to merge");
  for (const Part& part : parts) {
    if (!part.result.shard) {
      return not_one_load(part, "is no shard of a load", "run it with --shard I/N");
    }
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (auto same = check_same_load(parts.front(), parts[i]); !same) return same;
    if (parts[i].result.shard->index == parts[i - 1].result.shard->index) {
      return not_one_load(parts[i], fmt::format("is shard {}, like {}",
                                                parts[i].result.shard->index, parts[i - 1].file));
    }
  }
  return {};
}

/// "a" when all are the same, else "a, b".
class Distinct {
 public:
  void add(const std::string& text) {
    if (std::ranges::find(texts_, text) == texts_.end()) texts_.push_back(text);
  }
  std::string text() const { return join(texts_, ", "); }

 private:
  std::vector<std::string> texts_;
};

template <class Get>
std::string distinct(const std::vector<Part>& parts, Get get) {
  Distinct all;
  for (const Part& part : parts) all.add(get(part.result));
  return all.text();
}

std::string of_shard(const Part& part, std::string_view what) {
  return fmt::format("shard {}: {}", part.result.shard->index, what);
}

MergeInfo describe_parts(const std::vector<Part>& parts) {
  const ShardInfo& shard = *parts.front().result.shard;
  MergeInfo merged{.count = shard.count, .fingerprint = shard.fingerprint, .parts = {}};
  for (const Part& part : parts) {
    MergeInfo::Part& one = merged.parts.emplace_back();
    one.index = part.result.shard->index;
    one.file = part.file;
    one.host = part.result.machine.host;
    one.load_started_at = part.result.shard->load_started_at;
    one.clock = part.result.shard->clock;
    for (const FleetPlan& fleet : part.result.fleets) {
      if (std::ranges::find(one.urls, fleet.url) == one.urls.end()) one.urls.push_back(fleet.url);
    }
  }
  return merged;
}

/// Each shard may have had a broker of its own: use is added up, evidence told apart.
BrokerInfo merge_brokers(const std::vector<Part>& parts) {
  BrokerInfo whole = parts.front().result.broker;
  whole.driver = distinct(parts, [](const Result& result) { return result.broker.driver; });
  whole.version = distinct(parts, [](const Result& result) { return result.broker.version; });
  if (parts.size() > 1) whole.log_file.clear();  // each stands beside its shard's result
  std::vector<std::string> deaths;
  if (whole.died) deaths.push_back(of_shard(parts.front(), *whole.died));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const BrokerInfo& part = parts[i].result.broker;
    for (const Listener& listener : part.listeners) {
      if (std::ranges::find(whole.listeners, listener) == whole.listeners.end())
        whole.listeners.push_back(listener);
    }
    whole.cpu_seconds += part.cpu_seconds;
    whole.rss_max_bytes += part.rss_max_bytes;
    whole.open_files_max += part.open_files_max;
    whole.watched = whole.watched || part.watched;
    if (part.died) deaths.push_back(of_shard(parts[i], *part.died));
  }
  if (!deaths.empty()) whole.died = join(deaths, "; ");
  return whole;
}

void merge_fleet_plans(const std::vector<Part>& parts, Result& whole) {
  for (FleetPlan& fleet : whole.fleets) {
    Distinct urls;
    for (const Part& part : parts) {
      const auto same = std::ranges::find(part.result.fleets, fleet.name, &FleetPlan::name);
      if (same != part.result.fleets.end()) urls.add(same->url);
    }
    fleet.url = urls.text();
  }
}

void add_missing(const MergeInfo& merged, Result& whole) {
  for (unsigned index = 0; index < merged.count; ++index) {
    if (std::ranges::find(merged.parts, index, &MergeInfo::Part::index) != merged.parts.end())
      continue;
    whole.valid = false;
    whole.invalid_reasons.push_back(
        fmt::format("shard {} of {} is missing: its connections are not in these figures", index,
                    merged.count));
  }
}

/// Loads that did not overlap never put their sum on the broker.
void add_start_gap(const std::vector<Part>& parts, Result& whole) {
  std::optional<WallTime> first;
  for (const Part& part : parts) {
    const auto began = parse_wall_time(part.result.shard->load_started_at);
    if (began) first = std::min(first.value_or(*began), *began);
  }
  for (const Part& part : parts) {
    const auto began = parse_wall_time(part.result.shard->load_started_at);
    if (!began || *began - *first <= start_tolerance) continue;
    whole.valid = false;
    whole.invalid_reasons.push_back(
        of_shard(part, fmt::format("began its load {} after the first one: start all with the same "
                                   "--start-at",
                                   format_duration(*began - *first))));
  }
}

/// By time, and those of one time by shard: the parts come by index.
void add_events(const Part& part, Result& whole) {
  auto& all = whole.timeline;
  for (TimelineEvent event : part.result.timeline) {
    event.shard = part.result.shard->index;
    const auto place =
        std::ranges::upper_bound(all, event.planned_s, {}, &TimelineEvent::planned_s);
    all.insert(place, std::move(event));
  }
}

void add_findings(const Part& part, Result& whole) {
  whole.checks.insert(whole.checks.end(), part.result.checks.begin(), part.result.checks.end());
  whole.valid = whole.valid && part.result.valid;
  for (const auto& reason : part.result.invalid_reasons) {
    whole.invalid_reasons.push_back(of_shard(part, reason));
  }
  for (const auto& sentence : part.result.broker_limits) {
    whole.broker_limits.push_back(of_shard(part, sentence));
  }
  whole.interrupted = whole.interrupted || part.result.interrupted;
  for (const Problem& problem : part.result.problems) {
    whole.problems.push_back(
        with_context(problem, fmt::format("shard {}", part.result.shard->index)));
  }
  whole.duration_s = std::max(whole.duration_s, part.result.duration_s);
  add_events(part, whole);
}

Result first_of(const Result& result) {
  Result whole = result;
  whole.shard.reset();
  whole.checks.clear();
  whole.valid = true;
  whole.invalid_reasons.clear();
  whole.broker_limits.clear();
  whole.interrupted = false;
  whole.problems.clear();
  whole.timeline.clear();
  return whole;
}

}  // namespace

handfast::Result<Merged> merge(std::vector<Part> parts) {
  std::ranges::sort(parts, {}, [](const Part& part) {
    return std::pair(part.result.shard ? part.result.shard->index : 0, part.file);
  });
  if (auto fit = check_parts(parts); !fit) return fit.error();
  Merged out{.result = first_of(parts.front().result),
             .thresholds = parts.front().result.shard->thresholds};
  Result& whole = out.result;
  whole.merged = describe_parts(parts);
  whole.machine.host = distinct(parts, [](const Result& result) { return result.machine.host; });
  whole.broker = merge_brokers(parts);
  merge_fleet_plans(parts, whole);
  add_missing(*whole.merged, whole);
  add_start_gap(parts, whole);
  std::vector<stats::Snapshot> loads;
  for (Part& part : parts) {
    add_findings(part, whole);
    loads.push_back(std::move(part.result.load));
  }
  whole.load = stats::merge(loads);
  return out;
}

}  // namespace handfast::reports
