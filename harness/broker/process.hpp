// Child processes that nobody has to clean up after: output goes to a log, the end is noticed, and
// nothing outlives us unless it is meant to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker {

enum class Lifetime {
  ours,      ///< killed with us, whatever happens to us; own process group, so Ctrl-C is ours alone
  detached,  ///< own session, outlives us and our terminal
};

struct Command {
  std::string program;                     ///< path
  std::vector<std::string> arguments;      ///< without the program itself
  std::vector<std::string> environment{};  ///< "NAME=value", set on top of our own
  std::filesystem::path directory{};       ///< to work in; empty: ours
  std::filesystem::path log;               ///< stdout and stderr are appended to it
  std::optional<User> user;                ///< to become before the program runs; needs root
  Lifetime lifetime = Lifetime::ours;
};

/// A child of ours. The destructor kills and reaps it, unless it was detached or has ended.
///
/// Lifetime::ours rests on PR_SET_PDEATHSIG, which fires when the *thread* that spawned ends: spawn
/// from a thread that lives as long as the child is wanted.
class Process {
 public:
  /// Environment problem when the log cannot be opened or the program does not run.
  static Result<Process> spawn(const Command& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  /// nullopt while it runs; how it ended afterwards. Reaps.
  std::optional<Exit> ended();
  /// SIGTERM, SIGKILL after `grace`, reaps. Idempotent.
  Result<void> stop(Nanos grace);

 private:
  Process(pid_t pid, Lifetime lifetime) : pid_(pid), lifetime_(lifetime) {}
  void reap(int status);

  pid_t pid_ = -1;
  Lifetime lifetime_ = Lifetime::ours;
  std::optional<Exit> exit_;
};

/// Ends any process (not only a child) orderly: SIGTERM, SIGKILL after `grace`; returns when it is
/// gone. `start_ticks` is its stats::process_start: a process that got the same pid later is left
/// alone. False when it did not run (any more). Environment problem when it may not be signalled.
Result<bool> stop_process(pid_t pid, std::uint64_t start_ticks, Nanos grace);

/// What `command` prints on stdout and stderr, at most 64 KiB; `command.log` is not used.
/// Environment problem when it does not run, or not end within `limit`.
Result<std::string> capture(const Command& command, Nanos limit = std::chrono::seconds(5));

/// What `program arguments...` prints.
Result<std::string> capture(const std::string& program, const std::vector<std::string>& arguments,
                            Nanos limit = std::chrono::seconds(5));

}  // namespace handfast::broker
