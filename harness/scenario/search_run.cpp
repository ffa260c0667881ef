#include "harness/scenario/search_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/base/units.hpp"
#include "harness/scenario/knee.hpp"
#include "harness/scenario/search_step.hpp"

namespace handfast::scenario {

namespace {

using namespace std::chrono_literals;

// What a step left behind (sessions to end, logs to write) must not weigh on the next one.
constexpr Nanos look_every = 250ms;
constexpr double quiet_cores = 0.05;
constexpr Nanos longest_wait = 10s;
constexpr Nanos blind_wait = 1s;  // for a broker that cannot be watched

/// What judges a step, which runs one fleet alone.
std::vector<Threshold> thresholds_of(const Scenario& scenario, const std::string& fleet) {
  auto thresholds = effective_thresholds(scenario);
  std::erase_if(thresholds, [&](const Threshold& t) { return t.fleet != fleet; });
  return thresholds;
}

class SearchRun {
 public:
  SearchRun(const Scenario& scenario, const RunSettings& settings, const Fleet& fleet,
            const loadgen::FleetSpec& spec, const loadgen::RunOptions& options,
            reports::Result& result)
      : thresholds_(thresholds_of(scenario, fleet.name)),
        settings_(settings),
        fleet_(fleet),
        spec_(spec),
        options_(options),
        result_(result) {
    if (!settings.observer.load) return;
    options_.on_tick = [this](const stats::Snapshot& load) {
      settings_.observer.load(load, fleet_.search->step);
    };
  }

  void run() {
    auto found = find_knee(*fleet_.search, [this](double per_s) { return try_rate(per_s); });
    found.fleet = fleet_.name;
    result_.searches.push_back(std::move(found));
  }

 private:
  std::optional<reports::SearchStep> try_rate(double per_s) {
    if (tried_) wait_until_quiet();
    tried_ = true;
    if (stopped()) return std::nullopt;
    spec_.stages = {{per_s, per_s, fleet_.search->step}};
    const auto load = loadgen::run({spec_}, options_);
    if (!load) result_.problems.push_back(load.error());
    if (!load || stopped()) return std::nullopt;
    const auto step = judge_step(per_s, *load, thresholds_, loadgen::saturation_reasons(*load));
    tell(step);
    return step;
  }

  void tell(const reports::SearchStep& step) const {
    if (!settings_.observer.step) return;
    settings_.observer.step(
        fmt::format("search: fleet \"{}\" at {:.6g}/s: {:.1f}/s achieved, ready p99 {}, {}",
                    fleet_.name, step.offered_per_s, step.achieved_per_s,
                    format_duration(step.ready_p99), step.held ? "held" : step.why));
  }

  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }

  std::optional<double> broker_cpu_seconds() const {
    const auto sample = options_.sample_broker ? options_.sample_broker() : std::nullopt;
    return sample ? std::optional(sample->cpu_seconds) : std::nullopt;
  }

  void wait_until_quiet() const {
    auto before = broker_cpu_seconds();
    if (!before) return std::this_thread::sleep_for(blind_wait);
    for (Nanos waited{}; waited < longest_wait && !stopped(); waited += look_every) {
      std::this_thread::sleep_for(look_every);
      const auto after = broker_cpu_seconds();
      if (!after || *after - *before < quiet_cores * seconds(look_every)) return;
      before = after;
    }
  }

  std::vector<Threshold> thresholds_;
  const RunSettings& settings_;
  const Fleet& fleet_;
  loadgen::FleetSpec spec_;
  loadgen::RunOptions options_;
  reports::Result& result_;
  bool tried_ = false;
};

/// The generator could not even make the first rate, so the search says nothing about the broker.
bool spoiled(const reports::SearchResult& search) {
  return !search.knee_per_s && !search.steps.empty() && search.steps.back().generator_limited;
}

}  // namespace

void run_searches(const Scenario& scenario, const RunSettings& settings,
                  const std::vector<loadgen::FleetSpec>& specs, const loadgen::RunOptions& options,
                  reports::Result& result) {
  for (std::size_t i = 0; i < scenario.fleets.size(); ++i) {
    const Fleet& fleet = scenario.fleets[i];
    if (!fleet.search) continue;
    SearchRun(scenario, settings, fleet, specs[i], options, result).run();
    const auto& search = result.searches.back();
    if (!spoiled(search)) continue;
    result.valid = false;
    result.invalid_reasons.push_back(
        fmt::format("search of fleet \"{}\": {}", fleet.name, search.conclusion));
  }
}

std::vector<reports::ThresholdResult> knee_thresholds(const Scenario& scenario,
                                                      const reports::Result& result) {
  std::vector<reports::ThresholdResult> out;
  for (const auto& search : result.searches) {
    const auto& asked = *scenario.fleet(search.fleet)->search;
    const auto observed = search.knee_per_s ? fmt::format("{:.1f}/s", *search.knee_per_s) : "none";
    out.push_back(
        {.expression = fmt::format("{}.knee >= {}", search.fleet, describe_rate(asked.from)),
         .observed = observed,
         .passed = search.knee_per_s.has_value(),
         .evaluated = !search.steps.empty()});
  }
  return out;
}

}  // namespace handfast::scenario
