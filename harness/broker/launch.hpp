// From settings to a broker that accepts connections; what `start` and `handfast broker up` share.
#pragma once

#include <cstdint>
#include <filesystem>
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
  Process process;
  std::string version;
  std::vector<Listener> listeners;  ///< without the auxiliary ones
  std::filesystem::path configuration;
  std::filesystem::path log_file;
  std::uint64_t log_begin = 0;  ///< size of the log file before
};

/// Problems as `start`; when it fails nothing is left running.
Result<Launched> launch(const Driver& driver, const Settings& settings, Lifetime lifetime);

struct Readiness {
  std::vector<Listener> listeners;
  std::filesystem::path log;
  std::uint64_t log_begin = 0;
  std::string ready_text;  ///< as in Driver
  Nanos limit = std::chrono::seconds(10);
};

/// Waits until each listener accepts connections and belongs to `process`, and the log has the line
/// that it is up. Environment problem with the last log lines when the process ends first or the
/// limit passes.
Result<void> await_ready(Process& process, const Readiness& readiness);

/// The lines of a log file from byte `begin` on that contain `text`: the first `limit` of them.
std::vector<std::string> lines_with(const std::filesystem::path& log, std::uint64_t begin,
                                    std::string_view text, std::size_t limit);

}  // namespace handfast::broker
