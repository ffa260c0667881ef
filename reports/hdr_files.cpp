#include "reports/hdr_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.hpp"
#include "core/base/wall_time.hpp"
#include "core/stats/hdr_layout.hpp"
#include "reports/distributions.hpp"

namespace handfast::reports {

namespace {

namespace hdr = stats::hdr;

constexpr double nanos_per_ms = 1e6;
constexpr int ticks_per_half_distance = 5;

double in_ms(double nanos) { return nanos / nanos_per_ms; }

/// Commas, blanks and line breaks would end a tag.
std::string tag_of(std::string_view name) {
  std::string out;
  for (const char c : printable(name)) {
    out += c == ',' || c == '=' || static_cast<unsigned char>(c) <= ' ' ? '_' : c;
  }
  return out;
}

double seconds_since_1970(const std::string& rfc3339) {
  const auto time = parse_wall_time(rfc3339);
  if (!time) return 0;
  return std::chrono::duration<double>(time->time_since_epoch()).count();
}

/// The upper ends of the reporting levels: five in each half of what is left to 100 %, as
/// PercentileIterator of the Java library steps.
class Levels {
 public:
  double percent() const { return percent_; }
  void next() {
    const double halvings = std::floor(std::log(100.0 / (100.0 - percent_)) / std::log(2.0)) + 1;
    percent_ += 100.0 / (ticks_per_half_distance * std::pow(2.0, halvings));
  }

 private:
  double percent_ = 0;
};

/// The middle of the bucket whose highest value is `upper`, as HdrHistogram counts it.
double middle_of(Nanos upper) {
  const auto index = hdr::index_of(upper.count());
  const auto low = hdr::lowest_at(index);
  return static_cast<double>(low + ((hdr::highest_at(index) - low + 1) >> 1));
}

struct Moments {
  double mean = 0;
  double deviation = 0;
};

Moments moments_of(const std::vector<stats::Histogram::Bucket>& buckets, double total) {
  Moments out;
  for (const auto& bucket : buckets) {
    out.mean += middle_of(bucket.upper) * static_cast<double>(bucket.count);
  }
  out.mean /= total;
  for (const auto& bucket : buckets) {
    const double off = middle_of(bucket.upper) - out.mean;
    out.deviation += off * off * static_cast<double>(bucket.count);
  }
  out.deviation = std::sqrt(out.deviation / total);
  return out;
}

/// Buckets of 2048 sub-buckets each that the library uses for our range.
constexpr int bucket_count() { return hdr::bucket_of(hdr::highest_index) + 1; }

std::string levels_text(const std::vector<stats::Histogram::Bucket>& buckets, double total) {
  std::string out;
  Levels levels;
  std::uint64_t seen = 0;
  for (const auto& bucket : buckets) {
    seen += bucket.count;
    const double value = in_ms(static_cast<double>(bucket.upper.count()));
    // Several levels may fall into one bucket; each level has its line.
    while (100.0 * static_cast<double>(seen) / total >= levels.percent()) {
      const double level = levels.percent() / 100;
      if (level >= 1) break;
      out += fmt::format("{:12.3f} {:.12f} {:10} {:14.2f}\n", value, level, seen, 1 / (1 - level));
      levels.next();
      if (static_cast<double>(seen) >= total) break;  // then only the last line is left
    }
  }
  return out;
}

}  // namespace

std::string hlog_text(const Result& result) {
  auto out = fmt::format("#[Logged by handfast {}]\n#[Histogram log format version 1.3]\n",
                         printable(result.handfast_version));
  const double start = seconds_since_1970(result.started_at);
  out += fmt::format("#[StartTime: {:.3f} (seconds since epoch), {}]\n", start,
                     printable(result.started_at));
  out +=
      "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_CompressedHistogram\"\n";
  stats::Histogram lag;
  for (const auto& distribution : distributions_of(result, lag)) {
    out += fmt::format("Tag={},0.000,{:.3f},{:.3f},{}\n", tag_of(distribution.name),
                       result.load.elapsed_s,
                       in_ms(static_cast<double>(distribution.histogram->max().count())),
                       distribution.histogram->encode());
  }
  return out;
}

std::string hgrm_text(const stats::Histogram& histogram) {
  const auto buckets = histogram.buckets();
  const auto total = static_cast<double>(histogram.count());
  auto out = fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount",
                         "1/(1-Percentile)");
  if (!histogram.empty()) {
    out += levels_text(buckets, total);
    out += fmt::format("{:12.3f} {:.12f} {:10}\n",
                       in_ms(static_cast<double>(buckets.back().upper.count())), 1.0,
                       histogram.count());
  }
  const auto moments = histogram.empty() ? Moments{} : moments_of(buckets, total);
  const double max = histogram.empty() ? 0 : static_cast<double>(buckets.back().upper.count());
  out += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", in_ms(moments.mean),
                     in_ms(moments.deviation));
  out +=
      fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n", in_ms(max), histogram.count());
  return out + fmt::format("#[Buckets = {:12}, SubBuckets     = {:12}]\n", bucket_count(),
                           2 * hdr::half_count);
}

handfast::Result<std::string> hgrm_of(const Result& result, std::string_view name) {
  stats::Histogram lag;
  const auto all = distributions_of(result, lag);
  std::vector<std::string> names;
  for (const auto& distribution : all) names.push_back(distribution.name);
  if (all.empty()) {
    return usage_problem("the result holds no latency distribution", {},
                         "only a run with fleets measures latencies");
  }
  if (name.empty() && all.size() == 1) return hgrm_text(*all.front().histogram);
  if (name.empty()) {
    return usage_problem("an .hgrm file holds one distribution", {},
                         "choose it with --histogram: " + join(names, ", "));
  }
  const auto found = std::ranges::find(all, name, &Distribution::name);
  if (found != all.end()) return hgrm_text(*found->histogram);
  return usage_problem(fmt::format("there is no distribution \"{}\"", printable(name)), {},
                       suggest(name, names));
}

}  // namespace handfast::reports
