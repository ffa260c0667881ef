#include "harness/probe/libssl_line.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <utility>

namespace handfast::probe {

namespace {

constexpr std::uint8_t certificate_request_type = 13;  // RFC 8446 section 4
constexpr std::size_t message_header_bytes = 4;

}  // namespace

LibsslLine::LibsslLine(RawConnection connection, const std::function<void(SSL_CTX*)>& set_up)
    : connection_(std::move(connection)), context_(SSL_CTX_new(TLS_client_method())) {
  if (set_up) set_up(context_.get());
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_msg_callback(ssl_.get(), on_message);
  SSL_set_msg_callback_arg(ssl_.get(), this);
  SSL_set_connect_state(ssl_.get());
}

void LibsslLine::on_message(int sent, int /*version*/, int type, const void* data, std::size_t size,
                            SSL* /*ssl*/, void* self) {
  auto& line = *static_cast<LibsslLine*>(self);
  const ByteView bytes(static_cast<const std::uint8_t*>(data), size);
  if (type == SSL3_RT_ALERT && size == 2) {
    (sent != 0 ? line.alert_sent_ : line.alert_) = bytes[1];
  }
  if (sent == 0 && type == SSL3_RT_HANDSHAKE && size >= message_header_bytes &&
      bytes[0] == certificate_request_type) {
    const auto body = bytes.subspan(message_header_bytes);
    line.certificate_request_ = Bytes(body.begin(), body.end());
  }
}

bool LibsslLine::handshake(TimePoint deadline) {
  while (true) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    flush();
    if (done == 1) return true;
    if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) return false;
    if (!take(deadline)) return false;
  }
}

bool LibsslLine::send(ByteView plain) {
  ERR_clear_error();
  const int sent = SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
  flush();
  return sent == static_cast<int>(plain.size());
}

Bytes LibsslLine::receive(std::size_t count, TimePoint deadline) {
  Bytes out;
  std::array<std::uint8_t, 4096> chunk{};
  while (out.size() < count) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
    flush();
    if (got > 0) {
      out.insert(out.end(), chunk.begin(), chunk.begin() + got);
    } else if (SSL_get_error(ssl_.get(), got) != SSL_ERROR_WANT_READ || !take(deadline)) {
      break;
    }
  }
  return out;
}

bool LibsslLine::take(TimePoint deadline) {
  auto& received = connection_.received();
  if (!connection_.await([&] { return !received.empty(); }, deadline)) return false;
  const Bytes bytes = std::exchange(received, {});
  return BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size())) > 0;
}

void LibsslLine::flush() {
  char* bytes = nullptr;
  auto* out = SSL_get_wbio(ssl_.get());
  const auto size = BIO_get_mem_data(out, &bytes);
  if (size <= 0) return;
  connection_.send({reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
  BIO_reset(out);
}

void use_identity(SSL_CTX* context, const tls::Identity& identity) {
  SSL_CTX_use_certificate(context, identity.leaf());
  SSL_CTX_use_PrivateKey(context, identity.key());
  for (auto* intermediate : identity.intermediates()) {
    SSL_CTX_add1_chain_cert(context, intermediate);
  }
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
}

}  // namespace handfast::probe
