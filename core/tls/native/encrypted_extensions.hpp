// EncryptedExtensions (RFC 8446 section 4.3.1): the server's answers that need no key exchange.
#pragma once

#include <string>

#include "core/tls/native/client_hello.hpp"

namespace handfast::tls::native {

struct EncryptedExtensions {
  std::string alpn;  ///< empty: the server selected none
  bool early_data = false;
};

/// Reads `body` as the answer to `hello`.
Checked<EncryptedExtensions> read_encrypted_extensions(ByteView body, const ClientHello& hello,
                                                       const OfferedExtensions& offered);

}  // namespace handfast::tls::native
