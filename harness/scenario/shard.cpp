#include "harness/scenario/shard.hpp"

#include <fmt/format.h>

#include <charconv>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/base/wall_time.hpp"
#include "harness/scenario/resolved.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

namespace {

using Lookup = std::function<const char*(const char*)>;

constexpr std::string_view hint = "write I/N with I from 0 to N-1, for example --shard 0/3";

/// A number in `text`, or in the variable `name` when the text is "env".
Result<unsigned> number_of(std::string_view text, const char* name, const Lookup& variable) {
  const bool from_environment = text == "env";
  if (from_environment) {
    const char* value = variable(name);
    if (value == nullptr) {
      return usage_problem(fmt::format("{} is not set", name), {},
                           "Kubernetes sets JOB_COMPLETION_INDEX in indexed jobs; the count is "
                           "for the manifest to set, or write it: --shard env/3");
    }
    text = value;
  }
  unsigned number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && stop == text.data() + text.size()) return number;
  return usage_problem(
      fmt::format("{}\"{}\" is no number",
                  from_environment ? std::string(name) + "=" : std::string(), printable(text, 60)),
      {}, std::string(hint));
}

}  // namespace

Result<loadgen::Shard> parse_shard(std::string_view text, const Lookup& variable) {
  if (text == "env") text = "env/env";
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return usage_problem(fmt::format("\"{}\" is no shard", printable(text, 60)), {},
                         std::string(hint));
  }
  const auto index = number_of(text.substr(0, slash), "JOB_COMPLETION_INDEX", variable);
  if (!index) return index.error();
  const auto count = number_of(text.substr(slash + 1), "JOB_COMPLETION_COUNT", variable);
  if (!count) return count.error();
  if (*index >= *count || *count > reports::most_shards) {
    return usage_problem(fmt::format("there is no shard {} of {}", *index, *count), {},
                         *count > reports::most_shards
                             ? fmt::format("{} shards at most", reports::most_shards)
                             : std::string(hint));
  }
  return loadgen::Shard{.index = *index, .count = *count};
}

Result<TimePoint> begin_at(WallTime start, WallTime wall, TimePoint now) {
  const Nanos ahead = start - wall;
  if (ahead >= -start_grace) return now + ahead;
  return environment_problem(
      fmt::format("the load was to begin at {}, {} ago", rfc3339_millis(start),
                  format_duration(-ahead)),
      {}, "choose a moment that leaves all shards time for PKI, broker and checks");
}

std::string fingerprint(const Scenario& scenario) {
  Scenario same = scenario;
  if (same.target) same.target = TargetSection{};
  if (same.pki) same.pki->home.clear();
  for (auto& fleet : same.fleets) fleet.source = {};
  // FNV-1a, 64 bits: it tells mix-ups apart and withstands nobody who wants one.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : resolved(same)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace handfast::scenario
