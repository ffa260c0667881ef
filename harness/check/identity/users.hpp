// Which user a broker takes a client for, found out by what the client may do: `user/NAME/...` is
// for the user NAME alone (broker::Settings::user_topics). A broker's own word, in its log, is
// asked only where a name cannot stand in a topic.
#pragma once

#include <string>
#include <vector>

#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::identity {

/// Values of the fact "user" besides names.
inline constexpr const char* no_session = "no session";
inline constexpr const char* somebody_else = "somebody else";

/// Connects once for each of `candidates` until one of them turns out to be the user: a broker may
/// end the connection of a client that tries what is not its own. The Step is that of the first
/// connection that was not served, else of the last; its fact "user" is a candidate, `no_session`
/// or `somebody_else`.
Step who_is(Bench& bench, ScriptEvidence& evidence, const tls_protocol::TalkOptions& options,
            const std::vector<std::string>& candidates);

/// True when the client may write and read below user/NAME/.
bool owns_topics_of(tls_protocol::Talk& talk, const std::string& name);

/// One connection whose user is read from the broker's log. Left out when there is none.
Step who_is_by_log(Bench& bench, ScriptEvidence& evidence, tls_protocol::TalkOptions options,
                   const std::vector<std::string>& candidates);

/// How `driver` words in its log that a client has the user `name`; the quoted name when we do not
/// know.
std::string user_line(const std::string& driver, const std::string& name);

/// "somebody else", "user dev-1": the fact in words, for a Step's detail.
std::string user_text(const std::string& user);

}  // namespace handfast::check::identity
