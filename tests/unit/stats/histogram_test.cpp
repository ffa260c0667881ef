#include "core/stats/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/random.hpp"
#include "core/stats/hdr_layout.hpp"
#include "tests/support/catch.hpp"

using handfast::Nanos;
using handfast::Random;
using handfast::stats::Histogram;
namespace hdr = handfast::stats::hdr;
using namespace std::chrono_literals;

namespace {

using Samples = std::vector<std::int64_t>;

Samples draw(std::uint64_t seed, std::size_t count, const std::function<double(Random&)>& next) {
  Random random(seed);
  Samples samples(count);
  for (auto& sample : samples) sample = static_cast<std::int64_t>(next(random));
  return samples;
}

Histogram histogram_of(const Samples& samples) {
  Histogram histogram;
  for (const auto sample : samples) histogram.record(Nanos(sample));
  return histogram;
}

struct Distribution {
  const char* name;
  std::function<double(Random&)> next;
};

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all{
      {"uniform below 2 us", [](Random& r) { return 2000 * r.unit(); }},
      {"uniform to a second", [](Random& r) { return 1e9 * r.unit(); }},
      {"exponential around 3 ms", [](Random& r) { return -3e6 * std::log(1 - r.unit()); }},
      {"Pareto with a long tail", [](Random& r) { return std::min(1e5 / (1 - r.unit()), 3.5e12); }},
      {"two modes", [](Random& r) { return r.unit() < 0.9 ? 4e5 + 1e4 * r.unit() : 2e9; }},
      {"log-uniform over the whole range", [](Random& r) { return std::exp(28.9 * r.unit()); }},
  };
  return all;
}

}  // namespace

TEST_CASE("Every value falls into the bucket whose bounds hold it", "[stats]") {
  std::int64_t expected_low = 0;
  for (std::size_t index = 0; index <= hdr::highest_index; ++index) {
    REQUIRE(hdr::lowest_at(index) == expected_low);
    REQUIRE(hdr::index_of(hdr::lowest_at(index)) == index);
    REQUIRE(hdr::index_of(hdr::highest_at(index)) == index);
    expected_low = hdr::highest_at(index) + 1;
  }
  CHECK(hdr::index_of(2047) == 2047);
  CHECK(hdr::index_of(2048) == 2048);
  CHECK(hdr::index_of(2049) == 2048);
  CHECK(hdr::index_of(4096) == 3072);
}

TEST_CASE("Quantiles lie within 0.1 % of the sorted samples", "[stats]") {
  for (const auto& distribution : distributions()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      INFO(distribution.name << ", seed " << seed);
      Samples samples = draw(seed, 20'000, distribution.next);
      const Histogram histogram = histogram_of(samples);
      std::sort(samples.begin(), samples.end());
      for (const double share : {0.0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000));
        const std::int64_t exact = samples[rank == 0 ? 0 : rank - 1];
        const std::int64_t seen = histogram.quantile(share).count();
        INFO("share " << share << " exact " << exact << " seen " << seen);
        CHECK(seen >= exact);
        CHECK(static_cast<double>(seen - exact) <= 0.001 * static_cast<double>(exact));
      }
      CHECK(histogram.min().count() == samples.front());
      CHECK(histogram.max().count() == samples.back());
      CHECK(histogram.count() == 20'000);
    }
  }
}

TEST_CASE("The mean lies within 0.1 % of the exact one", "[stats]") {
  for (const auto& distribution : distributions()) {
    INFO(distribution.name);
    const Samples samples = draw(7, 10'000, distribution.next);
    double sum = 0;
    for (const auto sample : samples) sum += static_cast<double>(sample);
    const double exact = sum / 10'000;
    const auto seen = static_cast<double>(histogram_of(samples).mean().count());
    CHECK(std::abs(seen - exact) <= 0.001 * exact + 1);
  }
}

TEST_CASE("Merging parts equals the histogram of the whole", "[stats]") {
  for (const auto& distribution : distributions()) {
    INFO(distribution.name);
    const Samples samples = draw(11, 9'000, distribution.next);
    std::vector<Histogram> parts(3);
    for (std::size_t i = 0; i < samples.size(); ++i) parts[i % 3].record(Nanos(samples[i]));
    Histogram forward;
    for (const auto& part : parts) forward.merge(part);
    Histogram backward = parts[2];
    backward.merge(parts[1]);
    backward.merge(parts[0]);
    CHECK(forward == histogram_of(samples));
    CHECK(backward == forward);
  }
}

TEST_CASE("Merging an empty histogram changes nothing, in either direction", "[stats]") {
  const Histogram some = histogram_of({5, 70, 900});
  Histogram left = some;
  left.merge(Histogram{});
  CHECK(left == some);
  Histogram right;
  right.merge(some);
  CHECK(right == some);
}

TEST_CASE("An empty histogram answers zero to everything", "[stats]") {
  const Histogram histogram;
  CHECK(histogram.empty());
  CHECK(histogram.quantile(0.99) == 0ns);
  CHECK(histogram.mean() == 0ns);
  CHECK(histogram.min() == 0ns);
  CHECK(histogram.max() == 0ns);
  CHECK(histogram.count_at_or_below(1h) == 0);
  CHECK(histogram.buckets().empty());
}

TEST_CASE("Values above one hour are counted apart and clamp to the top", "[stats]") {
  Histogram histogram;
  histogram.record(1h);
  CHECK(histogram.out_of_range() == 0);
  histogram.record(1h + 1ns);
  histogram.record(100h, 2);
  CHECK(histogram.out_of_range() == 3);
  CHECK(histogram.count() == 4);
  CHECK(histogram.max() == 1h);
  CHECK(histogram.quantile(1.0) >= 1h);
  CHECK(histogram.quantile(1.0) <= 1h + 4s);
}

TEST_CASE("Storage depends on the samples, not on their order", "[stats]") {
  Histogram small;
  small.record(2us);
  Histogram repeated;
  repeated.record(1ns, 3);
  repeated.record(1ns, 0);
  CHECK(repeated.count() == 3);
  // Equality includes the storage: it must not depend on the order of growth.
  Histogram up = histogram_of({1, 1'000'000, 1'000'000'000});
  const Histogram down = histogram_of({1'000'000'000, 1'000'000, 1});
  CHECK(up == down);
  up.clear();
  CHECK(up == Histogram{});
  // Without small values the storage begins later, and grows downwards when they come.
  up.record(1s);
  Histogram high = histogram_of({1'000'000'000});
  CHECK(up == high);
  up.record(3ms);
  high.merge(histogram_of({3'000'000}));
  CHECK(up == high);
  CHECK(up == histogram_of({3'000'000, 1'000'000'000}));
  CHECK(up.quantile(0.5) >= 3ms);
  CHECK(up.quantile(0.5) < 3010us);
  CHECK(up.count_at_or_below(2ms) == 0);
  CHECK(up.buckets().size() == 2);
  CHECK(Histogram::decode(up.encode()).value().count_at_or_below(4ms) == 1);
}

TEST_CASE("count_at_or_below counts whole buckets", "[stats]") {
  const Histogram histogram = histogram_of({1, 2, 2, 2047, 2048, 2049, 1'000'000});
  CHECK(histogram.count_at_or_below(Nanos(-1)) == 0);
  CHECK(histogram.count_at_or_below(0ns) == 0);
  CHECK(histogram.count_at_or_below(1ns) == 1);
  CHECK(histogram.count_at_or_below(2ns) == 3);
  CHECK(histogram.count_at_or_below(2047ns) == 4);
  CHECK(histogram.count_at_or_below(2048ns) == 6);  // 2048 and 2049 share a bucket
  CHECK(histogram.count_at_or_below(1ms) == 7);
  CHECK(histogram.count_at_or_below(100h) == 7);
}

TEST_CASE("Buckets come in order, with their upper bounds and counts", "[stats]") {
  const auto buckets = histogram_of({3, 3, 2048, 4096}).buckets();
  REQUIRE(buckets.size() == 3);
  CHECK(buckets[0].upper == 3ns);
  CHECK(buckets[0].count == 2);
  CHECK(buckets[1].upper == 2049ns);
  CHECK(buckets[2].upper == 4099ns);
  CHECK(buckets[2].count == 1);
}

TEST_CASE("Counts above 32 bits of one value, and their merge, are exact", "[stats]") {
  constexpr std::uint64_t many = 5'000'000'000;
  Histogram a;
  a.record(3ms, many);
  a.record(3ms, many);
  a.record(4ms, 7);
  CHECK(a.count() == 2 * many + 7);
  CHECK(a.count_at_or_below(3ms) == 2 * many);
  Histogram b;
  b.record(3ms, 0xffff'ffff);
  b.record(3ms, 2);
  CHECK(b.buckets().front().count == 0x1'0000'0001);
  Histogram whole = a;
  whole.merge(b);
  CHECK(whole.buckets().front().count == 2 * many + 0x1'0000'0001);
  const auto back = Histogram::decode(whole.encode());
  REQUIRE(back);
  CHECK(back->buckets().front().count == whole.buckets().front().count);
  whole.clear();
  CHECK(whole == Histogram());
}
