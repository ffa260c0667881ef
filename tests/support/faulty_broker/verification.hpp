// How a listener judges client certificates: libssl's verifier, and what the defects make of it.
#pragma once

#include "tests/support/faulty_broker/tls_context.hpp"

namespace handfast::test::faulty {

/// Installs verifier, anchors and revocation lists of `context` in its SSL_CTX. `context` must stay
/// where it is while the SSL_CTX lives.
Result<void> set_up_verification(TlsContext& context, bool over_websocket);

}  // namespace handfast::test::faulty
