// Latency histogram with the HDR bucket layout (Gil Tene's HdrHistogram): exact merge, bounded
// relative error, standard V2 encoding so that any HdrHistogram tool can read our results.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::stats {

/// Counts durations from 1 ns to 1 hour with three significant decimal digits (relative error below
/// 0.1 %). Storage covers the powers of two between the smallest and the largest value recorded:
/// latencies of one phase lie close together, and a load has dozens of histograms. Values above the
/// range are counted in `out_of_range` and in `count`, and clamp to the top; negative ones are a
/// programmer mistake.
class Histogram {
 public:
  void record(Nanos value) { record(value, 1); }
  void record(Nanos value, std::uint64_t times);
  /// Adds another histogram exactly: merge of parts equals the histogram of the whole.
  void merge(const Histogram& other);
  /// Forgets all samples and keeps the storage, so that refilling it allocates nothing.
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t out_of_range() const { return out_of_range_; }
  bool empty() const { return count_ == 0; }
  Nanos min() const;   ///< zero when empty; exact
  Nanos max() const;   ///< zero when empty; exact
  Nanos mean() const;  ///< from bucket middles
  /// The smallest recorded bucket's highest equivalent value such that at least `share` (0 to 1) of
  /// the samples are at or below it; zero when empty.
  Nanos quantile(double share) const;
  /// How many samples lie at or below `value`.
  std::uint64_t count_at_or_below(Nanos value) const;

  struct Bucket {
    Nanos upper{};  ///< highest value that counts into it
    std::uint64_t count = 0;
  };
  /// The non-empty buckets, ascending.
  std::vector<Bucket> buckets() const;

  /// HdrHistogram V2 compressed encoding (zlib), base64: what .hlog files hold.
  std::string encode() const;
  /// Reads what encode() wrote, or any V2 histogram of the same unit and precision. Usage problem
  /// otherwise. The format carries counts only: min and max come back as the bounds of their
  /// buckets, out_of_range as zero.
  static Result<Histogram> decode(std::string_view base64);

  bool operator==(const Histogram&) const = default;

 private:
  /// Makes room for the counts at `first` to `last`.
  void cover(std::size_t first, std::size_t last);
  void add(std::size_t index, std::uint64_t times);
  std::uint64_t at(std::size_t index) const {
    if (index < first_) return 0;
    const std::uint64_t low = counts_[index - first_];
    return high_.empty() ? low : low | high_part(index);
  }
  std::uint64_t high_part(std::size_t index) const;
  std::size_t end() const { return first_ + counts_.size(); }

  /// The lower halves of the counts: a thousand fleets have tens of thousands of histograms, and
  /// hardly ever four billion equal samples. The upper halves that are not zero stand in high_.
  std::vector<std::uint32_t> counts_;
  std::map<std::size_t, std::uint32_t> high_;
  std::size_t first_ = 0;  ///< index that counts_ begins with; zero when empty
  std::uint64_t count_ = 0;
  std::uint64_t out_of_range_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace handfast::stats
