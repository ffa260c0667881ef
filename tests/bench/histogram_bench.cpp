#include <benchmark/benchmark.h>

#include <array>

#include "core/base/random.hpp"
#include "core/stats/histogram.hpp"

using handfast::Nanos;
using handfast::Random;
using handfast::stats::Histogram;

namespace {

/// Latencies between a microsecond and a second, spread evenly over the magnitudes.
std::array<Nanos, 4096> samples() {
  Random random(1);
  std::array<Nanos, 4096> values{};
  for (auto& value : values) {
    const auto top = std::uint64_t{1} << (10 + random.below(20));
    value = Nanos(static_cast<std::int64_t>(top + random.below(top)));
  }
  return values;
}

Histogram filled() {
  Histogram histogram;
  for (const Nanos value : samples()) histogram.record(value);
  return histogram;
}

void record(benchmark::State& state) {
  const auto values = samples();
  Histogram histogram;
  std::size_t next = 0;
  for (auto _ : state) {
    histogram.record(values[next++ % values.size()]);
    benchmark::DoNotOptimize(histogram);
  }
}
BENCHMARK(record);

void merge(benchmark::State& state) {
  const Histogram part = filled();
  Histogram whole;
  for (auto _ : state) whole.merge(part);
  benchmark::DoNotOptimize(whole);
}
BENCHMARK(merge);

void quantile(benchmark::State& state) {
  const Histogram histogram = filled();
  for (auto _ : state) benchmark::DoNotOptimize(histogram.quantile(0.99));
}
BENCHMARK(quantile);

void encode(benchmark::State& state) {
  const Histogram histogram = filled();
  for (auto _ : state) benchmark::DoNotOptimize(histogram.encode());
}
BENCHMARK(encode);

}  // namespace
