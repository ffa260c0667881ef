#include "harness/scenario/stage.hpp"

#include "harness/scenario/psk_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/fixture_material.hpp"
#include "harness/probe/probe.hpp"
#include "harness/scenario/engine_choice.hpp"
#include "harness/scenario/lifecycle_spec.hpp"
#include "loadgen/sources.hpp"
#include "pki/manifest/presets.hpp"
#include "reports/summary.hpp"

namespace handfast::scenario {

namespace {

void tell(const RunSettings& settings, const std::string& line) {
  if (settings.observer.step) settings.observer.step(line);
}

/// A timeline begins with a PKI to which nothing has happened: what it revoked in the run before
/// would be revoked from the start. Only a home of the run's own, which nobody else looks after.
Result<void> forget_last_run(const std::filesystem::path& home, const RunSettings& settings) {
  std::error_code error;
  if (!std::filesystem::exists(home / "state.json", error)) return {};
  std::filesystem::remove_all(home, error);
  if (error) return environment_problem("cannot remove: " + error.message(), home.string());
  tell(settings, fmt::format("pki: {} of an earlier run is made anew", home.string()));
  return {};
}

Result<void> set_pki(const PkiSource& source, const Scenario& scenario, const RunSettings& settings,
                     Stage& stage) {
  auto manifest = manifest_of(source);
  if (!manifest) return manifest.error();
  const auto home = pki_home(source, settings);
  if (changes_pki(scenario.timeline) && source.home.empty()) {
    if (auto fresh = forget_last_run(home, settings); !fresh) return fresh.error();
  }
  const auto owner = scenario.broker ? broker::run_as(scenario.broker->driver) : std::string{};
  // The shards of one load begin together, and may share the folder.
  constexpr auto patience = std::chrono::minutes(2);
  auto applied = pki::apply(*manifest, {.home = home, .key_owner = owner, .patience = patience});
  if (!applied) return applied.error();
  tell(settings, fmt::format("pki: {} files written, {} unchanged, in {}", applied->written.size(),
                             applied->unchanged.size(), home.string()));
  auto opened = pki::Pki::open(*manifest, home);
  if (!opened) return opened.error();
  stage.pki = std::move(*opened);
  if (!changes_pki(scenario.timeline)) return {};
  auto changing =
      TimelinePki::make(std::move(*manifest), *stage.pki, home, owner, settings.out / "served");
  if (!changing) return changing.error();
  stage.timeline_pki = std::move(*changing);
  return {};
}

check::Selection selection_of(const ChecksSection& checks) {
  return {.groups = checks.groups, .core_only = checks.core};
}

/// What the broker's TLS listeners show and trust; nullopt where the PKI lacks it.
Result<std::optional<TimelinePki::Files>> server_files(const Scenario& scenario, Stage& stage) {
  const auto& certificate = scenario.broker->certificate;
  const auto* root = stage.materials.trust("root");
  if (!stage.pki || root == nullptr) return std::nullopt;
  const auto chain = stage.pki->chain(certificate);
  const auto key = stage.pki->key(certificate);
  if (!chain || !key) return std::nullopt;
  if (!stage.timeline_pki) {
    return TimelinePki::Files{.chain = *chain, .key = *key, .trust = root->file, .crls = {}};
  }
  auto copies = stage.timeline_pki->serve(certificate, root->file, changes_crls(scenario.timeline),
                                          std::chrono::system_clock::now());
  if (!copies) return copies.error();
  return std::move(*copies);
}

/// The files for the standard listeners of the scenario; the checks bring their variants.
Result<std::vector<broker::ListenerSettings>> listener_settings(const Scenario& scenario,
                                                                Stage& stage) {
  std::vector<broker::ListenerSettings> out;
  const auto files = server_files(scenario, stage);
  if (!files) return files.error();
  for (const auto kind : scenario.broker->listeners) {
    broker::ListenerSettings listener{.name = to_string(kind), .kind = kind};
    if (uses_tls(kind.transport)) {
      if (!*files) {
        return usage_problem(
            fmt::format(
                "listener \"{}\" needs an identity \"{}\" and an authority \"root\" in the PKI",
                listener.name, scenario.broker->certificate),
            scenario.file, "the presets have both");
      }
      listener.certificate = (*files)->chain;
      listener.key = (*files)->key;
      if (kind.two_way) {
        listener.trust = (*files)->trust;
        listener.revoked = (*files)->crls;
      }
    }
    out.push_back(std::move(listener));
  }
  if (!scenario.checks) return out;
  auto wanted = check::listeners_for(selection_of(*scenario.checks), stage.materials);
  if (!wanted) return wanted.error();
  for (auto& listener : *wanted) {
    const bool known =
        std::ranges::any_of(out, [&](const auto& have) { return have.name == listener.name; });
    if (!known) out.push_back(std::move(listener));
  }
  return out;
}

Result<void> start_broker(const Scenario& scenario, const RunSettings& settings, Stage& stage) {
  if (stage.pki) {
    auto materials = check::Materials::from_pki(*stage.pki);
    if (!materials) return materials.error();
    stage.materials = std::move(*materials);
  }
  if (scenario.checks) {
    const auto rows = check::select(selection_of(*scenario.checks));
    if (!rows) return rows.error();
    const check::FixtureFiles files{.directory = settings.out / "fixtures",
                                    .key_owner = broker::run_as(scenario.broker->driver)};
    if (auto added = check::add_fixtures(stage.materials, *rows, files); !added) {
      return added.error();
    }
  }
  auto listeners = listener_settings(scenario, stage);
  if (!listeners) return listeners.error();
  const auto& driver = scenario.broker->driver;
  stage.broker_settings = {.directory = settings.out / driver,
                           .listeners = std::move(*listeners),
                           .binary = settings.broker_binary};
  auto started = broker::start(driver, stage.broker_settings);
  if (!started) return started.error();
  stage.broker = std::move(*started);
  stage.listeners = stage.broker->listeners();
  tell(settings, fmt::format("broker: {} {} with {}, pid {}", driver, stage.broker->version(),
                             reports::counted(stage.listeners.size(), "listener", "listeners"),
                             stage.broker->pid()));
  return {};
}

/// Environment problem unless somebody accepts TCP connections at `endpoint`.
Result<void> reach(const Endpoint& endpoint) {
  Endpoint plain = endpoint;
  plain.transport = Transport::tcp;
  auto seen =
      probe::run({.endpoint = plain, .timeouts = {.connack = std::chrono::milliseconds(100)}});
  if (!seen) return seen.error();
  if (seen->stopped_in != "tcp" && seen->stopped_in != "dns") return {};
  const auto why = seen->socket_error ? errno_text(*seen->socket_error) : std::string("no answer");
  return environment_problem(fmt::format("cannot connect: {}", why), endpoint.authority(),
                             "is the broker running, and is this its address?");
}

/// A target must accept a connection before anything is measured: an address that nobody listens on
/// is the environment's fault, not the broker's.
Result<void> reach_target(const Scenario& scenario, const RunSettings& settings, Stage& stage) {
  const auto& target = *scenario.target;
  const auto& endpoint = target.endpoint;
  if (!scenario.fleets.empty() && !settings.may_load_remote && !is_local_address(endpoint.host)) {
    return usage_problem(fmt::format("{} is outside loopback and private ranges", endpoint.host),
                         scenario.file, "add --i-may-load-this-target if you may put load on it");
  }
  if (!target.trust.empty() || stage.pki) {
    auto materials = target.trust.empty() ? check::Materials::from_pki(*stage.pki)
                                          : check::Materials::from_files(
                                                target.trust, target.certificate, target.key);
    if (!materials) return materials.error();
    stage.materials = std::move(*materials);
  }

  // Nothing tells whether somebody listens for datagrams but an answer to one that is understood.
  if (endpoint.transport != Transport::dtls) {
    if (auto reached = reach(endpoint); !reached) return reached.error();
  }
  // Two-way is a promise of the fleets: the target's own settings are not ours to know.
  const bool two_way = std::ranges::any_of(
      scenario.fleets, [](const Fleet& fleet) { return fleet.listener.two_way; });
  const ListenerKind kind{endpoint.transport, two_way || !target.certificate.empty()};
  stage.listeners.push_back({.name = to_string(kind), .kind = kind, .endpoint = endpoint});
  const bool asked = endpoint.transport != Transport::dtls;
  tell(settings, fmt::format("target: {}{}", endpoint.url(),
                             asked ? " answers" : ", which only the load will show to answer"));
  return {};
}

/// Names that this OpenSSL does not know are found before anything starts, not after the checks.
Result<void> try_algorithms(const Scenario& scenario) {
  for (const auto& fleet : scenario.fleets) {
    if (!fleet.tls) continue;
    auto settings = settings_of(*fleet.tls);
    auto choice = choose_engine(*fleet.tls, settings);
    if (!choice) return with_context(choice.error(), fmt::format("fleet \"{}\"", fleet.name));
    auto engine = tls::make_engine(choice->kind, settings);
    if (engine) continue;
    auto problem = with_context(engine.error(), fmt::format("fleet \"{}\"", fleet.name));
    problem.where = scenario.file;
    return problem;
  }
  return {};
}

/// Source addresses that are not ours, likewise.
Result<void> try_sources(const Scenario& scenario) {
  for (const auto& fleet : scenario.fleets) {
    auto ours = loadgen::check_sources(fleet.source.addresses);
    if (!ours) return with_context(ours.error(), fmt::format("fleet \"{}\"", fleet.name));
  }
  return {};
}

Result<tls::ClientSettings> tls_settings(const TlsOptions& options, const Stage& stage) {
  auto settings = settings_of(options);
  if (stage.pki && !options.trust.empty()) {
    for (const auto& name : options.trust) {
      auto trust = stage.pki->trust(name);
      if (!trust) return trust.error();
      settings.trust = settings.trust.with(*trust);
    }
  } else if (const auto* trust = stage.materials.trust("root")) {
    settings.trust = trust->value;
  }
  return settings;
}

using IdentitySource = std::function<Result<tls::Identity>(std::uint64_t)>;

Result<IdentitySource> identity_source(const Scenario& scenario, const Fleet& fleet,
                                       const Stage& stage) {
  if (!fleet.identity.empty() && stage.pki) {
    auto pack = stage.pki->fleet(fleet.identity);
    if (!pack) return pack.error();
    return IdentitySource([pack = std::move(*pack)](std::uint64_t index) {
      return pack->identity(index % pack->count());
    });
  }
  const bool target_has_one = scenario.target && !scenario.target->certificate.empty();
  const auto* own = target_has_one ? stage.materials.identity("client") : nullptr;
  if (own == nullptr) return IdentitySource{};
  return IdentitySource(
      [identity = own->value](std::uint64_t) { return Result<tls::Identity>(identity); });
}

}  // namespace

Result<pki::Manifest> manifest_of(const PkiSource& source) {
  return source.preset.empty() ? pki::load_manifest(source.manifest) : pki::preset(source.preset);
}

std::filesystem::path pki_home(const PkiSource& source, const RunSettings& settings) {
  return source.home.empty() ? settings.out / "pki" : source.home;
}

Result<Stage> set_stage(const Scenario& scenario, const RunSettings& settings) {
  Stage stage;
  if (auto known = try_algorithms(scenario); !known) return known.error();
  if (auto ours = try_sources(scenario); !ours) return ours.error();
  if (scenario.pki) {
    if (auto done = set_pki(*scenario.pki, scenario, settings, stage); !done) return done.error();
  }
  const auto ready = scenario.broker ? start_broker(scenario, settings, stage)
                                     : reach_target(scenario, settings, stage);
  if (!ready) return ready.error();
  return stage;
}

Result<std::vector<loadgen::FleetSpec>> fleet_specs(const Scenario& scenario, const Stage& stage) {
  std::vector<loadgen::FleetSpec> specs;
  for (const auto& fleet : scenario.fleets) {
    const auto name = to_string(fleet.listener);
    const auto listener = std::ranges::find(stage.listeners, name, &broker::Listener::name);
    if (listener == stage.listeners.end()) {
      return usage_problem(
          fmt::format("fleet \"{}\" wants listener \"{}\", which is not there", fleet.name, name),
          scenario.file);
    }
    auto identity = identity_source(scenario, fleet, stage);
    if (!identity) return identity.error();
    loadgen::FleetSpec spec{.name = fleet.name,
                            .listener = name,
                            .endpoint = listener->endpoint,
                            .sources = fleet.source.addresses,
                            .clients = fleet.clients,
                            .identity = std::move(*identity),
                            .mqtt_level = fleet.mqtt.level,
                            .keep_alive = fleet.mqtt.keep_alive,
                            .client_id = fleet.mqtt.client_id,
                            .behaviour = fleet.behaviour,
                            .messages = fleet.messages,
                            .connect = fleet.mqtt.connect,
                            .stages = fleet.stages,
                            .poisson = fleet.poisson,
                            .periodic = fleet.periodic,
                            .closed = fleet.closed,
                            .warm_up = fleet.warm_up,
                            .ramp_down = fleet.ramp_down,
                            .max_in_flight = fleet.max_in_flight,
                            .deadline = fleet.deadline,
                            .proxy_protocol = fleet.proxy_protocol,
                            .origin = fleet.origin};
    if (fleet.dtls) spec.datagrams = fleet.dtls->spec;
    if (fleet.tls) {
      auto tls = tls_settings(*fleet.tls, stage);
      if (!tls) return tls.error();
      spec.tls = std::move(*tls);
      if (fleet.dtls) spec.tls.datagrams = fleet.dtls->datagrams;
      auto choice = choose_engine(*fleet.tls, spec.tls);
      if (!choice) return choice.error();
      spec.engine = choice->kind;
      if (spec.engine == tls::EngineKind::native) spec.shadow_share = fleet.tls->shadow;
      spec.server_name = fleet.tls->server_name;
      spec.resumption = fleet.tls->resumption;
      if (auto psk = psk_source(fleet); psk) {
        spec.psk = std::move(*psk);
      } else {
        return psk.error();
      }
    }
    if (auto set = set_lifecycle(fleet, stage.pki, spec); !set) return set.error();
    specs.push_back(std::move(spec));
  }
  return specs;
}

}  // namespace handfast::scenario
