// What a listener makes of a ClientHello, its tickets and its application protocols.
#pragma once

#include "tests/support/faulty_broker/tls_context.hpp"

namespace handfast::test::faulty {

/// Installs the callbacks of `context` in its SSL_CTX. `context` must stay where it is.
void set_up_hello(TlsContext& context, bool over_websocket);

}  // namespace handfast::test::faulty
