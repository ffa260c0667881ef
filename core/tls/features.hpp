// What the libssl that is loaded can do beyond what every OpenSSL 3 has.
#pragma once

#include <string_view>

namespace handfast::tls {

/// It can offer the group `name` ("x25519", "P-256", "X25519MLKEM768").
bool has_group(std::string_view name);

/// It can sign and verify with `name` ("ED25519", "ML-DSA-65").
bool has_signature(std::string_view name);

}  // namespace handfast::tls
