// The shape of an open loop: stages as they stand, or a spike or a sine, which become stages.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using loadgen::Stage;
using namespace std::chrono_literals;

constexpr double max_rate_per_s = 1'000'000;

Result<void> check_rate(const Node& node, double rate) {
  if (rate <= max_rate_per_s) return {};
  return node.problem(
      fmt::format("rate \"{}\" is above {}/s", printable(*node.text(), 60), max_rate_per_s));
}

/// "100/s" or "100/s..1000/s".
Result<void> read_rate(const Node& node, Stage& stage) {
  auto text = node.text();
  if (!text) return text.error();
  const auto dots = text->find("..");
  auto from = parse_rate(trim(std::string_view(*text).substr(0, dots)));
  if (!from) return node.locate(from.error());
  auto to =
      dots == std::string::npos ? from : parse_rate(trim(std::string_view(*text).substr(dots + 2)));
  if (!to) return node.locate(to.error());
  stage.from = *from;
  stage.to = *to;
  return check_rate(node, std::max(*from, *to));
}

Result<void> read_for(const Node& node, Nanos& out) { return read_span(node, out, 1ms, 24h); }

/// A wave may touch a rate of zero and not go below it.
Result<void> check_wave(const Node& node, const Stage& stage) {
  if (!stage.wave || stage.wave->amplitude <= std::min(stage.from, stage.to)) return {};
  return node.problem(
      fmt::format("an amplitude of {} takes the rate below zero",
                  describe_rate(stage.wave->amplitude)),
      fmt::format("{} is the most here", describe_rate(std::min(stage.from, stage.to))));
}

Result<void> read_wave(const Node& node, Stage& stage) {
  auto& wave = stage.wave.emplace();
  return config::read_fields(
      node,
      {{"amplitude", Presence::required,
        [&](const Node& n) { return read_one_rate(n, wave.amplitude); }},
       {"period", Presence::required, [&](const Node& n) { return read_for(n, wave.period); }}});
}

Result<void> read_stages(const Node& node, std::vector<Stage>& stages) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    Stage stage;
    auto read = config::read_fields(
        item,
        {{"rate", Presence::required, [&](const Node& n) { return read_rate(n, stage); }},
         {"for", Presence::required, [&](const Node& n) { return read_for(n, stage.duration); }},
         {"wave", Presence::optional, [&](const Node& n) { return read_wave(n, stage); }}});
    if (!read) return read.error();
    if (auto fits = check_wave(item, stage); !fits) return fits.error();
    stages.push_back(stage);
  }
  return {};
}

/// A steady rate, and once in it a higher one.
struct Spike {
  double base = 0;
  double peak = 0;
  Nanos at{};
  Nanos lasts{};
  Nanos duration{};
};

Result<void> read_spike(const Node& node, std::vector<Stage>& stages) {
  Spike spike;
  auto read = config::read_fields(
      node,
      {{"base", Presence::required, [&](const Node& n) { return read_one_rate(n, spike.base); }},
       {"peak", Presence::required, [&](const Node& n) { return read_one_rate(n, spike.peak); }},
       {"at", Presence::required, [&](const Node& n) { return read_span(n, spike.at, 0ms, 24h); }},
       {"lasts", Presence::required, [&](const Node& n) { return read_for(n, spike.lasts); }},
       {"for", Presence::required, [&](const Node& n) { return read_for(n, spike.duration); }}});
  if (!read) return read.error();
  const Nanos rest = spike.duration - spike.at - spike.lasts;
  if (rest < Nanos(0)) {
    return node.problem(
        fmt::format("the peak ends at {}, after the load's end at {}",
                    exact_duration(spike.at + spike.lasts), exact_duration(spike.duration)),
        "raise \"for\"");
  }
  if (spike.at > Nanos(0)) stages.push_back({spike.base, spike.base, spike.at});
  stages.push_back({spike.peak, spike.peak, spike.lasts});
  if (rest > Nanos(0)) stages.push_back({spike.base, spike.base, rest});
  return {};
}

Result<void> read_sine(const Node& node, std::vector<Stage>& stages) {
  Stage stage;
  auto& wave = stage.wave.emplace();
  auto read = config::read_fields(
      node,
      {{"mean", Presence::required, [&](const Node& n) { return read_one_rate(n, stage.from); }},
       {"amplitude", Presence::required,
        [&](const Node& n) { return read_one_rate(n, wave.amplitude); }},
       {"period", Presence::required, [&](const Node& n) { return read_for(n, wave.period); }},
       {"for", Presence::required, [&](const Node& n) { return read_for(n, stage.duration); }}});
  if (!read) return read.error();
  stage.to = stage.from;
  if (auto fits = check_wave(node, stage); !fits) return fits.error();
  stages.push_back(stage);
  return {};
}

using Reader = Result<void> (*)(const Node& node, std::vector<Stage>& stages);

/// One shape and no second one, which starts something.
Result<void> read_shape(const Node& node, Reader reader, Fleet& fleet) {
  if (!fleet.stages.empty()) {
    return usage_problem(fmt::format("\"{}\" gives the load a second shape", node.name()),
                         node.key_where(), "keep one of stages, spike and sine");
  }
  if (auto read = reader(node, fleet.stages); !read) return read.error();
  if (total_starts(fleet.stages) >= 1) return {};
  return node.problem(
      fmt::format("the {} start{} no connection", node.name(), node.name() == "stages" ? "" : "s"),
      "write for example [{rate: 100/s, for: 5s}]");
}

}  // namespace

Result<void> read_one_rate(const Node& node, double& out) {
  if (auto read = store(out, node.rate()); !read) return read.error();
  return check_rate(node, out);
}

std::vector<config::Field> shape_fields(Fleet& fleet) {
  const auto shape = [&fleet](std::string_view key, Reader reader) {
    return config::Field{key, Presence::optional,
                         [&fleet, reader](const Node& n) { return read_shape(n, reader, fleet); }};
  };
  return {shape("stages", read_stages), shape("spike", read_spike), shape("sine", read_sine)};
}

}  // namespace handfast::scenario::detail
