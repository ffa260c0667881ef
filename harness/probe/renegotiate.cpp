#include "harness/probe/renegotiate.hpp"

#include <openssl/ssl.h>

#include "harness/probe/libssl_line.hpp"

namespace handfast::probe {

namespace {

bool again(LibsslLine& client, TimePoint deadline) {
  return SSL_renegotiate(client.ssl()) == 1 && client.handshake(deadline);
}

}  // namespace

Renegotiation renegotiate(const Endpoint& endpoint, int attempts, const Timeouts& timeouts) {
  Renegotiation seen;
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) {
    seen.trouble = opened.error().text();
    return seen;
  }
  LibsslLine client(std::move(*opened), [](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
  });
  seen.connected = client.handshake(Clock::now() + timeouts.handshake);
  if (!seen.connected) {
    seen.trouble = "the first handshake was not completed";
    return seen;
  }
  while (seen.attempts < attempts) {
    ++seen.attempts;
    if (!again(client, Clock::now() + timeouts.handshake)) break;
    ++seen.served;
  }
  seen.alert = client.alert();
  if (seen.served < seen.attempts) {
    seen.ended = client.connection().await_end(Clock::now() + timeouts.drain);
  }
  return seen;
}

}  // namespace handfast::probe
