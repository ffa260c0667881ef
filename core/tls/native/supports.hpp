// From settings to what every ClientHello of an engine has in common.
#pragma once

#include "core/tls/client.hpp"
#include "core/tls/native/client_hello.hpp"

namespace handfast::tls::native {

/// The common part of the ClientHello. `settings` passed native_supports().
ClientHello common_hello(const ClientSettings& settings);

}  // namespace handfast::tls::native
