// What a server asks of its clients' certificates: the content of its CertificateRequest
// (RFC 8446 section 4.3.2, RFC 5246 section 7.4.4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/tls/client.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

struct CertificateRequest {
  std::vector<std::uint16_t> schemes;  ///< signature_algorithms, and signature_algorithms_cert
  std::vector<Bytes> authorities;      ///< DER of distinguished names, in their order
};

/// Reads the body of the message. Environment problem for bytes that are none.
Result<CertificateRequest> parse_certificate_request(ByteView body, tls::Version version);

/// Connects with that version alone and without a certificate, and reads the request; what becomes
/// of the connection does not count. Environment problem when none came in time.
Result<CertificateRequest> fetch_certificate_request(const Endpoint& endpoint, tls::Version version,
                                                     const Timeouts& timeouts);

}  // namespace handfast::probe
