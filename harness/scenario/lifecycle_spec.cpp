#include "harness/scenario/lifecycle_spec.hpp"

namespace handfast::scenario {

namespace {

using IdentitySource = std::function<Result<tls::Identity>(std::uint64_t)>;

/// A fleet of the PKI by its clients, an identity or fault for all of them.
Result<IdentitySource> source_of(const std::string& name, const pki::Pki& pki) {
  if (auto pack = pki.fleet(name)) {
    return IdentitySource([pack = std::move(*pack)](std::uint64_t index) {
      return pack->identity(index % pack->count());
    });
  }
  auto identity = pki.identity(name);
  if (!identity) return identity.error();
  return IdentitySource(
      [identity = std::move(*identity)](std::uint64_t) { return Result<tls::Identity>(identity); });
}

}  // namespace

Result<void> set_lifecycle(const Fleet& fleet, const std::optional<pki::Pki>& pki,
                           loadgen::FleetSpec& spec) {
  const auto& options = fleet.lifecycle;
  spec.close = options.close;
  spec.reconnect = options.reconnect;
  spec.takeover = options.takeover.value_or(loadgen::Takeover{});
  spec.half_open = options.half_open;
  spec.slow_handshake = options.slow_handshake;
  if (!options.bad_chains || !pki) return {};
  auto source = source_of(options.bad_chains->identity, *pki);
  if (!source) return source.error();
  spec.bad_chains = loadgen::BadChains{.share = options.bad_chains->share,
                                       .identity = std::move(*source),
                                       .expect = options.bad_chains->expect};
  return {};
}

}  // namespace handfast::scenario
