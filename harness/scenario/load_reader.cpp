// The "load" section of a fleet: when its connections start.
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
using namespace std::chrono_literals;

constexpr double max_rate_per_s = 1'000'000;
constexpr std::int64_t max_at_once = 1'000'000;

/// "100/s" or "100/s..1000/s".
Result<void> read_rate(const Node& node, loadgen::Stage& stage) {
  auto text = node.text();
  if (!text) return text.error();
  const auto dots = text->find("..");
  const auto located = [&](Problem problem) {
    problem.where = node.where();
    return with_context(std::move(problem), node.name());
  };
  auto from = parse_rate(trim(std::string_view(*text).substr(0, dots)));
  if (!from) return located(from.error());
  auto to =
      dots == std::string::npos ? from : parse_rate(trim(std::string_view(*text).substr(dots + 2)));
  if (!to) return located(to.error());
  if (std::max(*from, *to) > max_rate_per_s) {
    return node.problem(
        fmt::format("rate \"{}\" is above {}/s", printable(*text, 60), max_rate_per_s));
  }
  stage.from = *from;
  stage.to = *to;
  return {};
}

Result<void> read_stages(const Node& node, Fleet& fleet) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    loadgen::Stage stage;
    auto read = config::read_fields(
        item, {{"rate", Presence::required, [&](const Node& n) { return read_rate(n, stage); }},
               {"for", Presence::required,
                [&](const Node& n) { return read_span(n, stage.duration, 1ms, 24h); }}});
    if (!read) return read.error();
    fleet.stages.push_back(stage);
  }
  if (total_starts(fleet.stages) >= 1) return {};
  return node.problem("the stages start no connection",
                      "write for example [{rate: 100/s, for: 5s}]");
}

Result<std::string> model_of(const Node& node) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  const auto model = map->find("model");
  if (!model) return std::string("open");
  return word(*model, "load model", {"open", "closed"});
}

std::vector<config::Field> open_fields(Fleet& fleet) {
  return {{"stages", Presence::required, [&](const Node& n) { return read_stages(n, fleet); }},
          {"max_in_flight", Presence::optional,
           [&](const Node& n) { return store(fleet.max_in_flight, n.integer(1, max_at_once)); }}};
}

std::vector<config::Field> closed_fields(loadgen::ClosedLoop& loop) {
  return {{"in_flight", Presence::required,
           [&](const Node& n) { return store(loop.in_flight, n.integer(1, max_at_once)); }},
          {"for", Presence::required,
           [&](const Node& n) { return read_span(n, loop.duration, 1ms, 24h); }}};
}

}  // namespace

Result<void> read_span(const Node& node, Nanos& out, Nanos min, Nanos max) {
  auto value = node.duration();
  if (!value) return value.error();
  if (*value < min || *value > max) {
    return node.problem(fmt::format("\"{}\" must be {} to {}, not {}", node.name(),
                                    exact_duration(min), exact_duration(max),
                                    exact_duration(*value)));
  }
  out = *value;
  return {};
}

Result<void> read_load(const Node& node, Fleet& fleet) {
  auto model = model_of(node);
  if (!model) return model.error();
  auto fields = *model == "closed" ? closed_fields(fleet.closed.emplace()) : open_fields(fleet);
  // Which keys there are depends on the model, so it was read before them.
  fields.insert(fields.begin(),
                {"model", Presence::optional, [](const Node&) { return Result<void>(); }});
  fields.push_back({"deadline", Presence::optional,
                    [&](const Node& n) { return read_span(n, fleet.deadline, 1ms, 10min); }});
  return config::read_fields(node, fields);
}

}  // namespace handfast::scenario::detail
