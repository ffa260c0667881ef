// Sessions and connections that outlive what allowed them: the client's certificate expires, is
// revoked, or its anchor is no longer trusted (groups A, C and E).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> outlived_specs();

// What the drives call their steps; those about sessions begin with the version, "TLS 1.3: ".
inline constexpr std::string_view first_connection = "first connection";
inline constexpr std::string_view resumed_before = "resumption before the change";
inline constexpr std::string_view full_after = "full handshake after the change";
inline constexpr std::string_view resumed_after = "resumption after the change";
inline constexpr std::string_view live_before = "connected before the change";
inline constexpr std::string_view live_after = "the same connection after the change";

// The judges, pure.
/// A session must not be worth more than a full handshake: where that is rejected after the change,
/// the resumption must be too. Left out, with a fixed token, where the broker gave no session
/// ("no-session-given"), resumed none ("not-resumed"), or rejects no full handshake either
/// ("full-handshake-accepted", which is another row's matter).
Judgement judge_outlived_session(Level level, const ScriptEvidence& evidence,
                                 std::span<const std::uint8_t> alerts);
/// Records whether the connection was kept. That a fresh handshake is rejected afterwards is a
/// must where `fresh_is_must`, else only what gives the record its meaning.
Judgement judge_outlived_connection(const ScriptEvidence& evidence, bool fresh_is_must);

}  // namespace handfast::check
