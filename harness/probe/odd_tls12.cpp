#include "harness/probe/odd_tls12.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <utility>

#include "harness/probe/libssl_line.hpp"

namespace handfast::probe {

namespace {

constexpr std::uint8_t handshake_failure = 40;  // RFC 5246 section 7.2.2

struct Connected {
  std::unique_ptr<LibsslLine> line;  ///< null when nobody listens
  bool done = false;                 ///< our side of the handshake
};

Connected connect_tls12(const Endpoint& endpoint, bool with_secret, SSL_SESSION* session,
                        const Timeouts& timeouts) {
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) return {};
  Connected out;
  out.line = std::make_unique<LibsslLine>(std::move(*opened), [with_secret](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    if (!with_secret) SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  });
  if (session != nullptr) SSL_set_session(out.line->ssl(), session);
  out.done = out.line->handshake(Clock::now() + timeouts.handshake);
  return out;
}

}  // namespace

Sha1Signing sign_over_sha1(const Endpoint& endpoint, const tls::Identity& identity,
                           ByteView connect, const Timeouts& timeouts) {
  constexpr std::size_t answer_bytes = 4;
  Sha1Signing out;
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) {
    out.trouble = opened.error().text();
    return out;
  }
  LibsslLine line(std::move(*opened), [&](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set1_client_sigalgs_list(context, "ECDSA+SHA1");
    use_identity(context, identity);
  });
  if (line.handshake(Clock::now() + timeouts.handshake) && line.send(connect)) {
    const auto answer = line.receive(answer_bytes, Clock::now() + timeouts.connack);
    out.served = answer.size() >= answer_bytes;
  }
  out.alert = line.alert();
  out.ended = line.connection().over();
  return out;
}

SecretDropped drop_master_secret(const Endpoint& endpoint, const Timeouts& timeouts) {
  SecretDropped out;
  const auto first = connect_tls12(endpoint, true, nullptr, timeouts);
  out.first_served = first.done;
  if (!first.done) return out;
  out.had_secret = SSL_get_extms_support(first.line->ssl()) == 1;
  const tls::SessionPtr session(SSL_get1_session(first.line->ssl()));
  out.had_session = session && SSL_SESSION_is_resumable(session.get()) == 1;
  if (!out.had_secret || !out.had_session) return out;

  const auto second = connect_tls12(endpoint, false, session.get(), timeouts);
  if (second.line == nullptr) return out;
  out.alert = second.line->alert();
  out.served = second.done;
  out.ended = second.line->connection().over();
  // libssl ends a resumption that lost the extension, after the server has agreed to it.
  const bool refused_by_us = second.line->alert_sent() == handshake_failure && !out.alert;
  out.resumed = refused_by_us || (second.done && SSL_session_reused(second.line->ssl()) == 1);
  return out;
}

}  // namespace handfast::probe
