// The extensions of a CRL and of its entries as DER.
#pragma once

#include "core/base/bytes.hpp"
#include "pki/revocation/crl.hpp"

namespace handfast::pki::detail {

/// reasonCode, invalidityDate and what the variant adds; empty when there are none. With its
/// SEQUENCE.
Bytes entry_extensions(const RevokedEntry& entry, CrlVariant variant, ByteView other_issuer);

/// The [0] element of the TBSCertList. `issuer_key_id` must not be empty.
Bytes crl_extensions(const CrlContent& content, ByteView issuer_key_id, CrlVariant variant);

/// The Name of an issuer that does not exist: "CN = handfast nobody".
Bytes nobody();

}  // namespace handfast::pki::detail
