// Who a client is: by its certificate, where names count, else by its own word.
#pragma once

#include <optional>
#include <string>

#include "core/tls/openssl.hpp"
#include "harness/broker/broker.hpp"
#include "tests/support/faulty_broker/defects.hpp"
#include "tests/support/faulty_broker/proxy_header.hpp"

namespace handfast::test::faulty {

/// The user of a connection; nullopt: refuse it, as it has none where listeners name their users.
/// `ssl` is null without TLS, `header` empty without a PROXY header; `claimed` is the user name of
/// CONNECT.
std::optional<std::string> user_of(const broker::ListenerSettings& listener, const SSL* ssl,
                                   const ProxyHeader& header,
                                   const std::optional<std::string>& claimed,
                                   const Defects& defects);

}  // namespace handfast::test::faulty
