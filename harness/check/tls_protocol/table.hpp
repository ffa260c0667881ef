// Rows of several steps that are each judged by themselves, as data: what is played, and what a
// correct broker makes of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/row.hpp"
#include "harness/check/script.hpp"
#include "harness/check/tls_protocol/hello_row.hpp"
#include "harness/check/tls_protocol/talk.hpp"

namespace handfast::check::tls_protocol {

/// What a Step must come to.
enum class Expect {
  accept,
  reject,             ///< alerts as in Move::alerts
  no_access,          ///< the same, or a CONNACK that refuses
  reject_or_serve,    ///< served, or refused with an alert: what must not be is a hang or a bare
                      ///< close
  reject_or_silence,  ///< DTLS: where an alert may be lost, its lack says nothing
  either,
  any,  ///< only the facts count
};

/// One connection of a row.
struct Move {
  std::string what;
  /// Plays it; a problem of ours goes into the evidence.
  std::function<Step(Bench&, ScriptEvidence&)> play;
  Expect expect = Expect::accept;
  std::vector<std::uint8_t> alerts{};  ///< of a rejection: specified first; none: any end will do
  std::optional<Level> level{};        ///< where it weighs otherwise than its row
  /// The version without which it means nothing: a hello of this kind is asked before.
  std::optional<probe::HelloBase> needs{};
  /// What its Step must say besides, once its outcome is the expected one.
  std::vector<FactWant> facts{};
};

struct MoveRow {
  std::vector<Move> moves;
  std::vector<std::string> listeners{"one"};
  std::string identity{};
};

ScriptEvidence drive_moves(const MoveRow& row, Bench& bench);
/// Pure. Moves whose version is not spoken are left out, as judge_hello() does.
Judgement judge_moves(const MoveRow& row, Level level, const ScriptEvidence& evidence);

/// A Step that was not played because the row does not apply to this broker; `token` is fixed.
Step left_out(std::string token);

/// The whole way to PINGRESP with these options.
std::function<Step(Bench&, ScriptEvidence&)> whole(std::string what, TalkOptions options);
/// Opens a connection and gives it to `play`, whose Step is the result.
Step with_talk(Bench& bench, ScriptEvidence& evidence, const std::string& what, TalkOptions options,
               const std::function<void(Talk&, Step&)>& play);

}  // namespace handfast::check::tls_protocol
