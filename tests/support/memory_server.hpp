// A TLS server without sockets: libssl over memory BIOs, for tests of the client seam.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/bytes.hpp"
#include "core/tls/client.hpp"
#include "core/tls/identity.hpp"

namespace handfast::test {

struct MemoryServerOptions {
  tls::Identity identity;
  tls::Trust client_trust;  ///< non-empty: a client certificate is required
  int max_version = TLS1_3_VERSION;
  bool echo = true;                               ///< send back what arrives
  std::shared_ptr<const tls::ExternalPsk> psk{};  ///< accepted besides the certificate
  std::uint32_t max_early_data = 0;               ///< bytes that its tickets allow; 0: none
  std::function<void(SSL_CTX*)> configure{};      ///< anything else; called once for the server
};

class MemoryServer {
 public:
  explicit MemoryServer(const MemoryServerOptions& options);

  /// The next connection to the same server: it knows the tickets that this one gave out.
  MemoryServer next() const;

  /// Takes the client's bytes, answers with the server's.
  Bytes feed(ByteView bytes);
  Bytes close();  ///< close_notify
  /// Its own libssl, for what these few functions do not cover; drain() takes what that wrote.
  SSL* ssl() const { return ssl_.get(); }
  Bytes drain();
  Bytes send(ByteView plain);
  /// That many NewSessionTicket messages at once (RFC 8446 §4.6.1); after the handshake only.
  Bytes tickets(int count);
  const std::string& received() const { return received_; }
  /// What of received() came as early data.
  const std::string& received_early() const { return received_early_; }
  bool failed() const { return failed_; }

 private:
  MemoryServer(const MemoryServerOptions& options, tls::SslContextPtr context);
  void read_early_data();

  MemoryServerOptions options_;
  tls::SslContextPtr context_;
  tls::SslPtr ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::string received_;
  std::string received_early_;
  bool early_over_ = false;
  bool failed_ = false;
};

/// Moves bytes between client and server until neither has more to say; events pile up in `out`.
void exchange(tls::Client& client, MemoryServer& server, tls::Output& out);

/// True when `out` holds an event of `kind`.
bool has_event(const tls::Output& out, tls::EventKind kind);

}  // namespace handfast::test
