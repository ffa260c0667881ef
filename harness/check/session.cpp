#include "harness/check/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "harness/broker/driver.hpp"
#include "harness/check/batches.hpp"
#include "harness/check/external.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/session_material.hpp"
#include "harness/check/url_target.hpp"
#include "pki/files/files.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;

using Rows = std::vector<const CheckSpec*>;

/// The results of a session as they come, and who is told of them.
class Record {
 public:
  Record(const SessionOptions& options, const Rows& rows)
      : options_(options), rows_(rows), results_(rows.size()) {}

  void skip(std::size_t row, const std::string& token) {
    results_[row] = skipped(*rows_[row], token);
  }
  /// The rows of a broker that could not be had prove nothing.
  void lose(const std::vector<std::size_t>& rows, const Problem& problem) {
    for (const auto row : rows) results_[row] = unproved(*rows_[row], problem.text());
  }
  void expect(std::size_t rows) { total_ += rows; }

  /// Plays `places` of the list against the broker of `context`.
  void play(const std::vector<std::size_t>& places, Context context) {
    context.stop_requested = options_.stop_requested;
    context.progress = [this](const Progress& step) { tell(step); };
    Rows rows;
    std::map<std::string, std::size_t, std::less<>> place_of;
    for (const auto place : places) {
      rows.push_back(rows_[place]);
      place_of[rows_[place]->id] = place;
    }
    for (auto& result : run_rows(rows, context, tally_)) {
      const auto place = place_of.at(result.id);
      results_[place] = std::move(result);
    }
  }

  bool stopped() const { return options_.stop_requested && options_.stop_requested(); }

  void finish(Session& session) {
    session.interrupted = stopped();
    for (auto& result : results_) {
      if (result) session.checks.push_back(std::move(*result));
    }
  }

 private:
  void tell(const Progress& step) {
    if (options_.progress) {
      options_.progress(
          {.index = told_, .total = total_, .spec = step.spec, .finished = step.finished});
    }
    if (step.finished != nullptr) ++told_;
  }

  const SessionOptions& options_;
  const Rows& rows_;
  std::vector<std::optional<reports::CheckResult>> results_;
  Tally tally_;
  std::size_t told_ = 0;
  std::size_t total_ = 0;
};

void note(const broker::Broker& broker, reports::BrokerInfo& info) {
  for (const auto& listener : broker.listeners()) {
    info.listeners.push_back({.name = listener.name, .url = listener.endpoint.url()});
  }
  info.log_file = broker.log_file().string();
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

broker::Settings settings_for(const SessionOptions& options, const std::string& folder,
                              std::vector<broker::ListenerSettings> listeners) {
  broker::Settings settings;
  settings.directory = options.directory / folder;
  settings.listeners = std::move(listeners);
  settings.binary = options.binary;
  settings.verbose = true;
  return settings;
}

/// Starts brokers that a row may break, each in a folder of its own.
auto spare_brokers(const SessionOptions& options, const broker::Driver& driver,
                   const std::string& folder) {
  return [&options, &driver, folder,
          made = std::size_t{0}](const std::vector<broker::ListenerSettings>& listeners) mutable
             -> Result<std::unique_ptr<SpareBroker>> {
    auto broker = broker::start(
        driver.name, settings_for(options, fmt::format("{}-spare-{}", folder, made++), listeners));
    if (!broker) return broker.error();
    return std::unique_ptr<SpareBroker>(std::make_unique<SpareProcess>(std::move(*broker)));
  };
}

/// One batch on a broker of ours, started for it.
Result<void> play_batch(const SessionOptions& options, const broker::Driver& driver,
                        const Materials& materials, const Batch& batch, std::size_t number,
                        Record& record, Session& session) {
  const auto folder = fmt::format("broker-{}", number);
  auto settings = settings_for(options, folder, batch.listeners);
  settings.user_topics = true;
  settings.users = registered_users();
  auto broker = broker::start(driver.name, settings);
  if (!broker) return broker.error();
  note(**broker, session.broker);
  auto context = context_for(**broker, materials);
  context.run_tag = fmt::format("c{}", number);
  context.spare = spare_brokers(options, driver, folder);
  record.play(batch.rows, std::move(context));
  if (const auto died = (*broker)->died()) session.broker.died = died->text();
  return {};
}

Result<Session> play_driver(const SessionOptions& options, const Rows& rows) {
  auto driver = broker::find_driver(options.driver);
  if (!driver) return driver.error();
  auto program = broker::find_program_of(**driver, options.binary);
  if (!program) return program.error();
  auto materials = make_materials(
      rows, {.directory = options.directory, .key_owner = broker::run_as(options.driver)});
  if (!materials) return materials.error();
  Session session;
  session.broker.driver = options.driver;
  session.broker.version = program->version;
  broker::Capabilities capabilities;
  if ((*driver)->capabilities != nullptr) {
    capabilities = (*driver)->capabilities(program->version);
  }
  const auto batches = share_out(rows, **driver, capabilities, *materials);
  if (!batches) return batches.error();
  Record record(options, rows);
  for (const auto& [row, token] : batches->skips) record.skip(row, token);
  for (const auto& batch : batches->all) record.expect(batch.rows.size());
  for (std::size_t number = 0; number < batches->all.size() && !record.stopped(); ++number) {
    const auto& batch = batches->all[number];
    auto done = play_batch(options, **driver, *materials, batch, number, record, session);
    if (done) continue;
    // Nothing was seen yet, so nothing is lost; later it would be.
    if (number == 0) return done.error();
    record.lose(batch.rows, done.error());
  }
  record.finish(session);
  return session;
}

Result<Session> play_target(const SessionOptions& options, const Rows& rows) {
  const auto& target = *options.target;
  // What has no listener needs no certificates, and no responder of ours.
  const auto has = [&target](const std::string& name) {
    return std::ranges::find(target.listeners, name, &broker::Listener::name) !=
           target.listeners.end();
  };
  Rows playable;
  std::ranges::copy_if(rows, std::back_inserter(playable), [&has](const CheckSpec* row) {
    return std::ranges::all_of(row->needs, has);
  });
  auto materials = target.own
                       ? own_materials(target, playable, options.directory)
                       : make_materials(playable, {.directory = target.material, .keep = true});
  if (!materials) return materials.error();
  auto broker = attach(target, options.directory);
  if (!broker) return broker.error();
  Session session;
  session.broker.driver = target.name;
  session.broker.version = target.version;
  note(**broker, session.broker);
  auto context = context_for(**broker, std::move(*materials));
  context.capabilities = target.capabilities;
  if (target.own) context.server_name = target.own->server_name;
  Record record(options, rows);
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < rows.size(); ++i) all.push_back(i);
  record.expect(all.size());
  record.play(all, std::move(context));
  record.finish(session);
  return session;
}

}  // namespace

Result<Session> run_session(const SessionOptions& options) {
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
  return options.target ? play_target(options, *rows) : play_driver(options, *rows);
}

}  // namespace handfast::check
