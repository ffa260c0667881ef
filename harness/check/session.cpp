#include "harness/check/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/broker/driver.hpp"
#include "harness/check/fixture_material.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;

/// Rows of the group emqx-guide play with the guide's own PKI; everybody else with the fixtures.
bool wants_preset(const std::vector<const CheckSpec*>& rows) {
  return std::ranges::any_of(rows, [](const CheckSpec* row) { return row->group == "emqx-guide"; });
}

Result<Materials> materials_of(const std::vector<const CheckSpec*>& rows,
                               const SessionOptions& options) {
  Materials materials;
  const auto owner = broker::run_as(options.driver);
  if (wants_preset(rows)) {
    auto manifest = pki::preset("emqx-two-tier");
    if (!manifest) return manifest.error();
    manifest->fleets.clear();  // thousands of certificates that no row uses
    const auto home = options.directory / "pki";
    if (auto applied = pki::apply(*manifest, {.home = home, .key_owner = owner}); !applied) {
      return applied.error();
    }
    auto opened = pki::Pki::open(*manifest, home);
    if (!opened) return opened.error();
    auto made = Materials::from_pki(*opened);
    if (!made) return made.error();
    materials = std::move(*made);
  }
  const FixtureFiles files{.directory = options.directory / "fixtures", .key_owner = owner};
  if (auto added = add_fixtures(materials, rows, files); !added) return added.error();
  return materials;
}

/// The guide's rows need the guide's PKI; this one has all that they ask for.
bool plays_here(const CheckSpec& spec, const std::vector<broker::ListenerSettings>& listeners) {
  return std::ranges::all_of(spec.needs, [&](const std::string& name) {
    return std::ranges::find(listeners, name, &broker::ListenerSettings::name) != listeners.end();
  });
}

reports::BrokerInfo info_of(const SessionOptions& options, const broker::Broker& broker) {
  reports::BrokerInfo info;
  info.driver = options.driver;
  info.version = broker.version();
  for (const auto& listener : broker.listeners()) {
    info.listeners.push_back({.name = listener.name, .url = listener.endpoint.url()});
  }
  info.log_file = broker.log_file().string();
  return info;
}

/// Listeners that may live in one process, in the order in which they are asked for.
std::vector<std::vector<broker::ListenerSettings>> batches_of(
    const broker::Driver&, std::vector<broker::ListenerSettings> listeners) {
  if (listeners.empty()) return {};
  return {std::move(listeners)};
}

/// One session: the rows, the materials, and results by place of the row.
class Play {
 public:
  Play(const SessionOptions& options, std::vector<const CheckSpec*> rows, Materials materials)
      : options_(options), rows_(std::move(rows)), materials_(std::move(materials)) {}

  Result<Session> run(const broker::Driver& driver) {
    auto listeners = listeners_for(rows_, materials_);
    if (!listeners) return listeners.error();
    std::size_t number = 0;
    for (auto& batch : batches_of(driver, std::move(*listeners))) {
      if (stopped()) break;
      if (auto done = play_batch(driver, batch, number++); !done) return done.error();
    }
    return finish();
  }

 private:
  Result<void> play_batch(const broker::Driver& driver,
                          const std::vector<broker::ListenerSettings>& batch, std::size_t number) {
    broker::Settings settings;
    settings.directory = options_.directory / fmt::format("broker-{}", number);
    settings.listeners = batch;
    settings.binary = options_.binary;
    settings.verbose = true;
    auto broker = broker::start(driver.name, settings);
    if (!broker) return broker.error();
    session_.broker = info_of(options_, **broker);
    auto context = context_for(**broker, materials_);
    context.run_tag = fmt::format("c{}", number);
    context.capabilities = broker::Capabilities({{"crl.file","yes"},{"mtls.optional","yes"}});
    context.progress = options_.progress;
    context.stop_requested = options_.stop_requested;
    std::vector<const CheckSpec*> playable;
    for (const auto* row : rows_) {
      if (plays_here(*row, batch)) playable.push_back(row);
    }
    for (auto& result : run_rows(playable, context)) {
      session_.checks.push_back(std::move(result));
    }
    return {};
  }

  bool stopped() const { return options_.stop_requested && options_.stop_requested(); }

  Session finish() {
    session_.interrupted = stopped();
    return std::move(session_);
  }

  const SessionOptions& options_;
  std::vector<const CheckSpec*> rows_;
  Materials materials_;
  Session session_;
};

}  // namespace

Result<Session> run_session(const SessionOptions& options) {
  auto driver = broker::find_driver(options.driver);
  if (!driver) return driver.error();
  auto rows = select(options.selection);
  if (!rows) return rows.error();
  auto materials = materials_of(*rows, options);
  if (!materials) return materials.error();
  Play play(options, std::move(*rows), std::move(*materials));
  return play.run(**driver);
}

}  // namespace handfast::check
