// libssl over a RawConnection, for what the seam of core/tls does not offer: renegotiation, options
// of one connection, the content of messages. Blocking; every wait has a deadline.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/tls/identity.hpp"
#include "core/tls/openssl.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::probe {

class LibsslLine {
 public:
  /// A client that verifies nothing. `set_up` changes the settings before the connection is made;
  /// empty: libssl's own.
  LibsslLine(RawConnection connection, const std::function<void(SSL_CTX*)>& set_up);
  LibsslLine(const LibsslLine&) = delete;
  LibsslLine& operator=(const LibsslLine&) = delete;

  /// True when our side of a handshake, the first or a further one, finished in time.
  bool handshake(TimePoint deadline);
  /// Sends application bytes.
  bool send(ByteView plain);
  /// At least `count` application bytes; fewer when the peer ends or time is up.
  Bytes receive(std::size_t count, TimePoint deadline);

  SSL* ssl() const { return ssl_.get(); }
  RawConnection& connection() { return connection_; }
  /// Received, warning or fatal.
  std::optional<std::uint8_t> alert() const { return alert_; }
  std::optional<std::uint8_t> alert_sent() const { return alert_sent_; }
  /// The body of the newest CertificateRequest; nullopt when none came.
  const std::optional<Bytes>& certificate_request() const { return certificate_request_; }

 private:
  static void on_message(int sent, int version, int type, const void* data, std::size_t size,
                         SSL* ssl, void* self);
  bool take(TimePoint deadline);
  void flush();

  RawConnection connection_;
  tls::SslContextPtr context_;
  tls::SslPtr ssl_;
  std::optional<std::uint8_t> alert_, alert_sent_;
  std::optional<Bytes> certificate_request_;
};

/// What a client of one version is to show: its certificates and its key.
void use_identity(SSL_CTX* context, const tls::Identity& identity);

}  // namespace handfast::probe
