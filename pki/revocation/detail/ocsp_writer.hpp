// An OCSPResponse put together and signed (RFC 6960 section 4.2).
#pragma once

#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/detail/ocsp_request.hpp"
#include "pki/revocation/detail/signer.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::pki::detail {

/// responseStatus (section 4.2.1); 4 is not used.
enum class OcspStatus : std::uint8_t {
  successful = 0,
  malformed_request = 1,
  internal_error = 2,
  try_later = 3,
  undefined = 4,
  signature_required = 5,
  unauthorized = 6,
};
std::string_view to_string(OcspStatus status);  ///< "tryLater"

/// A signer with what its answers always have.
struct SigningParty {
  Signer signer;
  Bytes responder_id;
  Bytes certificates;  ///< the [0] element; empty: none
};
SigningParty signing_party(Signer signer, const OcspSigner& from, bool direct, bool name_by_key);

struct PlannedAnswer {
  CertId id;
  SingleStatus status;
};
struct PlannedResponse {
  std::vector<PlannedAnswer> answers;
  std::optional<Bytes> nonce;
};

/// A response without a body.
Bytes status_response(OcspStatus status);
/// The status that a variant puts in place of any answer; nothing for the others.
std::optional<OcspStatus> status_of(OcspVariant variant);

Result<Bytes> signed_response(const PlannedResponse& plan, const SigningParty& party,
                              const OcspOptions& options, WallTime now, OcspVariant variant);

}  // namespace handfast::pki::detail
