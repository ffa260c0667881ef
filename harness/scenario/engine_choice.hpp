// Which TLS engine a fleet gets: what it asked for, or with `engine: auto` the one that can.
#pragma once

#include <string>

#include "core/tls/engine.hpp"
#include "harness/scenario/tls_options.hpp"

namespace handfast::scenario {

struct EngineChoice {
  tls::EngineKind kind = tls::EngineKind::libssl;
  std::string why;  ///< auto: what the native engine lacks; else empty
};

/// Usage problem when engine native is asked for and lacks something of `settings`. Where libssl
/// steps in, the settings lose what is native's alone.
Result<EngineChoice> choose_engine(const TlsOptions& options, tls::ClientSettings& settings);

/// What the options say of an engine's settings, trust anchors left out; with engine native and
/// versions that nobody chose, TLS 1.3 alone.
tls::ClientSettings settings_of(const TlsOptions& options);

}  // namespace handfast::scenario
