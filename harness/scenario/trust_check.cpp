#include "harness/scenario/trust_check.hpp"

#include <fmt/format.h>

#include <vector>

#include "core/tls/identity.hpp"
#include "core/tls/openssl.hpp"
#include "harness/probe/fetch_chain.hpp"
#include "pki/audit/verify.hpp"

namespace handfast::scenario {

namespace {

using Certificates = std::vector<tls::CertificatePtr>;

Certificates served_by(const loadgen::FleetSpec& spec) {
  Certificates out;
  const auto fetched = probe::fetch_chain(spec.endpoint, spec.server_name);
  if (!fetched) return out;
  for (const auto& der : fetched->chain()) {
    const auto* bytes = der.data();
    tls::CertificatePtr certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    if (certificate) out.push_back(std::move(certificate));
  }
  return out;
}

}  // namespace

std::string trust_gap(const Fleet& fleet, const loadgen::FleetSpec& spec) {
  if (!fleet.tls || !fleet.tls->verify || fleet.tls->psk || fleet.proxy_protocol) return {};
  Certificates anchors;
  for (auto* anchor : spec.tls.trust.anchors()) anchors.push_back(tls::up_ref(anchor));
  if (anchors.empty()) return "it has no trust anchor at all";
  if (fleet.dtls) return {};  // the probe that fetches chains speaks TLS
  const auto chain = served_by(spec);
  if (chain.empty()) return {};
  pki::VerifyOptions options;
  options.host = spec.server_name.empty() ? spec.endpoint.host : spec.server_name;
  options.purpose = pki::Purpose::server;
  options.strict = fleet.tls->strict;
  const auto verdict = pki::verify(chain, anchors, options);
  if (!verdict) return verdict.error().text();
  if (verdict->accepted()) return {};
  return fmt::format("{} ({}, {})", verdict->words, verdict->code, verdict->name);
}

}  // namespace handfast::scenario
