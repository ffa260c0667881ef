#include "core/tls/native/engine.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include "core/tls/native/handshake.hpp"
#include "core/tls/native/native_client.hpp"
#include "core/tls/native/supports.hpp"
#include "core/tls/peer_check.hpp"
#include "core/tls/strict.hpp"

namespace handfast::tls::native {

Shared::Shared(const ClientSettings& settings)
    : verify(settings.verify),
      check_host(settings.check_host),
      server_name_indication(settings.server_name_indication),
      keep_sessions(settings.keep_sessions),
      suites_chosen(!settings.cipher_suites.empty()),
      key_log(settings.key_log),
      wall_clock(settings.wall_clock),
      hello(common_hello(settings)),
      key_shares(settings.key_mode, settings.key_pool_size) {}

Shared::~Shared() = default;

std::unique_ptr<Handshake> Shared::take_handshake() {
  if (idle_handshakes_.empty()) return std::make_unique<Handshake>(*this);
  auto handshake = std::move(idle_handshakes_.back());
  idle_handshakes_.pop_back();
  return handshake;
}

void Shared::give_back(std::unique_ptr<Handshake> handshake) {
  // As many as a burst of connections may have open; the rest is memory that idle fleets want.
  constexpr std::size_t most_idle = 64;
  handshake->reset();
  if (idle_handshakes_.size() < most_idle) idle_handshakes_.push_back(std::move(handshake));
}

Result<std::unique_ptr<NativeEngine>> NativeEngine::make(const ClientSettings& settings) {
  ERR_clear_error();
  std::unique_ptr<NativeEngine> engine(new NativeEngine(settings));
  if (!engine->shared_.records.usable()) {
    return openssl_problem(ProblemKind::internal, "libcrypto lacks a cipher of TLS 1.3");
  }
  auto chain = ChainJudge::make(settings);
  if (!chain) return chain.error();
  engine->shared_.chain = std::move(*chain);
  return engine;
}

Result<std::unique_ptr<Client>> NativeEngine::make_client(const ConnectionSettings& settings) {
  return NativeClient::make(shared_, settings);
}

std::string NativeEngine::name() const {
  std::string keys;
  if (shared_.key_shares.mode() != KeyMode::fresh) {
    keys = fmt::format(", key {}", to_string(shared_.key_shares.mode()));
  }
  return fmt::format("native TLS 1.3 ({}{})", openssl_version(), keys);
}

std::vector<Trick> NativeEngine::tricks() const {
  const auto& chain = *shared_.chain;
  const auto& keys = shared_.key_shares;
  return {{.name = "certificate cache",
           .on = chain.caches_certificates(),
           .hits = chain.certificates().hits(),
           .misses = chain.certificates().misses()},
          {.name = "verified-chain cache",
           .on = shared_.verify && chain.remembers_chains(),
           .hits = chain.chains().hits(),
           .misses = chain.chains().misses()},
          {.name = "key pool",
           .on = keys.mode() == KeyMode::pool,
           .hits = keys.mode() == KeyMode::pool ? keys.reused() : 0,
           .misses = keys.mode() == KeyMode::pool ? keys.generated() : 0},
          {.name = "key batch",
           .on = keys.mode() == KeyMode::batch,
           .hits = keys.mode() == KeyMode::batch ? keys.reused() : 0,
           .misses = keys.mode() == KeyMode::batch ? keys.generated() : 0}};
}

}  // namespace handfast::tls::native

namespace handfast::tls {

Result<std::unique_ptr<Engine>> make_native_engine(const ClientSettings& settings) {
  if (auto supported = native_supports(settings); !supported) return supported.error();
  auto restricted = settings.strict ? strict_settings(settings) : settings;
  if (!restricted) return restricted.error();
  auto engine = native::NativeEngine::make(*restricted);
  if (!engine) return engine.error();
  return std::unique_ptr<Engine>(std::move(*engine));
}

}  // namespace handfast::tls
