// Rows about what a stimulus costs the broker: memory and service. Their controls are part of what
// is judged: one that is lost to the stimulus fails the row instead of making it inconclusive.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "harness/check/websocket/table.hpp"

namespace handfast::check::wss {

struct Survival {
  std::string what;
  std::function<void(Conversation&, Step&, Bench&)> play;
  /// Of the stimulus; pure.
  std::function<Judgement(Level, const Step&)> judge;
};

CheckSpec wss_spec(const std::string& id, Survival row);

ScriptEvidence drive_survival(const Survival& row, Bench& bench);
/// Pure.
Judgement judge_survival(const Survival& row, Level level, const ScriptEvidence& evidence);

/// The broker's resident memory, looked at now and then.
class MemoryWatch {
 public:
  /// Does nothing where the process is not ours to look at.
  explicit MemoryWatch(pid_t pid) : pid_(pid), before_(resident_bytes()) {}

  void look();
  /// Facts "memory": steady, grown (by more than 64 MiB at its highest), not visible; and by how
  /// much.
  void note(Step& step);

 private:
  std::uint64_t resident_bytes() const;  ///< 0: not visible

  pid_t pid_;
  std::uint64_t before_;
  std::uint64_t highest_ = 0;
};
/// nullopt unless memory has grown.
std::optional<Judgement> judge_growth(Level level, const Step& step);

}  // namespace handfast::check::wss
