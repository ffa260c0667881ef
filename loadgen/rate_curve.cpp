#include "loadgen/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace handfast::loadgen {

RateCurve::RateCurve(const std::vector<Stage>& stages) {
  for (const Stage& stage : stages) {
    Segment segment;
    segment.begin_s = seconds(duration_);
    segment.length_s = seconds(stage.duration);
    segment.rate = stage.from;
    segment.slope = (stage.to - stage.from) / segment.length_s;
    if (stage.wave) {
      segment.amplitude = stage.wave->amplitude;
      segment.period_s = seconds(stage.wave->period);
    }
    segment.before = total();
    segment.until = segment.before + segment.starts_until(segment.length_s);
    segments_.push_back(segment);
    duration_ += stage.duration;
  }
}

double RateCurve::starts_until(Nanos elapsed) const {
  if (elapsed <= Nanos(0) || segments_.empty()) return 0.0;
  if (elapsed >= duration_) return total();
  const double at_s = seconds(elapsed);
  const auto next = std::ranges::upper_bound(segments_, at_s, {}, &Segment::begin_s);
  const Segment& segment = *std::prev(next);
  return segment.before + segment.starts_until(at_s - segment.begin_s);
}

Nanos RateCurve::when(double count) const {
  auto segment = std::ranges::upper_bound(segments_, count, {}, &Segment::until);
  if (segment == segments_.end()) --segment;  // a hair beyond the end
  const double t = segment->when(std::max(0.0, count - segment->before));
  const double at_s = segment->begin_s + std::min(t, segment->length_s);
  return std::min(Nanos(std::llround(at_s * 1e9)), duration_);
}

/// The area of a trapezoid, and of a sine that begins at its mean and rises.
double RateCurve::Segment::starts_until(double t) const {
  const double linear = (rate + slope * t / 2) * t;
  if (amplitude <= 0) return linear;
  const double turn = 2 * std::numbers::pi / period_s;
  return linear + amplitude / turn * (1 - std::cos(turn * t));
}

double RateCurve::Segment::when(double missing) const {
  return amplitude > 0 ? when_waving(missing) : when_linear(missing);
}

/// Solves rate t + slope / 2 t^2 = missing in the form that does not cancel when slope is small or
/// negative.
double RateCurve::Segment::when_linear(double missing) const {
  const double root = std::sqrt(std::max(0.0, rate * rate + 2 * slope * missing));
  const double divisor = rate + root;
  return divisor > 0 ? 2 * missing / divisor : 0.0;
}

/// A wave has no closed inverse. Bisection needs no derivative, which is zero where the rate is,
/// and halves the stage below a nanosecond within 57 steps for a day.
double RateCurve::Segment::when_waving(double missing) const {
  double low = 0;
  double high = length_s;
  while (high - low > 1e-10) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;  // doubles end here
    (starts_until(middle) < missing ? low : high) = middle;
  }
  return high;
}

}  // namespace handfast::loadgen
