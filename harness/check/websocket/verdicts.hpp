// The verdicts of this group (chain-cases.md 1.1 and 1.2): HTTP statuses and close codes stand
// where other groups have alerts.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"

namespace handfast::check::wss {

using tls_protocol::fact;
using tls_protocol::FactWant;
using tls_protocol::find_step;
using tls_protocol::judge_circumstances;
using tls_protocol::judge_fact;
using tls_protocol::judge_single;
using tls_protocol::Part;
using tls_protocol::worst_of;

/// "reject: HTTP 404 Not Found", "reject: close frame 1002 protocol_error", "reject: fin"
std::string web_sentence(const Step& step);

/// HTTP statuses or close codes: the specified one first, then those that are tolerated.
using Codes = std::span<const std::uint16_t>;

/// `step` must be an acceptance; an HTTP refusal with one of `tolerated` is one too. A hang is the
/// contrary outcome.
Judgement judge_served(Level level, const Step& step, Codes tolerated = {});

/// The request must be refused with one of `statuses`. 101 is the contrary outcome, whatever comes
/// behind it; a close without an HTTP answer, another status and a hang are `warn`.
Judgement judge_refused(Level level, const Step& step, Codes statuses);

/// The connection must be ended, with a close frame of one of `codes`. A connection that is left
/// open and silent, and one that ends without such a close frame, are `warn`.
Judgement judge_closed(Level level, const Step& step, Codes codes);

/// Both are legitimate: `info`, and what was seen.
Judgement judge_recorded(const Step& step);

Judgement web_contrary(Level level, const Step& step, std::string reason);
/// `pass`, or `info` at the level `may`.
Judgement web_in_order(Level level, const Step& step, std::string reason);

}  // namespace handfast::check::wss
