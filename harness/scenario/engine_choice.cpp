#include "harness/scenario/engine_choice.hpp"

#include "core/tls/client.hpp"
#include "core/tls/group_wishes.hpp"

namespace handfast::scenario {

namespace {

Result<void> native_fits(const TlsOptions& options, const tls::ClientSettings& settings) {
  // Nobody may lose a server of TLS 1.2 because another engine was faster.
  if (options.engine == EngineWish::automatic && settings.min_version != tls::Version::tls1_3)
    return usage_problem("the versions allow TLS 1.2");
  return tls::native_supports(settings);
}

}  // namespace

Result<EngineChoice> choose_engine(const TlsOptions& options, tls::ClientSettings& settings) {
  if (options.engine == EngineWish::libssl) return EngineChoice{};
  auto fits = native_fits(options, settings);
  if (fits) return EngineChoice{tls::EngineKind::native, {}};
  if (options.engine == EngineWish::automatic) {
    settings.key_mode = tls::KeyMode::fresh;
    return EngineChoice{tls::EngineKind::libssl, fits.error().message};
  }
  auto problem = fits.error();
  if (problem.hint.empty()) problem.hint = "engine: auto goes to libssl for what native lacks";
  return problem;
}

tls::ClientSettings settings_of(const TlsOptions& options) {
  const bool native = options.engine == EngineWish::native;
  return {.verify = options.verify,
          .partial_chain = options.partial_chain,
          .strict = options.strict,
          .min_version =
              native && !options.versions_chosen ? tls::Version::tls1_3 : options.min_version,
          .max_version = options.max_version,
          .groups = tls::available_groups(options.groups),
          .cipher_suites = options.cipher_suites,
          .ciphers = options.ciphers,
          .signature_algorithms = options.signature_algorithms,
          .alpn = options.alpn,
          .server_name_indication = options.sni,
          .certificate_cache = options.certificate_cache,
          .verify_every_time = options.verify_every_time,
          .key_mode = options.key_shares};
}

}  // namespace handfast::scenario
