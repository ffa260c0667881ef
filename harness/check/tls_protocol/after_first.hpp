// What comes after a first connection: its session, and a client that offers it again.
#pragma once

#include <functional>
#include <string>

#include "harness/check/tls_protocol/table.hpp"
#include "harness/probe/sessions.hpp"

namespace handfast::check::tls_protocol {

/// What a row does with the session of a first connection. `options` hold the engine that made it.
using WithSession = std::function<Step(Bench&, ScriptEvidence&, TalkOptions options,
                                       const probe::SessionHandle& session)>;

/// A first connection with `options` under `version`, then `play` with its session. Left out when
/// the broker gives none.
Step session_then(Bench& bench, ScriptEvidence& evidence, tls::Version version, TalkOptions options,
                  const WithSession& play);

/// A first connection on `listener`, then `play` with its session and the same engine. Left out
/// when the broker gives no session.
Move after_first(std::string what, tls::Version version, std::string listener, std::string identity,
                 const WithSession& play);

}  // namespace handfast::check::tls_protocol
