// What a certificate may be used for.
#pragma once

#include <cstdint>
#include <string_view>

namespace handfast::pki {

/// Key usage, extended key usage and basic constraints of a certificate (RFC 5280 section 4.2.1).
enum class Profile : std::uint8_t {
  ca,      ///< CA:TRUE; keyCertSign, cRLSign
  server,  ///< digitalSignature (RSA also keyEncipherment); serverAuth
  client,  ///< digitalSignature; clientAuth
  peer,    ///< both
};
std::string_view to_string(Profile profile);

}  // namespace handfast::pki
