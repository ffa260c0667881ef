#include "harness/scenario/load.hpp"

#include <fmt/format.h>

#include "core/base/random.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/knee.hpp"
#include "loadgen/pacer.hpp"

namespace handfast::scenario {

namespace {

std::string stage_item(const loadgen::Stage& stage) {
  const auto wave = stage.wave ? fmt::format(", wave: {{amplitude: {}, period: {}}}",
                                             describe_rate(stage.wave->amplitude),
                                             exact_duration(stage.wave->period))
                               : std::string();
  return fmt::format("        - {{rate: {}, for: {}{}}}\n", describe_rate(stage),
                     exact_duration(stage.duration), wave);
}

std::string_view to_string(loadgen::Spread spread) {
  return spread == loadgen::Spread::random ? "random" : "even";
}

/// "5%", as the reader takes it.
std::string describe_share(double share) { return fmt::format("{:.6g}%", share * 100); }

std::string closed_lines(const loadgen::ClosedLoop& loop) {
  return fmt::format("      model: closed\n      in_flight: {}\n      for: {}\n", loop.in_flight,
                     exact_duration(loop.duration));
}

std::string periodic_lines(const loadgen::Periodic& load) {
  return fmt::format("      model: periodic\n      every: {}\n      spread: {}\n      for: {}\n",
                     exact_duration(load.every), to_string(load.spread),
                     exact_duration(load.duration));
}

std::string search_lines(const Search& search) {
  return fmt::format(
      "      model: search\n      from: {}\n      to: {}\n      step: {}\n      precision: {}\n",
      describe_rate(search.from), describe_rate(search.to), exact_duration(search.step),
      describe_share(search.precision));
}

std::string open_lines(const Fleet& fleet) {
  std::string out = "      model: open\n      stages:\n";
  for (const auto& stage : fleet.stages) out += stage_item(stage);
  out += fmt::format("      arrivals: {}\n", fleet.poisson ? "poisson" : "even");
  if (fleet.ramp_down > Nanos(0))
    out += fmt::format("      ramp_down: {}\n", exact_duration(fleet.ramp_down));
  return out;
}

}  // namespace

Nanos load_duration(const Fleet& fleet) {
  if (fleet.closed) return fleet.closed->duration;
  if (fleet.periodic) return fleet.periodic->duration;
  if (const auto& search = fleet.search) {
    return search->step * static_cast<std::int64_t>(most_steps(*search));
  }
  const Nanos publishing =
      publishes(fleet.behaviour) ? fleet.messages->pace.duration : Nanos::zero();
  return total_duration(fleet.stages) + publishing + fleet.ramp_down;
}

Nanos load_duration(const std::vector<Fleet>& fleets) {
  Nanos side_by_side{};
  Nanos searches{};
  for (const auto& fleet : fleets) {
    if (fleet.search) {
      searches += load_duration(fleet);
    } else {
      side_by_side = std::max(side_by_side, load_duration(fleet));
    }
  }
  return side_by_side + searches;
}

std::optional<std::uint64_t> planned_starts(const Fleet& fleet) {
  if (fleet.closed) return std::nullopt;
  if (fleet.periodic) return loadgen::Schedule(*fleet.periodic, fleet.clients).total();
  if (fleet.search) return loadgen::Schedule(mean_rate(fleet)).total();
  if (fleet.poisson) return loadgen::Schedule(fleet.stages, *fleet.poisson).total();
  return loadgen::Schedule(fleet.stages).total();
}

std::vector<loadgen::Stage> mean_rate(const Fleet& fleet) {
  if (fleet.search) return {{fleet.search->to, fleet.search->to, load_duration(fleet)}};
  if (!fleet.periodic) return fleet.stages;
  const double per_s = static_cast<double>(fleet.clients) / seconds(fleet.periodic->every);
  return {{per_s, per_s, fleet.periodic->duration}};
}

std::uint64_t fleet_seed(std::uint64_t seed, std::string_view fleet) {
  // FNV-1a: short, and the same on every machine.
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : fleet) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return Random(seed ^ hash).next();
}

std::string describe_load(const Fleet& fleet) {
  if (const auto& loop = fleet.closed) {
    return fmt::format("closed loop: {} in flight for {}", loop->in_flight,
                       exact_duration(loop->duration));
  }
  if (const auto& load = fleet.periodic) {
    return fmt::format("periodic: each client every {}, {} phases, for {}",
                       exact_duration(load->every), to_string(load->spread),
                       exact_duration(load->duration));
  }
  if (const auto& search = fleet.search) {
    return fmt::format("search for the knee: {} to {} in steps of {}, within {}",
                       describe_rate(search->from), describe_rate(search->to),
                       exact_duration(search->step), describe_share(search->precision));
  }
  std::vector<std::string> parts;
  for (const auto& stage : fleet.stages) parts.push_back(describe(stage));
  return fmt::format("{}: {}", fleet.poisson ? "open loop, Poisson arrivals" : "open loop",
                     join(parts, ", then "));
}

std::string load_section(const Fleet& fleet) {
  std::string out = "    load:\n";
  out += fleet.closed     ? closed_lines(*fleet.closed)
         : fleet.periodic ? periodic_lines(*fleet.periodic)
         : fleet.search   ? search_lines(*fleet.search)
                          : open_lines(fleet);
  if (!fleet.closed) out += fmt::format("      max_in_flight: {}\n", fleet.max_in_flight);
  if (fleet.warm_up > Nanos(0))
    out += fmt::format("      warm_up: {}\n", exact_duration(fleet.warm_up));
  return out + fmt::format("      deadline: {}\n", exact_duration(fleet.deadline));
}

}  // namespace handfast::scenario
