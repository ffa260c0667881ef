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

/// What broker.json says, whether or not the broker still runs; nullopt without the file.
Result<std::optional<State>> read_state(const fs::path& directory) {
  const auto path = directory / state_name;
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<State>();
  auto state = parse_state(read_text(path), path.string());
  if (!state) return state.error();
  return std::optional<State>(std::move(*state));
}

bool runs(const State& state) {
  const auto start = stats::process_start(state.pid);
  return start && *start == state.start_ticks;
}

/// Also those of a broker that died by itself.
Result<void> stop_companions(const State& state) {
  for (const auto& [pid, start_ticks] : state.companions) {
    if (auto done = stop_process(pid, start_ticks, std::chrono::seconds(1)); !done) {
      return done.error();
    }
  }
  return {};
}

}  // namespace

Result<std::optional<State>> find_running(const fs::path& directory) {
  auto state = read_state(directory);
  if (state && *state && !runs(**state)) return std::optional<State>();
  return state;
}

Result<State> start_detached(std::string_view driver_name, const Settings& settings,
                             const ClientFiles& client) {
  const auto driver = find_driver(driver_name);
  if (!driver) return driver.error();
  const auto earlier = read_state(settings.directory);
  if (!earlier) return earlier.error();
  if (*earlier && runs(**earlier)) {
    return environment_problem(
        fmt::format("{} runs there already, as process {}", (*earlier)->driver, (*earlier)->pid),
        settings.directory.string(), fmt::format("stop it: handfast broker down {}", driver_name));
  }
  if (*earlier) {
    if (auto done = stop_companions(**earlier); !done) return done.error();
  }
  auto launched = launch(**driver, settings, Lifetime::detached);
  if (!launched) return launched.error();
  std::vector<std::pair<pid_t, std::uint64_t>> started;
  for (const auto& process : launched->processes) {
    const auto start_ticks = stats::process_start(process.pid());
    if (!start_ticks) return start_ticks.error();
    started.emplace_back(process.pid(), *start_ticks);
  }
  State state{.driver = (*driver)->name,
              .version = launched->version,
              .pid = started.front().first,
              .start_ticks = started.front().second,
              .companions = {started.begin() + 1, started.end()},
              .listeners = launched->listeners,
              .configuration = launched->configuration,
              .log_file = launched->log_file,
              .client = client};
  if (auto written = write_state(settings.directory / state_name, state); !written) {
    // Nobody could find it again.
    [[maybe_unused]] const auto stopped = stop_all(launched->processes, std::chrono::seconds(1));
    return written.error();
  }
  return state;
}

Result<std::optional<State>> stop_detached(const fs::path& directory, Nanos grace) {
  const auto recorded = read_state(directory);
  if (!recorded) return recorded.error();
  std::optional<State> stopped;
  if (*recorded) {
    const auto& state = **recorded;
    if (grace == Nanos(0)) {
      const auto driver = find_driver(state.driver);
      grace = driver ? (*driver)->stop_grace : std::chrono::seconds(5);
    }
    const auto done = stop_process(state.pid, state.start_ticks, grace);
    if (!done) return done.error();
    if (*done) stopped = state;
    if (auto also = stop_companions(state); !also) return also.error();
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
