// Certificate and CertificateRequest (RFC 8446 sections 4.4.2 and 4.3.2).
//
//     struct { opaque cert_data<1..2^24-1>; Extension extensions<0..2^16-1>; } CertificateEntry;
//     struct { opaque certificate_request_context<0..2^8-1>;
//              CertificateEntry certificate_list<0..2^24-1>; } Certificate;
//     struct { opaque certificate_request_context<0..2^8-1>;
//              Extension extensions<2..2^16-1>; } CertificateRequest;
#pragma once

#include <vector>

#include "core/tls/identity.hpp"
#include "core/tls/native/extensions.hpp"

namespace handfast::tls::native {

/// Views the message it was read from.
struct CertificateList {
  std::vector<ByteView> der;  ///< leaf first; never empty
  ByteView ocsp_response;     ///< of the leaf; empty: none
};

/// The server's Certificate. `out` is reused.
Checked<void> read_certificate(ByteView body, const OfferedExtensions& offered,
                               CertificateList& out);

/// The signature schemes of a CertificateRequest, as they stand there. Reads them into `schemes`.
Checked<void> read_certificate_request(ByteView body, std::vector<std::uint16_t>& schemes);

/// Appends the client's Certificate message; an empty identity gives an empty list.
void put_certificate(const Identity& identity, Bytes& out);

}  // namespace handfast::tls::native
