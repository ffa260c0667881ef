#include "harness/broker/detached.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "core/base/file.hpp"
#include "harness/broker/launch.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

constexpr const char* state_name = "broker.json";

Result<void> write_state(const fs::path& path, const State& state) {
  // Under a temporary name first: a reader sees the old state or the new one, never half of it.
  const fs::path fresh = path.string() + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out << to_json(state);
  out.close();
  if (!out) return environment_problem("cannot write: " + errno_text(errno), path.string());
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return environment_problem("cannot write: " + error.message(), path.string());
  return {};
}

}  // namespace

Result<std::optional<State>> find_running(const fs::path& directory) {
  const auto path = directory / state_name;
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<State>();
  auto state = parse_state(read_text(path), path.string());
  if (!state) return state.error();
  const auto start = stats::process_start(state->pid);
  if (!start || *start != state->start_ticks) return std::optional<State>();
  return std::optional<State>(std::move(*state));
}

Result<State> start_detached(std::string_view driver_name, const Settings& settings,
                             const ClientFiles& client) {
  const auto driver = find_driver(driver_name);
  if (!driver) return driver.error();
  const auto running = find_running(settings.directory);
  if (!running) return running.error();
  if (*running) {
    return environment_problem(
        fmt::format("{} runs there already, as process {}", (*running)->driver, (*running)->pid),
        settings.directory.string(), fmt::format("stop it: handfast broker down {}", driver_name));
  }
  auto launched = launch(**driver, settings, Lifetime::detached);
  if (!launched) return launched.error();
  const auto start_ticks = stats::process_start(launched->process.pid());
  if (!start_ticks) return start_ticks.error();
  State state{.driver = (*driver)->name,
              .version = launched->version,
              .pid = launched->process.pid(),
              .start_ticks = *start_ticks,
              .listeners = launched->listeners,
              .configuration = launched->configuration,
              .log_file = launched->log_file,
              .client = client};
  if (auto written = write_state(settings.directory / state_name, state); !written) {
    // Nobody could find it again.
    [[maybe_unused]] const auto stopped = launched->process.stop(std::chrono::seconds(1));
    return written.error();
  }
  return state;
}

Result<std::optional<State>> stop_detached(const fs::path& directory, Nanos grace) {
  const auto running = find_running(directory);
  if (!running) return running.error();
  std::optional<State> stopped;
  if (*running) {
    const auto& state = **running;
    const auto done = stop_process(state.pid, state.start_ticks, grace);
    if (!done) return done.error();
    if (*done) stopped = state;
  }
  std::error_code error;
  fs::remove(directory / state_name, error);
  if (error) {
    return environment_problem("cannot remove: " + error.message(),
                               (directory / state_name).string());
  }
  return stopped;
}

}  // namespace handfast::broker
