#include "core/tls/engine.hpp"

namespace handfast::tls {

std::string_view to_string(EngineKind kind) {
  return kind == EngineKind::native ? "native" : "libssl";
}

Result<std::unique_ptr<Engine>> make_engine(EngineKind kind, const ClientSettings& settings) {
  return kind == EngineKind::native ? make_native_engine(settings) : make_libssl_engine(settings);
}

}  // namespace handfast::tls
