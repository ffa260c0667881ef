#include "loadgen/pacer.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace handfast::loadgen {
namespace {

// R is computed in doubles: a sum that should be whole may come out a hair beside it.
constexpr double hair = 1e-9;

/// The number of integers n >= 0 with n < `count`, forgiving a hair.
std::uint64_t whole_below(double count) {
  return static_cast<std::uint64_t>(std::max(0.0, std::ceil(count - hair * std::max(1.0, count))));
}

}  // namespace

Schedule::Schedule(const std::vector<Stage>& stages)
    : curve_(stages), duration_(curve_.duration()), total_(whole_below(curve_.total())) {}

Schedule::Schedule(const std::vector<Stage>& stages, const Poisson& poisson) : Schedule(stages) {
  poisson_.emplace(poisson.seed, curve_.total());
  total_ = poisson_->count();
}

Schedule::Schedule(const Periodic& load, std::uint64_t clients) : curve_({}) {
  periodic_.emplace(load, clients);
  duration_ = load.duration;
  total_ = periodic_->total();
}

Nanos Schedule::at(std::uint64_t n) const {
  assert(n < total_);
  if (periodic_) return periodic_->at(n);
  return curve_.when(poisson_ ? poisson_->at(n) : static_cast<double>(n));
}

std::uint64_t Schedule::client(std::uint64_t n, std::uint64_t clients) const {
  return periodic_ ? periodic_->client(n) : n % clients;
}

std::uint64_t Schedule::due(Nanos elapsed) const {
  if (elapsed >= duration_) return total_;
  // at() is monotonic, and the one definition of when a start is meant: search instead of a second
  // formula.
  std::uint64_t low = 0;
  std::uint64_t high = total_;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (at(middle) <= elapsed) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Pacer::Pacer(const Schedule& schedule, const Numbering& numbering)
    : schedule_(&schedule), numbering_(numbering) {
  find_next();
}

std::uint64_t Pacer::take() {
  assert(next_);
  const std::uint64_t number = numbering_.at(taken_);
  ++taken_;
  find_next();
  return number;
}

void Pacer::find_next() {
  next_.reset();
  if (numbering_.none()) return;
  const std::uint64_t number = numbering_.at(taken_);
  if (number < schedule_->total()) next_ = schedule_->at(number);
}

}  // namespace handfast::loadgen
