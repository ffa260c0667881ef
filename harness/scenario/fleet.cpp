#include "harness/scenario/fleet.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "core/base/units.hpp"
#include "loadgen/rate_curve.hpp"

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
  return loadgen::RateCurve(stages).starts_until(at);
}

double total_starts(const std::vector<loadgen::Stage>& stages) {
  return loadgen::RateCurve(stages).total();
}

Nanos total_duration(const std::vector<loadgen::Stage>& stages) {
  return loadgen::RateCurve(stages).duration();
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

std::string describe_rate(double per_s) { return plain_number(per_s) + "/s"; }

std::string describe_rate(const loadgen::Stage& stage) {
  const auto from = describe_rate(stage.from);
  const auto to = describe_rate(stage.to);
  return from == to ? from : from + ".." + to;
}

std::string describe(const loadgen::Stage& stage) {
  const auto wave =
      stage.wave ? fmt::format(" with a wave of {} every {}", describe_rate(stage.wave->amplitude),
                               exact_duration(stage.wave->period))
                 : std::string();
  return fmt::format("{}{} for {}", describe_rate(stage), wave, exact_duration(stage.duration));
}

}  // namespace handfast::scenario
