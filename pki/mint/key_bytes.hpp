// Private keys as the few bytes they are: reading them back this way costs 24 us instead of 450 us
// for PKCS#8.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

/// EC: scalar (fixed length, big-endian), then the uncompressed point. Ed25519 and Ed448: the seed
/// of 32 or 57 octets, then the public key. RSA: PKCS#1 RSAPrivateKey DER. All others, RSA-PSS
/// among them: PKCS#8 DER. Appends to `out`; internal problem when the key is of another type.
Result<void> encode_key(const EVP_PKEY* key, KeyType type, Bytes& out);

/// Environment problem when the bytes are no key of that type.
Result<tls::PkeyPtr> decode_key(ByteView bytes, KeyType type);

/// The subjectPublicKey bits inside what encode_key wrote; empty for types other than
/// EC, Ed25519 and Ed448.
ByteView public_bits(ByteView key_bytes, KeyType type);

/// Ed25519 or Ed448.
bool is_edwards(KeyType type);
/// RSA keys whose bytes are PKCS#1: all but RSA-PSS.
bool is_plain_rsa(KeyType type);

}  // namespace handfast::pki
