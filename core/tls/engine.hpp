// Which TLS engine stands behind the seam of core/tls/client.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/tls/client.hpp"

namespace handfast::tls {

enum class EngineKind : std::uint8_t {
  libssl,  ///< the reference
  native,  ///< our own TLS 1.3 client (core/tls/native)
};
std::string_view to_string(EngineKind kind);  ///< "libssl"

/// Usage problem for settings that this engine cannot follow.
Result<std::unique_ptr<Engine>> make_engine(EngineKind kind, const ClientSettings& settings);

}  // namespace handfast::tls
