// How a connection that ended becomes part of a transcript: who closed it, and how.
#pragma once

#include "harness/probe/detail/link.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe::detail {

/// Fills in close kind and detail of a rejection; turns it into not-sent when our own settings
/// ended the connection. In order of what tells most: the peer's alert, our own, broken TLS,
/// close_notify, reset, FIN.
void classify_end(Transcript& transcript, const Link& link);

/// Copies what the TLS client knows; decides not-sent when it withheld the identity's certificate.
void note_tls(Transcript& transcript, const Link& link, bool has_identity);

}  // namespace handfast::probe::detail
