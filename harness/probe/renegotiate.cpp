#include "harness/probe/renegotiate.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/tls/openssl.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::probe {

namespace {

void note_alert(int sent, int, int type, const void* data, std::size_t size, SSL*, void* to) {
  if (sent != 0 || type != SSL3_RT_ALERT || size != 2) return;
  auto& seen = *static_cast<Renegotiation*>(to);
  seen.alert = static_cast<const std::uint8_t*>(data)[1];
}

/// libssl between two memory BIOs, and the connection that carries their bytes.
class Renegotiator {
 public:
  Renegotiator(RawConnection connection, Renegotiation& seen)
      : connection_(std::move(connection)), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_msg_callback(ssl_.get(), note_alert);
    SSL_set_msg_callback_arg(ssl_.get(), &seen);
    SSL_set_connect_state(ssl_.get());
  }

  bool handshake(TimePoint deadline) {
    while (true) {
      ERR_clear_error();
      const int done = SSL_do_handshake(ssl_.get());
      flush();
      if (done == 1) return true;
      if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) return false;
      if (!receive(deadline)) return false;
    }
  }
  bool again(TimePoint deadline) { return SSL_renegotiate(ssl_.get()) == 1 && handshake(deadline); }
  /// True when the peer ends soon after what it refused.
  bool ended(Nanos patience) { return connection_.await_end(Clock::now() + patience); }

 private:
  bool receive(TimePoint deadline) {
    auto& received = connection_.received();
    if (!connection_.await([&] { return !received.empty(); }, deadline)) return false;
    const Bytes bytes = std::exchange(received, {});
    return BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  void flush() {
    char* bytes = nullptr;
    auto* out = SSL_get_wbio(ssl_.get());
    const auto size = BIO_get_mem_data(out, &bytes);
    if (size <= 0) return;
    connection_.send(
        {reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
    BIO_reset(out);
  }

  RawConnection connection_;
  tls::SslContextPtr context_;
  tls::SslPtr ssl_;
};

}  // namespace

Renegotiation renegotiate(const Endpoint& endpoint, int attempts, const Timeouts& timeouts) {
  Renegotiation seen;
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) {
    seen.trouble = opened.error().text();
    return seen;
  }
  Renegotiator client(std::move(*opened), seen);
  seen.connected = client.handshake(Clock::now() + timeouts.handshake);
  if (!seen.connected) {
    seen.trouble = "the first handshake was not completed";
    return seen;
  }
  while (seen.attempts < attempts) {
    ++seen.attempts;
    if (!client.again(Clock::now() + timeouts.handshake)) break;
    ++seen.served;
  }
  if (seen.served < seen.attempts) seen.ended = client.ended(timeouts.drain);
  return seen;
}

}  // namespace handfast::probe
