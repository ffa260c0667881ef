// Rows of connections that are each judged by themselves, as data: what is played on a wss
// connection, and what a correct broker makes of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/websocket/conversation.hpp"
#include "harness/check/websocket/verdicts.hpp"

namespace handfast::check::wss {

/// What a Step must come to.
enum class Expect {
  served,   ///< `codes`: HTTP statuses that are tolerated in its place
  refused,  ///< with one of the HTTP statuses `codes`
  closed,   ///< with one of the close codes `codes`
  either,
};

/// One connection of a row.
struct Move {
  std::string what;
  /// Plays it once TLS is done. The last note() decides what counts as accepted.
  std::function<void(Conversation&, Step&)> play;
  Expect expect = Expect::served;
  std::vector<std::uint16_t> codes{};
  /// What its Step must say besides, once it was played.
  std::vector<FactWant> facts{};
  std::optional<Level> level{};  ///< where it weighs otherwise than its row
  Options options{};
};

struct MoveRow {
  std::vector<Move> moves;
  /// Off for rows that say themselves whether a usual connection is served.
  bool twin = true;
};

ScriptEvidence drive_moves(const MoveRow& row, Bench& bench);
/// Pure.
Judgement judge_moves(const MoveRow& row, Level level, const ScriptEvidence& evidence);

/// All CheckSpecs of this group come from here: they need the capability wss and, where the plan
/// names no other, the listener wss-one.
CheckSpec wss_spec(const std::string& id, ScriptPlan plan);
CheckSpec wss_spec(const std::string& id, MoveRow row);
CheckSpec wss_spec(const std::string& id, Move move);

/// `play` on an open WebSocket; without one its stimulus is not sent.
std::function<void(Conversation&, Step&)> when_open(std::function<void(Conversation&, Step&)> play);

/// A connection of the probe client before or behind what a row does, as a Step of its own.
Step control(Bench& bench, std::string what);

// The rows by theme.
std::vector<CheckSpec> upgrade_rows();
std::vector<CheckSpec> request_rows();
std::vector<CheckSpec> frame_rows();
std::vector<CheckSpec> violation_rows();
std::vector<CheckSpec> control_rows();
std::vector<CheckSpec> length_rows();
std::vector<CheckSpec> deflate_rows();
std::vector<CheckSpec> wss_rows();

}  // namespace handfast::check::wss
