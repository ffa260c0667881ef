// A DTLS 1.2 server without sockets: libssl over a queue of datagrams, with cookies and its own
// retransmissions. Knows one peer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/tls/client.hpp"
#include "core/tls/span_bio.hpp"

namespace handfast::test {

struct DtlsServerOptions {
  tls::Identity identity;
  tls::Trust client_trust;  ///< non-empty: a client certificate is required
  bool cookies = true;      ///< HelloVerifyRequest before anything else (RFC 6347 section 4.2.1)
  bool echo = true;         ///< send back what arrives
  /// Takes each record's application bytes, before any echo; they are kept in received() as well
  /// only without it.
  std::function<void(ByteView record)> on_record{};
  std::uint16_t mtu = 1400;
  std::shared_ptr<const tls::ExternalPsk> psk{};
  std::function<void(SSL_CTX*)> configure{};
};

class DtlsServer {
 public:
  explicit DtlsServer(DtlsServerOptions options);

  /// The next connection to the same server: it knows the tickets that this one gave out.
  DtlsServer next() const;

  /// Takes a datagram of a client that has no association here: a first hello is answered with a
  /// cookie made of `who`, and nothing stays behind. True when that cookie came back: the object is
  /// then this client's, and feed({}, out) goes on. A server that takes `any_cookie` believes all.
  bool listen(ByteView datagram, ByteView who, bool any_cookie, tls::Output& out);
  /// Takes one datagram; its answer goes to out.wire with out.borders.
  void feed(ByteView datagram, tls::Output& out);
  std::optional<TimePoint> next_deadline(TimePoint now) const;
  void on_deadline(tls::Output& out);
  void send(ByteView plain, tls::Output& out);
  void close(tls::Output& out);

  bool secured() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool failed() const { return failed_; }
  /// The client said close_notify.
  bool closed() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void set_on_record(std::function<void(ByteView)> on_record) {
    options_.on_record = std::move(on_record);
  }
  const std::string& received() const { return received_; }
  SSL* ssl() const { return ssl_.get(); }

 private:
  DtlsServer(DtlsServerOptions options, tls::SslContextPtr context);

  DtlsServerOptions options_;
  tls::SslContextPtr context_;
  std::unique_ptr<tls::SpanPipe> pipe_ = std::make_unique<tls::SpanPipe>();
  tls::SslPtr ssl_;
  std::string received_;
  bool admitted_ = false;  ///< by listen(), whose cookie libssl asks for once more
  bool failed_ = false;
};

}  // namespace handfast::test
