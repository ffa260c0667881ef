#include "harness/check/status/staple.hpp"

#include "core/tls/openssl.hpp"
#include "pki/revocation/ocsp_query.hpp"

namespace handfast::check {

namespace {

tls::CertificatePtr certificate_of(const Bytes& der) {
  const auto* at = der.data();
  return tls::CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace

std::string staple_text(ByteView staple, const std::vector<Bytes>& chain, WallTime at) {
  if (staple.empty()) return std::string(no_staple);
  if (chain.size() < 2) return "nobody to check it with";
  const auto leaf = certificate_of(chain[0]);
  const auto issuer = certificate_of(chain[1]);
  if (!leaf || !issuer) return "nobody to check it with";
  const auto query = pki::make_ocsp_query(leaf.get(), issuer.get(), false);
  if (!query) return query.error().text();
  // Our clock is the responder's.
  const auto verdict =
      pki::judge_ocsp_answer(staple, *query, {.issuer = issuer.get(), .skew = Nanos(0)}, at);
  if (!verdict.status) return verdict.refusal;
  if (verdict.next_update && *verdict.next_update < at) return "the answer has ended";
  return to_string(*verdict.status);
}

}  // namespace handfast::check
