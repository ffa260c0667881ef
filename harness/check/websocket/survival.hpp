// Rows about what a stimulus costs the broker: memory and service. Their controls are part of what
// is judged: one that is lost to the stimulus fails the row instead of making it inconclusive.
#pragma once

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

/// The broker's resident memory in bytes; nullopt when its process is not ours to look at.
std::optional<std::uint64_t> resident_bytes(Bench& bench);
/// Facts "memory": steady, grown (by more than 64 MiB since `before`), not visible; and by how
/// much.
void note_growth(Step& step, std::optional<std::uint64_t> before, Bench& bench);
/// nullopt unless memory has grown.
std::optional<Judgement> judge_growth(Level level, const Step& step);

}  // namespace handfast::check::wss
