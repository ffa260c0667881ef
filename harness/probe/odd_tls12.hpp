// TLS 1.2 clients that libssl can be told to be and core/tls does not offer: one that signs over
// SHA-1, and one that offers a session without its extended master secret.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/endpoint.hpp"
#include "core/tls/identity.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

struct Sha1Signing {
  bool served = false;                ///< the CONNECT behind the handshake was answered
  std::optional<std::uint8_t> alert;  ///< received
  bool ended = false;                 ///< the peer ended the connection
  std::string trouble;                ///< why there was no connection
};

/// Shows `identity`, an EC one, with ecdsa_sha1 in CertificateVerify; libssl does so only when the
/// server's CertificateRequest offers it. Then sends `connect` and waits for four bytes.
Sha1Signing sign_over_sha1(const Endpoint& endpoint, const tls::Identity& identity,
                           ByteView connect, const Timeouts& timeouts);

struct SecretDropped {
  bool first_served = false;  ///< a first handshake was done
  bool had_secret = false;    ///< with extended master secret (RFC 7627)
  bool had_session = false;   ///< and gave a session that may be resumed
  bool served = false;        ///< the second handshake, without the extension, was done
  bool resumed = false;       ///< the server agreed to the resumption; libssl itself does not
  std::optional<std::uint8_t> alert;  ///< received in the second handshake
  bool ended = false;                 ///< the peer ended the second connection
};

/// Two connections; the second offers the session of the first and not the extension.
SecretDropped drop_master_secret(const Endpoint& endpoint, const Timeouts& timeouts);

}  // namespace handfast::probe
