#include "core/tls/libssl_client.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include "core/tls/negotiated.hpp"

namespace handfast::tls {

namespace {

constexpr std::uint8_t certificate_message = 11;          // RFC 8446 section 4
constexpr std::uint8_t certificate_request_message = 13;  // RFC 8446 section 4

/// The handshake that is complete rests on the external key, not on a certificate.
bool used_psk(SSL* ssl) {
  if (SSL_version(ssl) == TLS1_3_VERSION) return SSL_session_reused(ssl) == 1;
  switch (SSL_CIPHER_get_kx_nid(SSL_get_current_cipher(ssl))) {
    case NID_kx_psk:
    case NID_kx_rsa_psk:
    case NID_kx_ecdhe_psk:
    case NID_kx_dhe_psk:
      return true;
    default:
      return false;
  }
}

EarlyData early_data_of(const SSL* ssl) {
  switch (SSL_get_early_data_status(ssl)) {
    case SSL_EARLY_DATA_ACCEPTED:
      return EarlyData::accepted;
    case SSL_EARLY_DATA_REJECTED:
      return EarlyData::rejected;
    default:
      return EarlyData::not_sent;
  }
}

std::optional<Version> version_of(const SSL* ssl) {
  switch (SSL_version(ssl)) {
    case TLS1_2_VERSION:
      return Version::tls1_2;
    case TLS1_3_VERSION:
      return Version::tls1_3;
    case DTLS1_2_VERSION:
      return Version::dtls1_2;
    default:
      return std::nullopt;
  }
}

/// Reasons with which libssl says that the peer speaks no TLS at all.
bool is_not_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_UNKNOWN_PROTOCOL ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_BAD_RECORD_TYPE;
}

}  // namespace

LibsslClient::~LibsslClient() {
  // Else libssl would make the session unusable that a connection without close_notify gave away
  // (TLS 1.3 has no such rule).
  if (ssl_ && state_ != State::failed)
    SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void LibsslClient::start(Output& out) {
  if (state_ != State::fresh) return;
  state_ = State::handshaking;
  feed({}, out);
}

bool LibsslClient::start_with_early_data(ByteView plain, Output& out) {
  if (state_ != State::fresh) return false;
  const auto* session = SSL_get0_session(ssl_.get());
  if (plain.empty() || session == nullptr ||
      SSL_SESSION_get_max_early_data(session) < plain.size()) {
    start(out);
    return false;
  }
  state_ = State::handshaking;
  pipe_.out = &out;
  ERR_clear_error();
  std::size_t written = 0;
  const int sent = SSL_write_early_data(ssl_.get(), plain.data(), plain.size(), &written);
  if (sent != 1) fail(SSL_get_error(ssl_.get(), sent), out);
  pipe_.out = nullptr;
  return sent == 1;
}

void LibsslClient::feed(ByteView bytes, Output& out) {
  if (state_ == State::closed || state_ == State::failed) return;
  if (dtls_ && !bytes.empty() && !takes_datagram(bytes)) return;
  const auto borders = out.borders.size();
  pipe_.in = bytes;
  pipe_.out = &out;
  ERR_clear_error();
  advance(out);
  pipe_.in = {};
  pipe_.out = nullptr;
  if (dtls_) note_datagrams_out(borders, out);
}

void LibsslClient::feed_end(Output& out) {
  if (state_ == State::closed || state_ == State::failed) return;
  pipe_.ended = true;
  feed({}, out);
  if (state_ == State::closed || state_ == State::failed) return;
  state_ = State::failed;
  failure_ = {.cause = Cause::truncated, .detail = "the transport ended without close_notify"};
  out.events.push_back({.kind = EventKind::failed});
}

void LibsslClient::advance(Output& out) {
  if (state_ == State::handshaking) {
    const int done = do_handshake();
    if (done != 1) {
      const int error = SSL_get_error(ssl_.get(), done);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) fail(error, out);
      return;
    }
    state_ = State::established;
    finish_handshake();
    out.events.push_back({.kind = EventKind::handshake_done});
  }
  if (state_ == State::established) read_application_data(out);
}

int LibsslClient::do_handshake() {
  if (!shared_.cache_certificates) return SSL_do_handshake(ssl_.get());
  const CertificateCache& cache = shared_.certificates;
  const auto hits = cache.hits();
  const auto misses = cache.misses();
  const CertificateCache::Use use(&shared_.certificates);
  const int done = SSL_do_handshake(ssl_.get());
  if (cache.hits() != hits || cache.misses() != misses) {
    facts_.certificates_cached = cache.misses() == misses;
  }
  return done;
}

void LibsslClient::read_application_data(Output& out) {
  while (true) {
    std::size_t count = 0;
    const int got = SSL_read_ex(ssl_.get(), shared_.scratch.data(), shared_.scratch.size(), &count);
    if (got != 1) {
      const int error = SSL_get_error(ssl_.get(), got);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
      if (error == SSL_ERROR_ZERO_RETURN) {
        state_ = State::closed;
        out.events.push_back({.kind = EventKind::closed});
      } else {
        fail(error, out);
      }
      return;
    }
    const auto begin = out.plain.size();
    out.plain.insert(out.plain.end(), shared_.scratch.begin(),
                     shared_.scratch.begin() + static_cast<std::ptrdiff_t>(count));
    out.events.push_back({.kind = EventKind::data, .begin = begin, .end = out.plain.size()});
  }
}

bool LibsslClient::send(ByteView plain, Output& out) {
  if (state_ != State::established) return false;
  if (plain.empty()) return true;
  const auto borders = out.borders.size();
  pipe_.out = &out;
  ERR_clear_error();
  std::size_t written = 0;
  const int sent = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &written);
  if (sent != 1) fail(SSL_get_error(ssl_.get(), sent), out);
  pipe_.out = nullptr;
  if (dtls_) note_datagrams_out(borders, out);
  return sent == 1 && written == plain.size();
}

void LibsslClient::close(CloseStyle style, Output& out) {
  if (style == CloseStyle::close_notify && state_ == State::established) {
    const auto borders = out.borders.size();
    pipe_.out = &out;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    pipe_.out = nullptr;
    if (dtls_) note_datagrams_out(borders, out);
  }
  if (state_ != State::failed) state_ = State::closed;
}

void LibsslClient::release_buffers() {
  if (state_ != State::established) return;
  record_ = false;
  facts_.messages = {};
  facts_.peer_chain = {};
  // On a DTLS session of OpenSSL 3.0 this returns 1 and the next write crashes.
  if (!pipe_.datagrams) SSL_free_buffers(ssl_.get());
}

void LibsslClient::finish_handshake() {
  facts_.version = version_of(ssl_.get());
  facts_.cipher_suite = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl_.get()));
  facts_.group = group_name(ssl_.get());
  facts_.signature = signature_name(ssl_.get());
  const unsigned char* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &alpn, &size);
  if (size > 0) facts_.alpn.assign(reinterpret_cast<const char*>(alpn), size);
  const unsigned char* staple = nullptr;
  const long staple_size = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &staple);
  if (staple != nullptr && staple_size > 0) facts_.ocsp_staple.assign(staple, staple + staple_size);
  facts_.external_psk = psk_ != nullptr && used_psk(ssl_.get());
  facts_.resumed = SSL_session_reused(ssl_.get()) == 1 && !facts_.external_psk;
  facts_.early_data = early_data_of(ssl_.get());
  psk_.reset();
  facts_.verify_code = static_cast<int>(SSL_get_verify_result(ssl_.get()));
  facts_.verified = shared_.verify;
}

void LibsslClient::fail(int ssl_error, Output& out) {
  const auto error = ERR_peek_last_error();
  const bool tls_error = ssl_error == SSL_ERROR_SSL && ERR_GET_LIB(error) == ERR_LIB_SSL;
  const int reason = tls_error ? ERR_GET_REASON(error) : 0;
  state_ = State::failed;
  facts_.verify_code = static_cast<int>(SSL_get_verify_result(ssl_.get()));
  facts_.verified = shared_.verify;
  if (!facts_.version) facts_.version = version_of(ssl_.get());
  failure_.detail = drain_errors();

  // Under TLS 1.3 an error alert is one whatever level it claims (RFC 8446 section 6); libssl then
  // says so in its reason.
  const bool by_alert =
      facts_.alert_received && (facts_.alert_received->fatal() || reason > SSL_AD_REASON_OFFSET);
  if (by_alert) {
    failure_.cause = Cause::alert_received;
    failure_.alert = *facts_.alert_received;
  } else if (ssl_error == SSL_ERROR_ZERO_RETURN) {
    failure_.cause = Cause::truncated;
    failure_.detail = "close_notify came during the handshake";
  } else if (pipe_.ended &&
             (ssl_error == SSL_ERROR_SYSCALL || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)) {
    failure_.cause = Cause::truncated;
    failure_.detail = "the transport ended without close_notify";
  } else if (reason == SSL_R_READ_TIMEOUT_EXPIRED) {
    failure_.cause = Cause::stalled;
  } else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    failure_.cause = Cause::alert_sent;
    failure_.verify_code = facts_.verify_code;
    failure_.alert = facts_.alert_sent.value_or(Alert{});
  } else if (is_not_tls(reason)) {
    failure_.cause = Cause::protocol;
    failure_.alert = facts_.alert_sent.value_or(Alert{});
  } else if (facts_.alert_sent) {
    failure_.alert = *facts_.alert_sent;
    failure_.cause = blames_bytes(failure_.alert.description) ? Cause::protocol : Cause::alert_sent;
  } else {
    failure_.cause =
        state_ == State::fresh || ssl_error == SSL_ERROR_SSL ? Cause::local : Cause::protocol;
  }
  out.events.push_back({.kind = EventKind::failed});
}

void LibsslClient::on_message(bool sent, int content_type, ByteView body) {
  if (content_type == SSL3_RT_ALERT) return note_alert(sent, body);
  if (content_type != SSL3_RT_HANDSHAKE || body.empty()) return;
  const auto type = body[0];
  if (type == certificate_message) note_certificate(sent, body);
  if (type == certificate_request_message && !sent) facts_.certificate_requested = true;
  if (type == DTLS1_MT_HELLO_VERIFY_REQUEST && !sent && dtls_) note_hello_verify();
  if (record_) {
    facts_.messages.push_back({.sent = sent,
                               .type = type,
                               .size_bytes = static_cast<std::uint32_t>(body.size()),
                               .when = Clock::now()});
  }
}

void LibsslClient::note_alert(bool sent, ByteView body) {
  if (body.size() < 2) return;
  const Alert alert{body[0], body[1]};
  (sent ? facts_.alert_sent : facts_.alert_received) = alert;
  if (pipe_.out != nullptr) {
    pipe_.out->events.push_back(
        {.kind = sent ? EventKind::alert_sent : EventKind::alert_received, .alert = alert});
  }
}

/// Certificate, RFC 8446 section 4.4.2 and RFC 5246 section 7.4.2: header, [context], list of
/// (length, DER, [extensions]).
void LibsslClient::note_certificate(bool sent, ByteView body) {
  const bool tls13 = SSL_version(ssl_.get()) == TLS1_3_VERSION;
  ByteReader reader(body);
  reader.bytes(pipe_.datagrams ? 12 : 4);
  if (tls13) {
    if (auto context = reader.u8()) reader.bytes(*context);
  }
  const auto list = reader.u24();
  if (sent) {
    facts_.certificate_sent = list.value_or(0) > 0;
    return;
  }
  facts_.peer_chain_length = 0;
  facts_.peer_chain_bytes = 0;
  while (auto size = reader.u24()) {
    const auto der = reader.bytes(*size);
    if (!der) return;
    ++facts_.peer_chain_length;
    facts_.peer_chain_bytes += *size;
    if (record_) facts_.peer_chain.emplace_back(der->begin(), der->end());
    if (tls13) {
      if (auto extensions = reader.u16()) reader.bytes(*extensions);
    }
  }
}

void LibsslClient::on_session(SSL_SESSION* owned) {
  session_ = std::make_shared<const LibsslSession>(owned);
  if (pipe_.out != nullptr) pipe_.out->events.push_back({.kind = EventKind::session});
}

}  // namespace handfast::tls
