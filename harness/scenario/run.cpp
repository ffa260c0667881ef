#include "harness/scenario/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/base/text.hpp"
#include "core/base/wall_time.hpp"
#include "harness/broker/driver.hpp"
#include "harness/scenario/bottleneck.hpp"
#include "harness/scenario/broker_watch.hpp"
#include "harness/scenario/describe_tls.hpp"
#include "harness/scenario/load.hpp"
#include "harness/scenario/machine.hpp"
#include "harness/scenario/resolved.hpp"
#include "harness/scenario/search_run.hpp"
#include "harness/scenario/stage.hpp"
#include "harness/scenario/timeline_run.hpp"
#include "harness/scenario/trust_check.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/revocation/reason.hpp"
#include "reports/clocks.hpp"

namespace handfast::scenario {

namespace {

bool stopped(const RunSettings& settings) {
  return settings.stop != nullptr && settings.stop->load(std::memory_order_relaxed);
}

void tell_step(const RunSettings& settings, const std::string& line) {
  if (settings.observer.step) settings.observer.step(line);
}

reports::Result describe_run(const Scenario& scenario, const RunSettings& settings) {
  reports::Result result;
  result.handfast_version = settings.version;
  result.openssl_version = tls::openssl_version();
  result.scenario_name = scenario.name;
  result.scenario_summary = scenario.summary;
  result.scenario_file = scenario.file;
  result.scenario_resolved = resolved(scenario);
  result.command_line = settings.command_line;
  result.seed = scenario.seed;
  result.started_at = rfc3339(std::chrono::system_clock::now());
  result.machine = describe_machine();
  if (settings.shard) {
    result.shard = reports::ShardInfo{.index = settings.shard->index,
                                      .count = settings.shard->count,
                                      .fingerprint = fingerprint(scenario),
                                      .load_started_at = {},
                                      .thresholds = {}};
  }
  return result;
}

void describe_broker(const Scenario& scenario, const Stage& stage, const RunSettings& settings,
                     reports::Result& result) {
  auto& info = result.broker;
  info.driver = stage.broker ? scenario.broker->driver : "external";
  for (const auto& listener : stage.listeners)
    info.listeners.push_back({listener.name, listener.endpoint.url()});
  if (stage.pki) result.pki = stage.pki->summary();
  if (!stage.broker) return;
  info.version = stage.broker->version();
  info.log_file = stage.broker->log_file().lexically_proximate(settings.out).string();
}

void run_checks(const Scenario& scenario, const RunSettings& settings, Stage& stage,
                reports::Result& result) {
  auto context =
      stage.broker ? check::context_for(*stage.broker, stage.materials) : check::Context{};
  if (!stage.broker) {
    context.materials = stage.materials;
    context.listeners = stage.listeners;
  }
  context.stop_requested = [&settings] { return stopped(settings); };
  context.progress = [&settings](const check::Progress& progress) {
    if (progress.finished != nullptr && settings.observer.check) {
      settings.observer.check(progress.index + 1, progress.total, *progress.finished);
    }
  };
  auto checked = check::run_checks(
      {.groups = scenario.checks->groups, .core_only = scenario.checks->core}, context);
  if (checked) {
    result.checks = std::move(*checked);
  } else {
    result.problems.push_back(checked.error());
  }
}

reports::FleetPlan describe_fleet(const Fleet& fleet, const loadgen::FleetSpec& spec) {
  reports::FleetPlan plan{.name = fleet.name,
                          .listener = spec.listener,
                          .url = spec.endpoint.url(),
                          .behaviour = std::string(to_string(fleet.behaviour)),
                          .load = describe_load(fleet),
                          .clients = fleet.clients,
                          .role = fleet.role};
  if (fleet.tls) {
    describe_tls(*fleet.tls, spec.tls, plan);
  }
  return plan;
}

/// False when nothing could be measured, for a reason that is in the result then.
bool measure(const std::vector<loadgen::FleetSpec>& specs, const loadgen::RunOptions& options,
             reports::Result& result) {
  auto measured = loadgen::run(specs, options);
  if (!measured) {
    result.problems.push_back(measured.error());
    return false;
  }
  result.load = std::move(*measured);
  result.invalid_reasons = loadgen::saturation_reasons(result.load);
  result.valid = result.invalid_reasons.empty();
  return true;
}

/// Puts this process's part of the load, and when it begins, into `options` and `result`.
Result<void> place_load(const RunSettings& settings, loadgen::RunOptions& options,
                        reports::Result& result) {
  if (settings.shard) options.shard = *settings.shard;
  if (settings.start_at) {
    auto begin = begin_at(*settings.start_at, std::chrono::system_clock::now(), Clock::now());
    if (!begin) return begin.error();
    options.begin = *begin;
    tell_step(settings, "load: begins at " + rfc3339_millis(*settings.start_at));
  }
  if (result.shard) {
    result.shard->load_started_at =
        rfc3339_millis(settings.start_at.value_or(std::chrono::system_clock::now()));
    result.shard->clock = read_clock();
    tell_step(settings, "clock: " + reports::describe_clock(result.shard->clock));
  }
  return {};
}

/// Tells what the timeline did since it was last asked.
void tell_events(TimelineRun& timeline, const RunSettings& settings) {
  for (const auto& event : timeline.news()) {
    tell_step(settings, fmt::format("timeline: {}: {}, {}: {}", reports::time_text(event),
                                    event.what, reports::to_string(event.outcome), event.detail));
    if (settings.observer.event) settings.observer.event(event);
  }
}

/// What the timeline did goes into the result; what failed is the environment's problem, as the
/// load did not meet what the scenario says.
void note_events(const TimelineRun& timeline, reports::Result& result) {
  result.timeline = timeline.events();
  for (const auto& event : result.timeline) {
    if (event.outcome != reports::EventOutcome::failed) continue;
    result.problems.push_back(
        environment_problem(fmt::format("timeline: {} failed: {}", event.what, event.detail)));
  }
}

void run_fleets(const Scenario& scenario, const RunSettings& settings, const Stage& stage,
                BrokerWatch& watch, TimelineRun& timeline, reports::Result& result) {
  auto specs = fleet_specs(scenario, stage);
  if (!specs) {
    result.problems.push_back(specs.error());
    return;
  }
  for (auto& spec : *specs) spec.tls.key_log = settings.key_log;
  Nanos planned{};
  std::vector<loadgen::FleetSpec> side_by_side;  // searches come after them, each alone
  for (std::size_t i = 0; i < specs->size(); ++i) {
    result.fleets.push_back(describe_fleet(scenario.fleets[i], (*specs)[i]));
    if (const auto gap = trust_gap(scenario.fleets[i], (*specs)[i]); !gap.empty()) {
      result.fleets.back().verification +=
          "; its trust did not accept the broker's chain before the load: " + gap;
      tell_step(settings,
                fmt::format("trust: fleet \"{}\" does not accept what the broker serves: {}",
                            scenario.fleets[i].name, gap));
    }
    if (scenario.fleets[i].search) continue;
    planned = std::max(planned, load_duration(scenario.fleets[i]));
    side_by_side.push_back((*specs)[i]);
  }
  watch.begin();
  loadgen::RunOptions options;
  options.workers = settings.workers != 0 ? settings.workers
                                          : std::max(1U, std::thread::hardware_concurrency() / 2);
  options.stop = settings.stop;
  options.sample_broker = [&watch] { return watch.sample(); };
  options.on_begin = [&timeline](TimePoint begin) { timeline.start(begin); };
  options.on_tick = [&settings, &timeline, planned](const stats::Snapshot& snapshot) {
    tell_events(timeline, settings);
    if (settings.observer.load) settings.observer.load(snapshot, planned);
  };
  if (auto placed = place_load(settings, options, result); !placed) {
    result.problems.push_back(placed.error());
    return;
  }
  const bool measured = side_by_side.empty() || measure(side_by_side, options, result);
  timeline.finish();
  tell_events(timeline, settings);
  note_events(timeline, result);
  if (!measured) return;
  watch.sample();
  if (result.valid) result.broker_limits = broker_limits(result.load, result.broker);
  run_searches(scenario, settings, *specs, options, result);
}

/// Ends the broker and notes how it had ended if it did so by itself.
void close_stage(Stage& stage, reports::Result& result) {
  if (!stage.broker) return;
  if (const auto died = stage.broker->died()) {
    result.broker.died = died->text();
    return;
  }
  if (auto done = stage.broker->stop(); !done) result.problems.push_back(done.error());
}

/// What is judged at the end: the thresholds of a fleet that searches have judged its steps.
std::vector<Threshold> final_thresholds(const Scenario& scenario) {
  auto thresholds = effective_thresholds(scenario);
  std::erase_if(thresholds, [&](const Threshold& threshold) {
    const auto* fleet = scenario.fleet(threshold.fleet);
    return fleet != nullptr && fleet->search;
  });
  return thresholds;
}

/// A part of a load is not judged alone: what must hold is about the whole.
void judge(const Scenario& scenario, reports::Result& result) {
  const auto thresholds = final_thresholds(scenario);
  if (!result.shard) {
    result.thresholds = evaluate(thresholds, result.load, count_checks(result.checks));
    std::ranges::move(knee_thresholds(scenario, result), std::back_inserter(result.thresholds));
    return;
  }
  for (const auto& threshold : thresholds) result.shard->thresholds.push_back(threshold.expression);
}

/// The steps of a search follow what the ones before showed, which shards do not tell each other.
Result<void> check_shard(const Scenario& scenario, const RunSettings& settings) {
  if (!settings.shard || settings.shard->count == 1) return {};
  const auto search = std::ranges::find_if(
      scenario.fleets, [](const Fleet& fleet) { return fleet.search.has_value(); });
  if (search == scenario.fleets.end()) return {};
  return usage_problem(
      fmt::format("fleet \"{}\" searches for the knee, which shards cannot do", search->name),
      scenario.file, "run the search in one process");
}

}  // namespace

Known known() {
  Known out;
  out.drivers = broker::drivers();
  out.presets = pki::preset_names();
  for (const auto reason : pki::revocation_reason_names()) {
    // removeFromCRL is what unhold does.
    if (reason != pki::to_string(pki::RevocationReason::remove_from_crl))
      out.revocation_reasons.emplace_back(reason);
  }
  out.broker_can = [](const std::string& name) -> Known::BrokerAbilities {
    const auto driver = broker::find_driver(name);
    if (!driver) return {};
    return {.reload = (*driver)->reload != nullptr,
            .reads_crls = (*driver)->can.revoked,
            .mqtt5 = (*driver)->can.mqtt5};
  };
  for (const auto& spec : check::catalogue()) {
    if (std::ranges::find(out.check_groups, spec.group) == out.check_groups.end())
      out.check_groups.push_back(spec.group);
  }
  out.pki = [](const PkiSource& source) -> Result<PkiContents> {
    auto manifest = manifest_of(source);
    if (!manifest) return manifest.error();
    PkiContents contents;
    for (const auto& entry : manifest->authorities) contents.authorities.push_back(entry.name);
    for (const auto& entry : manifest->identities) contents.identities.push_back(entry.name);
    for (const auto& entry : manifest->faults) contents.faults.push_back(entry.name());
    for (const auto& entry : manifest->bundles) contents.bundles.push_back(entry.name);
    for (const auto& entry : manifest->fleets) {
      contents.fleets.push_back({entry.name, entry.count, std::string(pki::to_string(entry.key))});
    }
    return contents;
  };
  return out;
}

std::vector<Threshold> effective_thresholds(const Scenario& scenario) {
  auto thresholds = scenario.thresholds;
  for (const auto& fleet : scenario.fleets) {
    const auto want_none = [&](const std::string& metric) {
      const bool judged = std::ranges::any_of(thresholds, [&](const Threshold& t) {
        return t.fleet == fleet.name && t.metric->name == metric;
      });
      if (judged) return;
      thresholds.push_back(parse_threshold(fleet.name + "." + metric + " == 0").value());
    };
    want_none("errors");
    if (!fleet.lifecycle.bad_chains) continue;
    want_none("bad_chains_wrongly_accepted");
    want_none("bad_chains_refused_otherwise");
  }
  return thresholds;
}

Result<reports::Result> run(const Scenario& scenario, const RunSettings& settings) {
  if (auto fits = check_shard(scenario, settings); !fits) return fits.error();
  const auto begun = Clock::now();
  auto result = describe_run(scenario, settings);
  auto stage = set_stage(scenario, settings);
  if (!stage) return stage.error();
  describe_broker(scenario, *stage, settings, result);
  BrokerWatch watch(*stage, result.broker);
  // Its thread ends behind the broker, which it may have started.
  TimelineRun timeline(scenario.timeline, watch,
                       stage->timeline_pki ? &*stage->timeline_pki : nullptr);

  // Checks judge a broker, not a load: once is enough.
  if (scenario.checks && (!settings.shard || settings.shard->index == 0))
    run_checks(scenario, settings, *stage, result);
  if (!scenario.fleets.empty() && !stopped(settings))
    run_fleets(scenario, settings, *stage, watch, timeline, result);
  close_stage(*stage, result);

  result.interrupted = stopped(settings);
  judge(scenario, result);
  result.duration_s = seconds(Clock::now() - begun);
  result.exit_code = reports::exit_code_for(result);
  return result;
}

}  // namespace handfast::scenario
