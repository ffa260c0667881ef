// The names of what a connection negotiated, in the registries' spelling. All of them live as long
// as the program, so that thousands of connections can hold them without a copy.
#pragma once

#include <string_view>

#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// RFC 8446 section 4.2.7: "x25519", "secp256r1", "X25519MLKEM768"; "group_0x1234" for one that
/// no table here has; empty without a key exchange in a group.
std::string_view group_name(SSL* ssl);

/// The scheme with which the server proved itself, as RFC 8446 section 4.2.3 spells it where it has
/// one: "ecdsa_secp256r1_sha256"; TLS 1.2: "ecdsa_sha256". Empty when the server signed nothing
/// (resumed, external PSK).
std::string_view signature_name(SSL* ssl);

}  // namespace handfast::tls
