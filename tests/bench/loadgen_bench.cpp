#include <benchmark/benchmark.h>

#include <deque>

#include "loadgen/pacer.hpp"
#include "loadgen/timer_wheel.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

void pacer_take(benchmark::State& state) {
  const Schedule schedule({{100, 5000, 1h}, {5000, 5000, 10h}});
  Pacer pacer(schedule, Numbering(1, {}, 0, 2));
  for (auto _ : state) {
    if (!pacer.next()) pacer = Pacer(schedule, Numbering(1, {}, 0, 2));
    benchmark::DoNotOptimize(pacer.take());
  }
}
BENCHMARK(pacer_take);

void wheel_arm_and_cancel(benchmark::State& state) {
  const TimePoint start{1h};
  TimerWheel wheel(start);
  TimerWheel::Node node;
  std::int64_t offset = 0;
  for (auto _ : state) {
    wheel.arm(node, start + std::chrono::milliseconds(offset++ & 8191));
    wheel.cancel(node);
  }
}
BENCHMARK(wheel_arm_and_cancel);

/// One millisecond of a worker that holds 10,000 connections with a keep alive of a minute.
void wheel_tick(benchmark::State& state) {
  const TimePoint start{1h};
  TimerWheel wheel(start);
  std::deque<TimerWheel::Node> nodes(10'000);
  for (std::size_t i = 0; i < nodes.size(); ++i) wheel.arm(nodes[i], start + i * 6ms);
  TimePoint now = start;
  for (auto _ : state) {
    now += 1ms;
    wheel.advance(now, [&](TimerWheel::Node& node) { wheel.arm(node, now + 60s); });
  }
  for (auto& node : nodes) wheel.cancel(node);
}
BENCHMARK(wheel_tick);

}  // namespace
