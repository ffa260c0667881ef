// A broker that runs from an export's start.sh, with everything that it started in turn.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/clock.hpp"

namespace handfast::test {

/// The script in a process group of its own. The group is ended with this object, and also when the
/// test program is killed: a guard that waits for our end of a pipe to close does it then.
class Running {
 public:
  explicit Running(const std::filesystem::path& script, const std::filesystem::path& log);
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  pid_t pid() const { return leader_; }
  void signal(int number) const;
  /// SIGTERM to the script alone, as a supervisor does it; true when the whole group was gone
  /// within `limit`.
  bool stop(Nanos limit);
  bool ended();
  std::string log() const;

 private:
  void start_guard();

  std::filesystem::path log_;
  pid_t leader_ = -1;
  pid_t guard_ = -1;
  int guard_pipe_ = -1;
  bool reaped_ = false;
};

}  // namespace handfast::test
