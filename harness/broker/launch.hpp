// From settings to a broker that accepts connections; what `start` and `handfast broker up` share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/driver.hpp"
#include "harness/broker/process.hpp"

namespace handfast::broker {

/// Checks `settings` for contradictions and completes them: absolute paths, free ports where none
/// was given, the driver's auxiliary listeners. Usage problem naming the listener otherwise.
Result<Settings> prepare(const Driver& driver, Settings settings);

struct Launched {
  /// The broker and then its companions, in the order in which they are to be stopped.
  std::vector<Process> processes;
  Settings settings;  ///< prepared
  std::string version;
  std::vector<Listener> listeners;  ///< without the auxiliary ones
  std::filesystem::path configuration;
  std::filesystem::path log_file;
  std::uint64_t log_begin = 0;  ///< size of the log file before

  Process& process() { return processes.front(); }
  const Process& process() const { return processes.front(); }
};

/// Writes what goes beside the configuration, secrets for `user` alone; again before a reload.
Result<void> write_extra_files(const Driver& driver, const Settings& settings,
                               const std::optional<User>& user);

/// What a person needs to start a broker.
struct WrittenSettings {
  Settings settings;  ///< prepared
  std::filesystem::path configuration;
  std::vector<Listener> listeners;  ///< without the auxiliary ones
};

/// Writes configuration and what goes beside it, for the user that run_as() names, and starts
/// nothing. Problems as prepare().
Result<WrittenSettings> write_settings(const Driver& driver, const Settings& settings);

/// Stops the broker and then its companions, also when one of them cannot be stopped; the first
/// problem.
Result<void> stop_all(std::vector<Process>& processes, Nanos grace);

/// What becomes of what the broker wrote to its state folder when it ran before.
enum class StateFolder { emptied, kept };

/// Problems as `start`; when it fails nothing is left running.
Result<Launched> launch(const Driver& driver, const Settings& settings, Lifetime lifetime,
                        StateFolder state = StateFolder::emptied);

struct Readiness {
  std::vector<Listener> listeners;
  std::filesystem::path log;
  std::uint64_t log_begin = 0;
  std::string ready_text;  ///< as in Driver
  Nanos limit = std::chrono::seconds(10);
};

/// Waits until each listener accepts connections and belongs to one of `processes` (the broker
/// first), and the log has the line that it is up. Environment problem with the last log lines when
/// one of them ends first or the limit passes.
Result<void> await_ready(std::span<Process> processes, const Readiness& readiness);

/// The lines of a log file from byte `begin` on that contain `text`: the first `limit` of them.
std::vector<std::string> lines_with(const std::filesystem::path& log, std::uint64_t begin,
                                    std::string_view text, std::size_t limit);

}  // namespace handfast::broker
