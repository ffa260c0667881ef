// Keys for what is wrong on purpose: one per type and process where making them is slow, and keys
// that pretend to belong to somebody else's certificate.
#pragma once

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

/// The process's one key of this type, made at the first call (RSA-2048 costs 0.1 s, DSA a second).
/// `number` tells several of a type apart. Thread-safe.
Result<tls::PkeyPtr> pooled_key(KeyType type, int number = 0);

/// A new key of the same type and size as `key`.
Result<tls::PkeyPtr> key_like(const EVP_PKEY* key);

/// A key whose public half is that of `owner` and whose private half is not: every consistency
/// check that compares public halves passes, and every signature is wrong. EC and RSA only; usage
/// problem for others.
Result<tls::PkeyPtr> impostor_key(const EVP_PKEY* owner);

}  // namespace handfast::pki
