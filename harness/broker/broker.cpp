#include "harness/broker/broker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "harness/broker/launch.hpp"
#include "harness/broker/start_again.hpp"

namespace handfast::broker {

namespace {

/// A broker that is one child process.
class ProcessBroker final : public Broker {
 public:
  ProcessBroker(const Driver& driver, Launched launched)
      : driver_(driver), launched_(std::move(launched)) {}

  ~ProcessBroker() override {
    // Its failure would leave the child to ~Process, which kills it.
    [[maybe_unused]] const auto stopped = stop(Nanos(0));
  }

  const std::string& driver() const override { return driver_.name; }
  const std::string& version() const override { return launched_.version; }
  const std::vector<Listener>& listeners() const override { return launched_.listeners; }
  pid_t pid() const override { return launched_.process().pid(); }
  const std::filesystem::path& log_file() const override { return launched_.log_file; }

  std::optional<Exit> died() override {
    const std::lock_guard lock(mutex_);
    return stopped_ ? std::nullopt : launched_.process().ended();
  }

  Result<void> stop(Nanos grace) override {
    if (!launched_.process().ended()) stopped_ = true;
    return stop_all(launched_.processes, grace > Nanos(0) ? grace : driver_.stop_grace);
  }

  Result<void> reload() override {
    if (const auto exit = launched_.process().ended()) {
      return environment_problem(fmt::format("{} does not run: {}", driver_.name, exit->text()));
    }
    if (driver_.reload == nullptr) {
      return environment_problem(driver_.name + " reads its certificates only when it starts", {},
                                 "stop it and start it again");
    }
    return driver_.reload(pid(), launched_.settings, run_as(driver_.name));
  }

 protected:
  std::uint64_t log_begin() const override { return launched_.log_begin; }

 private:
  const Driver& driver_;  ///< of the registry
  Launched launched_;
  std::mutex mutex_;      ///< of asking for its end
  bool stopped_ = false;  ///< it ran when we stopped it
};

}  // namespace

const Listener* Broker::find(std::string_view name) const {
  const auto at = std::ranges::find(listeners(), name, &Listener::name);
  return at == listeners().end() ? nullptr : &*at;
}

std::vector<std::string> Broker::log_lines(std::string_view text, std::size_t limit) const {
  return lines_with(log_file(), log_begin(), text, limit);
}

Result<std::string> render(std::string_view driver, const Settings& settings) {
  const auto found = find_driver(driver);
  if (!found) return found.error();
  for (const auto& listener : settings.listeners) {
    if (listener.port == 0) {
      return internal_problem(fmt::format("listener \"{}\" has no port yet", listener.name));
    }
  }
  const auto prepared = prepare(**found, settings);
  if (!prepared) return prepared.error();
  return (*found)->render(*prepared);
}

Result<std::unique_ptr<Broker>> start(std::string_view driver, const Settings& settings) {
  const auto found = find_driver(driver);
  if (!found) return found.error();
  auto launched = launch(**found, settings, Lifetime::ours);
  if (!launched) return launched.error();
  return std::unique_ptr<Broker>(std::make_unique<ProcessBroker>(**found, std::move(*launched)));
}

Result<std::unique_ptr<Broker>> start_again(std::string_view driver, Settings settings,
                                            const std::vector<Listener>& listeners) {
  const auto found = find_driver(driver);
  if (!found) return found.error();
  for (auto& listener : settings.listeners) {
    const auto had = std::ranges::find(listeners, listener.name, &Listener::name);
    if (had != listeners.end()) listener.port = had->endpoint.port;
  }
  auto launched = launch(**found, settings, Lifetime::ours, StateFolder::kept);
  if (!launched) return launched.error();
  return std::unique_ptr<Broker>(std::make_unique<ProcessBroker>(**found, std::move(*launched)));
}

}  // namespace handfast::broker
