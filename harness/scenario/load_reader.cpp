// The "load" section of a fleet: when its connections start.
#include <fmt/format.h>

#include "core/base/units.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Field;
using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

constexpr std::int64_t max_at_once = 1'000'000;
constexpr double most_random_starts = 1e8;  // they are laid out before the load begins

Field span_field(std::string_view key, Presence presence, Nanos& out, Nanos max) {
  return {key, presence, [&out, max](const Node& n) { return read_span(n, out, 1ms, max); }};
}

Field cap_field(Fleet& fleet) {
  return {"max_in_flight", Presence::optional, [&fleet](const Node& n) {
            return store(fleet.max_in_flight, n.integer(1, max_at_once));
          }};
}

Result<std::string> model_of(const Node& node) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  const auto model = map->find("model");
  if (!model) return std::string("open");
  return word(*model, "load model", {"open", "closed", "periodic", "search"});
}

Result<void> read_arrivals(const Node& node, std::uint64_t seed, Fleet& fleet) {
  auto arrivals = word(node, "kind of arrivals", {"even", "poisson"});
  if (!arrivals) return arrivals.error();
  if (*arrivals == "poisson") fleet.poisson = loadgen::Poisson{fleet_seed(seed, fleet.name)};
  return {};
}

std::vector<Field> open_fields(std::uint64_t seed, Fleet& fleet) {
  auto fields = shape_fields(fleet);
  fields.push_back({"arrivals", Presence::optional,
                    [&fleet, seed](const Node& n) { return read_arrivals(n, seed, fleet); }});
  fields.push_back(cap_field(fleet));
  fields.push_back(span_field("ramp_down", Presence::optional, fleet.ramp_down, 24h));
  return fields;
}

std::vector<Field> closed_fields(loadgen::ClosedLoop& loop) {
  return {{"in_flight", Presence::required,
           [&](const Node& n) { return store(loop.in_flight, n.integer(1, max_at_once)); }},
          span_field("for", Presence::required, loop.duration, 24h)};
}

Result<void> read_spread(const Node& node, loadgen::Spread& out) {
  auto spread = word(node, "spread", {"even", "random"});
  if (!spread) return spread.error();
  out = *spread == "random" ? loadgen::Spread::random : loadgen::Spread::even;
  return {};
}

std::vector<Field> periodic_fields(std::uint64_t seed, Fleet& fleet) {
  auto& load = fleet.periodic.emplace();
  load.seed = fleet_seed(seed, fleet.name);
  return {span_field("every", Presence::required, load.every, 24h),
          {"spread", Presence::optional,
           [&load](const Node& n) { return read_spread(n, load.spread); }},
          span_field("for", Presence::required, load.duration, 24h),
          cap_field(fleet)};
}

std::vector<Field> search_fields(Fleet& fleet) {
  auto& search = fleet.search.emplace();
  return {
      {"from", Presence::required,
       [&search](const Node& n) { return read_one_rate(n, search.from); }},
      {"to", Presence::required, [&search](const Node& n) { return read_one_rate(n, search.to); }},
      {"step", Presence::required,
       [&search](const Node& n) { return read_span(n, search.step, 1s, 1h); }},
      {"precision", Presence::optional,
       [&search](const Node& n) { return store(search.precision, n.share()); }},
      cap_field(fleet)};
}

Result<void> check_search(const Node& node, const Search& search) {
  if (search.from <= 0 || search.to < search.from) {
    return node.problem(fmt::format("a search cannot go from {} to {}", describe_rate(search.from),
                                    describe_rate(search.to)),
                        "write for example from: 100/s, to: 5000/s");
  }
  if (search.precision >= 0.001) return {};
  return node.problem("a precision below 0.1% is beyond what runs repeat");
}

std::vector<Field> fields_of(const std::string& model, std::uint64_t seed, Fleet& fleet) {
  if (model == "closed") return closed_fields(fleet.closed.emplace());
  if (model == "search") return search_fields(fleet);
  return model == "periodic" ? periodic_fields(seed, fleet) : open_fields(seed, fleet);
}

/// What single keys cannot show.
Result<void> check_load(const Node& node, const Fleet& fleet) {
  if (fleet.search) return check_search(node, *fleet.search);
  if (fleet.closed || fleet.periodic) return {};
  if (fleet.stages.empty()) {
    return node.problem("\"stages\" is missing in \"load\"",
                        "or use spike or sine, or another model");
  }
  if (!fleet.poisson || total_starts(fleet.stages) <= most_random_starts) return {};
  return node.problem(fmt::format("more than {:.0f} Poisson arrivals", most_random_starts),
                      "lower the rate or the duration, or use arrivals: even");
}

Result<void> check_warm_up(const Node& node, const Fleet& fleet) {
  const Nanos measured = fleet.search ? fleet.search->step : load_duration(fleet);
  if (fleet.warm_up < measured) return {};
  return node.problem(fmt::format("a warm-up of {} leaves nothing to measure of {}",
                                  exact_duration(fleet.warm_up), exact_duration(measured)));
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

Result<void> read_load(const Node& node, std::uint64_t seed, Fleet& fleet) {
  auto model = model_of(node);
  if (!model) return model.error();
  auto fields = fields_of(*model, seed, fleet);
  // Which keys there are depends on the model, so it was read before them.
  fields.insert(fields.begin(),
                {"model", Presence::optional, [](const Node&) { return Result<void>(); }});
  fields.push_back(span_field("warm_up", Presence::optional, fleet.warm_up, 24h));
  fields.push_back(span_field("deadline", Presence::optional, fleet.deadline, 10min));
  if (auto read = config::read_fields(node, fields); !read) return read.error();
  if (auto fits = check_load(node, fleet); !fits) return fits.error();
  return check_warm_up(node, fleet);
}

}  // namespace handfast::scenario::detail
