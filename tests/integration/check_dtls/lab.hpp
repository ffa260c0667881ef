// Rows of the group dtls against listeners of this machine: material that is minted once, a context
// for the runner, and servers of other hands that use it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "tests/integration/dtls/peers.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// All certificates that rows of the group show or listeners of it have.
const check::Materials& dtls_materials();

/// A listener of a profile, where `endpoint` is.
broker::Listener dtls_listener(const std::string& profile, const Endpoint& endpoint);

/// What the runner plays against: `speaks` is what the descriptor's key "dtls" would say.
check::Context dtls_context(std::vector<broker::Listener> listeners, const std::string& speaks);

/// The result of one row.
reports::CheckResult play(const std::string& id, const check::Context& context);
/// "warn: no answer came ...", for INFO.
std::string told(const reports::CheckResult& result);

/// libcoap's example server of that library; two-way with `trust`.
std::unique_ptr<DtlsPeer> coap_server(const std::string& library, bool two_way);
/// The same with the key of the profile dtls-psk.
std::unique_ptr<DtlsPeer> coap_server_psk();
/// tests/support/dtls_echo.escript.
std::unique_ptr<DtlsPeer> erlang_echo(bool two_way);

}  // namespace handfast::test
