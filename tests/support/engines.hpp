// The engines behind the TLS client seam, for tests that hold for each of them.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "core/tls/client.hpp"

namespace handfast::test {

struct TestedEngine {
  std::string_view name;
  Result<std::unique_ptr<tls::Engine>> (*make)(const tls::ClientSettings&);
};

/// libssl, the reference, comes first.
inline constexpr std::array engine_kinds{
    TestedEngine{"libssl", tls::make_libssl_engine},
    TestedEngine{"native", tls::make_native_engine},
};

}  // namespace handfast::test
