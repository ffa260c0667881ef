#include "core/stats/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "core/stats/hdr_layout.hpp"

namespace handfast::stats {

void Histogram::record(Nanos value, std::uint64_t times) {
  assert(value.count() >= 0);
  if (times == 0) return;
  std::int64_t sample = std::max<std::int64_t>(value.count(), 0);
  if (sample > hdr::highest_value) {
    sample = hdr::highest_value;
    out_of_range_ += times;
  }
  const std::size_t index = hdr::index_of(sample);
  // One comparison for both ends: below the first one it wraps around.
  if (index - first_ >= counts_.size()) cover(index, index);
  add(index, times);
  min_ = count_ == 0 ? sample : std::min(min_, sample);
  max_ = std::max(max_, sample);
  count_ += times;
}

void Histogram::add(std::size_t index, std::uint64_t times) {
  std::uint32_t& low = counts_[index - first_];
  const std::uint64_t sum = low + (times & 0xffff'ffffU);
  low = static_cast<std::uint32_t>(sum);
  const auto high = static_cast<std::uint32_t>((sum >> 32) + (times >> 32));
  if (high != 0) high_[index] += high;
}

std::uint64_t Histogram::high_part(std::size_t index) const {
  const auto found = high_.find(index);
  return found == high_.end() ? 0 : std::uint64_t{found->second} << 32;
}

void Histogram::cover(std::size_t first, std::size_t last) {
  const std::size_t begin = hdr::start_for(first);
  if (counts_.empty()) first_ = begin;
  if (begin < first_) {
    counts_.insert(counts_.begin(), first_ - begin, 0);
    first_ = begin;
  }
  const std::size_t length = hdr::length_for(last);
  if (length > end()) counts_.resize(length - first_);
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  cover(other.first_, other.end() - 1);
  for (std::size_t index = other.first_; index < other.end(); ++index) {
    add(index, other.at(index));
  }
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  out_of_range_ += other.out_of_range_;
}

void Histogram::clear() {
  counts_.clear();
  high_.clear();
  first_ = 0;
  count_ = out_of_range_ = 0;
  min_ = max_ = 0;
}

Nanos Histogram::min() const { return Nanos(min_); }

Nanos Histogram::max() const { return Nanos(max_); }

Nanos Histogram::mean() const {
  if (empty()) return Nanos(0);
  double sum = 0;
  for (std::size_t index = first_; index < end(); ++index) {
    if (at(index) == 0) continue;
    const double low = static_cast<double>(hdr::lowest_at(index));
    const double high = static_cast<double>(hdr::highest_at(index));
    sum += (low + high) / 2 * static_cast<double>(at(index));
  }
  return Nanos(std::llround(sum / static_cast<double>(count_)));
}

Nanos Histogram::quantile(double share) const {
  if (empty()) return Nanos(0);
  const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t index = first_; index < end(); ++index) {
    seen += at(index);
    if (seen >= rank) return Nanos(hdr::highest_at(index));
  }
  return Nanos(max_);
}

std::uint64_t Histogram::count_at_or_below(Nanos value) const {
  if (value.count() < 0) return 0;
  const std::size_t last = hdr::index_of(std::min(value.count(), hdr::highest_value));
  std::uint64_t seen = 0;
  for (std::size_t index = first_; index < end() && index <= last; ++index) {
    seen += at(index);
  }
  return seen;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> filled;
  for (std::size_t index = first_; index < end(); ++index) {
    if (at(index) == 0) continue;
    filled.push_back({Nanos(hdr::highest_at(index)), at(index)});
  }
  return filled;
}

}  // namespace handfast::stats
