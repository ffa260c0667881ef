// Asking a responder over HTTP, as a monitor of revocation does: one question, one deadline.
#pragma once

#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/revocation/ocsp_query.hpp"

namespace handfast::responder {

struct FetchedBody {
  unsigned status = 0;
  std::string content_type;
  Bytes body;
};

/// POSTs an OCSP request to an http:// URL. Environment problem when no answer comes within
/// `limit`, naming the URL; any HTTP status is an answer.
Result<FetchedBody> post_ocsp(const std::string& url, ByteView request, Nanos limit);
/// GETs a CRL or certificate.
Result<FetchedBody> fetch(const std::string& url, Nanos limit);

struct OcspCheck {
  std::string url;  ///< empty: the first that the certificate names
  Nanos limit = std::chrono::seconds(10);
  X509* designated = nullptr;  ///< only this responder counts
  bool nonce = true;
};
struct OcspOutcome {
  std::string url;  ///< whom we asked
  pki::OcspVerdict verdict;
};
/// Asks for one certificate and judges the answer as of `now`. Usage problem when there is no URL,
/// environment problem when no answer comes; what is wrong with an answer is in the verdict.
Result<OcspOutcome> check_ocsp(const X509* certificate, X509* issuer, const OcspCheck& check,
                               WallTime now);

}  // namespace handfast::responder
