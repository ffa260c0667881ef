// Certificate signing requests (PKCS#10, RFC 2986): making them, reading what they ask, and issuing
// from them with an account of what was kept and dropped.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

using RequestPtr = tls::OpensslPtr<X509_REQ, X509_REQ_free>;

/// What a request asks for.
struct RequestSpec {
  Subject subject;
  std::vector<AltName> names;
  Usages usages;  ///< requested extensions; empty: none
  bool ca = false;
  SignatureOptions signature;
};

/// Makes a request for `key`, signed with it (proof of possession).
Result<RequestPtr> make_request(const RequestSpec& spec, EVP_PKEY* key);

/// Usage problem when the request's signature is not by the key in it.
Result<void> check_possession(X509_REQ* request);

/// The usages that a request asks for in its extensionRequest attribute.
Usages usages_of(const X509_REQ* request);

std::string request_pem(const X509_REQ* request);  ///< one block, one final newline

/// What may be taken over from a request besides its subject and key.
enum class CopyPart : std::uint8_t {
  san,     ///< subjectAltName
  usages,  ///< key usage and extended key usage, as far as the profile lets them through
};
/// "san" or "usages"; usage problem with a suggestion for anything else.
Result<CopyPart> parse_copy_part(std::string_view text);

struct SignedRequest {
  tls::CertificatePtr certificate;
  std::vector<std::string> kept;     ///< "subjectAltName", "digitalSignature"
  std::vector<std::string> dropped;  ///< asked for, but not in the certificate
  std::vector<std::string> added;    ///< not asked for
};

/// Issues a certificate from a request after checking proof of possession. `spec` is the CA's side:
/// profile, period, publication, path length; its subject and names are used only when the request
/// has none. A request never makes a CA: only the profile does.
Result<SignedRequest> sign_request(X509_REQ* request, CertificateSpec spec,
                                   const std::set<CopyPart>& copy, const Issuer& issuer);

}  // namespace handfast::pki
