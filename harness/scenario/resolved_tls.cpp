// How a fleet's TLS is written out again.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario::detail {

namespace {

std::string resumption(const loadgen::Resumption& asked) {
  if (!asked.on()) return "none";
  const auto* kind = asked.kind == loadgen::ResumptionKind::tickets ? "tickets" : "session-ids";
  return flow({fmt::format("kind: {}", kind), fmt::format("share: {:.10g}%", asked.share * 100),
               fmt::format("early_data: {:.10g}%", asked.early_data_share * 100)});
}

std::string psk(const PskOptions& psk) {
  if (!psk.file.empty()) return flow({"file: " + scalar(psk.file.string())});
  return flow({"identity: " + scalar(psk.identity), "key: " + scalar(hidden)});
}

std::string_view name(EngineWish engine) {
  if (engine == EngineWish::automatic) return "auto";
  return engine == EngineWish::native ? "native" : "libssl";
}

std::string versions(const TlsOptions& tls) {
  std::vector<std::string> names;
  if (tls.min_version == tls::Version::tls1_2) names.emplace_back("1.2");
  if (tls.max_version == tls::Version::tls1_3) names.emplace_back("1.3");
  return "[" + join(names, ", ") + "]";
}

}  // namespace

std::string tls_section(const TlsOptions& tls) {
  std::vector<std::string> parts{fmt::format("engine: {}", name(tls.engine))};
  if (tls.engine != EngineWish::libssl) {
    parts.push_back(fmt::format("key_shares: {}", to_string(tls.key_shares)));
    parts.push_back(fmt::format("shadow: {:.10g}%", tls.shadow * 100));
  }
  // Versions that nobody chose follow from the engine.
  const bool dtls = tls.max_version == tls::Version::dtls1_2;
  if (!dtls && (tls.versions_chosen || tls.engine == EngineWish::libssl))
    parts.push_back("versions: " + versions(tls));
  const auto add = [&](std::string_view key, const std::vector<std::string>& names) {
    if (!names.empty()) parts.push_back(fmt::format("{}: {}", key, list(names)));
  };
  add("groups", tls.groups);
  add("cipher_suites", tls.cipher_suites);
  add("ciphers", tls.ciphers);
  add("signature_algorithms", tls.signature_algorithms);
  add("alpn", tls.alpn);
  if (tls.psk) parts.push_back("psk: " + psk(*tls.psk));
  parts.push_back("resumption: " + resumption(tls.resumption));
  add("trust", tls.trust);
  if (tls.partial_chain) parts.emplace_back("partial_chain: true");
  if (!tls.server_name.empty()) parts.push_back("server_name: " + scalar(tls.server_name));
  if (!tls.sni) parts.emplace_back("sni: false");
  parts.push_back(fmt::format("verify: {}", tls.verify));
  parts.push_back(fmt::format("verify_every_time: {}", tls.verify_every_time));
  parts.push_back(fmt::format("certificate_cache: {}", tls.certificate_cache));
  if (tls.strict) parts.emplace_back("strict: true");
  return "    tls: " + flow(parts) + "\n";
}

}  // namespace handfast::scenario::detail
