// Brokers that outlive the program that started them (`handfast broker up`), and the file by which
// a later call finds them again.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"

namespace handfast::broker {

/// What a user's client needs; empty paths where there is nothing to show.
struct ClientFiles {
  std::filesystem::path trust;        ///< PEM anchors
  std::filesystem::path certificate;  ///< PEM chain to send to two-way listeners
  std::filesystem::path key;

  bool operator==(const ClientFiles&) const = default;
};

/// A detached broker, as broker.json in its directory says.
struct State {
  std::string driver;
  std::string version;
  pid_t pid = -1;
  std::uint64_t start_ticks = 0;  ///< stats::process_start: the pid may have passed to another one
  /// What runs beside it: pid and start_ticks.
  std::vector<std::pair<pid_t, std::uint64_t>> companions{};
  std::vector<Listener> listeners;
  std::filesystem::path configuration;
  std::filesystem::path log_file;
  ClientFiles client;
};

std::string to_json(const State& state);
/// Environment problem naming `where` and the field for anything but to_json's output.
Result<State> parse_state(std::string_view json, const std::string& where);

/// The broker that runs in `directory`; nullopt when none does (any more). Environment problem when
/// broker.json cannot be understood.
Result<std::optional<State>> find_running(const std::filesystem::path& directory);

/// Starts a broker that outlives us and records it in settings.directory. Problems as `start`, and
/// environment problem when one runs in that directory already.
Result<State> start_detached(std::string_view driver, const Settings& settings,
                             const ClientFiles& client);

/// Stops the broker of `directory`, if it runs, with its companions, and removes broker.json;
/// `grace` as in Broker::stop. What was stopped; nullopt when none ran.
Result<std::optional<State>> stop_detached(const std::filesystem::path& directory,
                                           Nanos grace = Nanos(0));

}  // namespace handfast::broker
