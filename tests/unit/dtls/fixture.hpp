// What every DTLS test begins with.
#pragma once

#include <memory>

#include "core/tls/client.hpp"
#include "tests/support/manual_time.hpp"
#include "tests/support/mint.hpp"
#include "tests/unit/dtls/bench.hpp"

namespace handfast::test {

inline std::unique_ptr<tls::Engine> dtls_engine(tls::ClientSettings settings = {}) {
  settings.min_version = settings.max_version = tls::Version::dtls1_2;
  if (settings.trust.empty()) settings.trust = test_pki().trust();
  settings.datagrams.clock = ManualTime::now;
  return tls::make_libssl_engine(settings).value();
}

inline std::unique_ptr<tls::Client> dtls_client(tls::Engine& engine,
                                                const tls::ConnectionSettings& settings = {
                                                    .host = "localhost"}) {
  return engine.make_client(settings).value();
}

inline DtlsServerOptions dtls_server() { return {.identity = test_pki().server_identity()}; }

}  // namespace handfast::test
