#include "harness/check/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "harness/broker/driver.hpp"
#include "harness/check/fixture_material.hpp"
#include "harness/check/profiles.hpp"
#include "pki/files/files.hpp"
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

/// One broker process of the session and the rows that it plays.
struct Batch {
  std::vector<broker::ListenerSettings> listeners;
  std::vector<std::size_t> rows;  ///< places in the list of the session
};

bool expressible(const broker::Driver& driver, const broker::ListenerSettings& listener) {
  const bool kind = std::ranges::find(driver.kinds, listener.kind) != driver.kinds.end();
  const auto& can = driver.can;
  const bool revoked = listener.revoked.empty() || can.revoked;
  const bool version = listener.tls_version.empty() || can.tls_version;
  const bool status = (!listener.fetches_crls || can.fetches_crls) &&
                      (!listener.asks_ocsp || can.asks_ocsp) && (!listener.staples || can.staples);
  const bool second = listener.other_certificate.empty() || can.other_certificate;
  const bool user =
      listener.user_from == broker::UserFrom::nothing ||
      std::ranges::find(driver.can.user_from, listener.user_from) != driver.can.user_from.end();
  const bool psk = listener.psk.empty() || driver.can.psk;
  const bool proxied = !listener.proxy_protocol || driver.can.proxy_protocol;
  const bool told = !listener.proxy_names_users || driver.can.proxy_names_users;
  return kind && revoked && version && status && second && user && psk && proxied && told;
}

/// `batch` with what of `wanted` it lacks; nullopt when they cannot live in one process.
std::optional<std::vector<broker::ListenerSettings>> joined(
    const broker::Driver& driver, const Batch& batch,
    const std::vector<broker::ListenerSettings>& wanted) {
  auto all = batch.listeners;
  for (const auto& listener : wanted) {
    const auto known = std::ranges::find(all, listener.name, &broker::ListenerSettings::name);
    if (known != all.end()) continue;
    for (const auto& other : all) {
      if (!broker::can_share(driver, listener, other)) return std::nullopt;
    }
    all.push_back(listener);
  }
  return all;
}

class SpareProcess final : public SpareBroker {
 public:
  explicit SpareProcess(std::unique_ptr<broker::Broker> broker) : broker_(std::move(broker)) {}
  Endpoint endpoint(const std::string& listener) const override {
    return broker_->find(listener)->endpoint;
  }
  Result<void> stop() override { return broker_->stop(); }

 private:
  std::unique_ptr<broker::Broker> broker_;
};

/// One session: the rows, the materials, and results by place of the row.
class Play {
 public:
  Play(const SessionOptions& options, const broker::Driver& driver,
       std::vector<const CheckSpec*> rows, Materials materials)
      : options_(options),
        driver_(driver),
        rows_(std::move(rows)),
        materials_(std::move(materials)),
        results_(rows_.size()) {}

  Result<Session> run() {
    auto program = driver_.find(options_.binary);
    if (!program) return program.error();
    session_.broker.driver = driver_.name;
    session_.broker.version = program->version;
    if (driver_.capabilities != nullptr) capabilities_ = driver_.capabilities(program->version);
    if (auto planned = plan(); !planned) return planned.error();
    std::size_t number = 0;
    for (const auto& batch : batches_) {
      if (stopped()) break;
      if (auto done = play(batch, number++); !done) return done.error();
    }
    return finish();
  }

 private:
  /// Shares the rows out to as few brokers as their listeners allow.
  Result<void> plan() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto& row = *rows_[i];
      if (auto token = missing_capability(row, capabilities_); !token.empty()) {
        results_[i] = skipped(row, token);
      } else if (std::holds_alternative<HealthPlan>(row.plan)) {
        last_.push_back(i);
      } else if (auto placed = place(i); !placed) {
        return placed;
      }
    }
    if (!batches_.empty()) std::ranges::copy(last_, std::back_inserter(batches_.back().rows));
    return {};
  }

  Result<void> place(std::size_t i) {
    auto wanted = listeners_for({rows_[i]}, materials_);
    if (!wanted) return wanted.error();
    const auto can = [&](const auto& listener) { return expressible(driver_, listener); };
    if (!std::ranges::all_of(*wanted, can)) {
      results_[i] = skipped(*rows_[i], "no-listener");
      return {};
    }
    for (auto& batch : batches_) {
      auto all = joined(driver_, batch, *wanted);
      if (!all) continue;
      batch.listeners = std::move(*all);
      batch.rows.push_back(i);
      return {};
    }
    if (auto alone = joined(driver_, {}, *wanted)) {
      batches_.push_back({.listeners = std::move(*alone), .rows = {i}});
    } else {
      results_[i] = skipped(*rows_[i], "listeners-cannot-share");
    }
    return {};
  }

  Result<void> play(const Batch& batch, std::size_t number) {
    broker::Settings settings;
    settings.directory = options_.directory / fmt::format("broker-{}", number);
    settings.listeners = batch.listeners;
    settings.binary = options_.binary;
    settings.verbose = true;
    settings.user_topics = true;
    settings.users = registered_users();
    auto broker = broker::start(driver_.name, settings);
    if (!broker) return broker.error();
    note(**broker);
    auto context = context_for(**broker, materials_);
    context.capabilities = capabilities_;
    context.run_tag = fmt::format("c{}", number);
    context.stop_requested = options_.stop_requested;
    context.progress = [&](const Progress& step) { tell(step); };
    context.spare = [this](const auto& listeners) { return spare(listeners); };
    std::vector<const CheckSpec*> rows;
    for (const auto i : batch.rows) rows.push_back(rows_[i]);
    auto results = run_rows(rows, context, tally_);
    for (std::size_t i = 0; i < results.size(); ++i) {
      results_[batch.rows[i]] = std::move(results[i]);
    }
    if (const auto died = (*broker)->died()) session_.broker.died = died->text();
    return {};
  }

  Result<std::unique_ptr<SpareBroker>> spare(
      const std::vector<broker::ListenerSettings>& listeners) {
    broker::Settings settings;
    settings.directory = options_.directory / fmt::format("spare-{}", spares_++);
    settings.listeners = listeners;
    settings.binary = options_.binary;
    settings.verbose = true;
    auto broker = broker::start(driver_.name, settings);
    if (!broker) return broker.error();
    return std::unique_ptr<SpareBroker>(std::make_unique<SpareProcess>(std::move(*broker)));
  }

  void note(const broker::Broker& broker) {
    for (const auto& listener : broker.listeners()) {
      session_.broker.listeners.push_back({.name = listener.name, .url = listener.endpoint.url()});
    }
    session_.broker.log_file = broker.log_file().string();
  }

  void tell(const Progress& step) {
    if (options_.progress) {
      options_.progress(
          {.index = told_, .total = playing(), .spec = step.spec, .finished = step.finished});
    }
    if (step.finished != nullptr) ++told_;
  }

  std::size_t playing() const {
    std::size_t rows = 0;
    for (const auto& batch : batches_) rows += batch.rows.size();
    return rows;
  }

  bool stopped() const { return options_.stop_requested && options_.stop_requested(); }

  Session finish() {
    session_.interrupted = stopped();
    for (auto& result : results_) {
      if (result) session_.checks.push_back(std::move(*result));
    }
    return std::move(session_);
  }

  const SessionOptions& options_;
  const broker::Driver& driver_;
  std::vector<const CheckSpec*> rows_;
  Materials materials_;
  broker::Capabilities capabilities_;
  std::vector<Batch> batches_;
  std::vector<std::size_t> last_;  ///< rows that look back at the others
  std::vector<std::optional<reports::CheckResult>> results_;
  Tally tally_;
  std::size_t told_ = 0;
  std::size_t spares_ = 0;
  Session session_;
};

}  // namespace

Result<Session> run_session(const SessionOptions& options) {
  auto driver = broker::find_driver(options.driver);
  if (!driver) return driver.error();
  auto rows = select(options.selection);
  if (!rows) return rows.error();
  std::error_code error;
  fs::create_directories(options.directory, error);
  if (error) {
    return environment_problem("cannot make the folder of the run: " + error.message(),
                               options.directory.string(), "name another one with --out");
  }
  // Two runs in one folder would change each other's certificates under running brokers.
  const auto lock = pki::Lock::take(options.directory);
  if (!lock) return lock.error();
  auto materials = materials_of(*rows, options);
  if (!materials) return materials.error();
  Play play(options, **driver, std::move(*rows), std::move(*materials));
  return play.run();
}

}  // namespace handfast::check
