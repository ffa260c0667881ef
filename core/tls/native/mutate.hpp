// How a mutation (core/tls/mutation.hpp) changes what goes out. Each function leaves alone what its
// mutation does not concern.
#pragma once

#include <openssl/evp.h>

#include <span>

#include "core/tls/mutation.hpp"
#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/registry.hpp"

namespace handfast::tls::native {

/// Before it is encoded.
void mutate_hello(Mutation mutation, ClientHello& hello);
/// legacy_record_version of the first record.
std::uint16_t mutated_record_version(Mutation mutation, std::uint16_t version);

/// A whole Certificate message with at least one entry.
void mutate_certificate(Mutation mutation, Bytes& message);
/// The scheme to sign with; `asked` are those of CertificateRequest.
const Scheme* mutated_scheme(Mutation mutation, const Scheme* scheme, const EVP_PKEY* key);
/// A whole CertificateVerify message.
void mutate_verify(Mutation mutation, Bytes& message, std::span<const std::uint16_t> asked);
/// Flips a bit of the last byte.
void flip(Bytes& message);
/// Content bytes of each record of our last flight, for a message of `message_bytes`.
std::size_t mutated_fragment(Mutation mutation, std::size_t message_bytes, std::size_t usual);

}  // namespace handfast::tls::native
