#include "harness/scenario/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/units.hpp"

namespace handfast::scenario {

std::string_view to_string(loadgen::Behaviour behaviour) {
  switch (behaviour) {
    case loadgen::Behaviour::connect_and_drop:
      return "connect-and-drop";
    case loadgen::Behaviour::handshake:
      return "handshake";
    case loadgen::Behaviour::hold:
      return "hold";
    case loadgen::Behaviour::publish:
      return "publish";
    case loadgen::Behaviour::subscribe:
      return "subscribe";
    case loadgen::Behaviour::echo:
      return "echo";
    case loadgen::Behaviour::request:
      return "request";
    case loadgen::Behaviour::respond:
      return "respond";
    case loadgen::Behaviour::reconnect:
      return "reconnect";
    case loadgen::Behaviour::takeover:
      return "takeover";
  }
  return "?";
}

double starts_until(const std::vector<loadgen::Stage>& stages, Nanos at) {
  double starts = 0;
  for (const auto& stage : stages) {
    if (at <= Nanos::zero()) break;
    const double part = std::min(1.0, seconds(at) / seconds(stage.duration));
    // The rate moves linearly, so the area is a trapezoid.
    const double rate_there = stage.from + (stage.to - stage.from) * part;
    starts += (stage.from + rate_there) / 2 * seconds(stage.duration) * part;
    at -= stage.duration;
  }
  return starts;
}

double total_starts(const std::vector<loadgen::Stage>& stages) {
  return starts_until(stages, total_duration(stages));
}

Nanos total_duration(const std::vector<loadgen::Stage>& stages) {
  Nanos total{};
  for (const auto& stage : stages) total += stage.duration;
  return total;
}

namespace {

/// The shortest decimal that reads back as `value`, without an exponent, which parse_rate does not
/// know.
std::string plain_number(double value) {
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  return {text.data(), end};
}

}  // namespace

std::string describe_rate(const loadgen::Stage& stage) {
  const auto from = plain_number(stage.from) + "/s";
  const auto to = plain_number(stage.to) + "/s";
  return from == to ? from : from + ".." + to;
}

std::string describe(const loadgen::Stage& stage) {
  return fmt::format("{} for {}", describe_rate(stage), exact_duration(stage.duration));
}

}  // namespace handfast::scenario
