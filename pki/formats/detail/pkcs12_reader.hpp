// PKCS#12 (RFC 7292): password integrity, password privacy; nested safes, friendly names.
#pragma once

#include <openssl/pkcs12.h>

#include "pki/formats/credentials.hpp"
#include "pki/formats/detail/stored_keys.hpp"

namespace handfast::pki::detail {

using Pkcs12Ptr = tls::OpensslPtr<PKCS12, PKCS12_free>;

/// The dotted name of Java's bag attribute "this is a trust anchor".
inline constexpr const char* java_trusted_key_usage = "2.16.840.1.113894.746875.1.1";

/// Without a passphrase the two kinds of an empty one are tried; what then stays closed becomes a
/// CredentialKind::locked_store. `store` is not changed.
Result<CredentialFile> read_pkcs12(PKCS12* store, FileReading& reading);

}  // namespace handfast::pki::detail
