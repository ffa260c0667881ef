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

/// A first connection on `listener`, then `play` with its session and the same engine. Left out
/// when the broker gives no session.
Move after_first(std::string what, tls::Version version, std::string listener, std::string identity,
                 const WithSession& play);

}  // namespace handfast::check::tls_protocol
