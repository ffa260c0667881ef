#include "tests/support/dtls_server.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

namespace handfast::test {

namespace {

constexpr std::string_view the_cookie = "a cookie for the only peer";
constexpr int ip_and_udp_bytes = 28;

/// Of the client that listen() is about; libssl's callbacks get nothing but the connection.
thread_local Bytes cookie_now;
thread_local bool any_cookie_now = false;

/// The cookie of a client by a hash with a secret of the process (RFC 6347 section 4.2.1).
Bytes cookie_of(ByteView who) {
  static const Bytes secret = [] {
    Bytes made(32);
    RAND_bytes(made.data(), static_cast<int>(made.size()));
    return made;
  }();
  Bytes text = secret;
  text.insert(text.end(), who.begin(), who.end());
  Bytes cookie(32);
  EVP_Digest(text.data(), text.size(), cookie.data(), nullptr, EVP_sha256(), nullptr);
  return cookie;
}

int generate_cookie(SSL*, unsigned char* cookie, unsigned* size) {
  const auto own = cookie_now.empty() ? as_bytes(the_cookie) : ByteView(cookie_now);
  std::ranges::copy(own, cookie);
  *size = static_cast<unsigned>(own.size());
  return 1;
}

int verify_cookie(SSL*, const unsigned char* cookie, unsigned size) {
  const auto own = cookie_now.empty() ? as_bytes(the_cookie) : ByteView(cookie_now);
  return any_cookie_now || std::ranges::equal(ByteView(cookie, size), own) ? 1 : 0;
}

unsigned find_key(SSL* ssl, const char* identity, unsigned char* key, unsigned key_size) {
  const auto* psk = static_cast<const tls::ExternalPsk*>(SSL_get_app_data(ssl));
  if (psk->identity != identity || psk->key.size() > key_size) return 0;
  std::ranges::copy(psk->key, key);
  return static_cast<unsigned>(psk->key.size());
}

tls::SslContextPtr make_dtls_context(const DtlsServerOptions& options) {
  tls::SslContextPtr context(SSL_CTX_new(DTLS_server_method()));
  auto* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, DTLS1_2_VERSION);
  if (options.cookies) SSL_CTX_set_options(raw, SSL_OP_COOKIE_EXCHANGE);
  SSL_CTX_set_cookie_generate_cb(raw, generate_cookie);
  SSL_CTX_set_cookie_verify_cb(raw, verify_cookie);
  static constexpr unsigned char id[] = "test";
  SSL_CTX_set_session_id_context(raw, id, sizeof(id));
  if (options.configure) options.configure(raw);
  if (options.client_trust.empty()) return context;
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  for (auto* anchor : options.client_trust.anchors())
    X509_STORE_add_cert(SSL_CTX_get_cert_store(raw), anchor);
  return context;
}

}  // namespace

DtlsServer::DtlsServer(DtlsServerOptions options)
    : DtlsServer(options, make_dtls_context(options)) {}

DtlsServer::DtlsServer(DtlsServerOptions options, tls::SslContextPtr context)
    : options_(std::move(options)), context_(std::move(context)), ssl_(SSL_new(context_.get())) {
  auto* ssl = ssl_.get();
  if (!options_.identity.empty()) {
    SSL_use_certificate(ssl, options_.identity.leaf());
    SSL_use_PrivateKey(ssl, options_.identity.key());
    for (auto* intermediate : options_.identity.intermediates())
      SSL_add1_chain_cert(ssl, intermediate);
  }
  if (options_.psk) {
    SSL_set_app_data(ssl, const_cast<tls::ExternalPsk*>(options_.psk.get()));
    SSL_set_psk_server_callback(ssl, find_key);
  }
  pipe_->datagrams = true;
  auto bio = tls::make_span_bio(*pipe_);
  SSL_set0_rbio(ssl, bio.get());
  BIO_up_ref(bio.get());
  SSL_set0_wbio(ssl, bio.release());
  SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(ssl, options_.mtu - ip_and_udp_bytes);
  SSL_set_accept_state(ssl);
}

DtlsServer DtlsServer::next() const {
  SSL_CTX_up_ref(context_.get());
  return {options_, tls::SslContextPtr(context_.get())};
}

bool DtlsServer::listen(ByteView datagram, ByteView who, bool any_cookie, tls::Output& out) {
  cookie_now = cookie_of(who);
  any_cookie_now = any_cookie;
  pipe_->in = datagram;
  pipe_->out = &out;
  ERR_clear_error();
  // The address is for transports that tell one, as ours does not.
  const std::unique_ptr<BIO_ADDR, decltype(&BIO_ADDR_free)> address(BIO_ADDR_new(), BIO_ADDR_free);
  const int listened = DTLSv1_listen(ssl_.get(), address.get());
  ERR_clear_error();
  pipe_->in = {};
  pipe_->out = nullptr;
  cookie_now.clear();
  any_cookie_now = false;
  admitted_ = listened == 1;
  return admitted_;
}

void DtlsServer::feed(ByteView datagram, tls::Output& out) {
  if (failed_) return;
  pipe_->in = datagram;
  pipe_->out = &out;
  any_cookie_now = admitted_;
  ERR_clear_error();
  std::array<char, 4096> buffer{};
  while (true) {
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (got <= 0) {
      failed_ = SSL_get_error(ssl_.get(), got) == SSL_ERROR_SSL;
      break;
    }
    if (options_.on_record) {
      options_.on_record(as_bytes({buffer.data(), static_cast<std::size_t>(got)}));
    } else {
      received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    if (options_.echo) SSL_write(ssl_.get(), buffer.data(), got);
  }
  ERR_clear_error();
  any_cookie_now = false;
  pipe_->in = {};
  pipe_->out = nullptr;
}

std::optional<TimePoint> DtlsServer::next_deadline(TimePoint now) const {
  timeval left{};
  if (failed_ || DTLSv1_get_timeout(ssl_.get(), &left) != 1) return std::nullopt;
  return now + std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
}

void DtlsServer::on_deadline(tls::Output& out) {
  pipe_->out = &out;
  ERR_clear_error();
  failed_ = failed_ || DTLSv1_handle_timeout(ssl_.get()) < 0;
  pipe_->out = nullptr;
}

void DtlsServer::send(ByteView plain, tls::Output& out) {
  pipe_->out = &out;
  ERR_clear_error();
  failed_ = failed_ || SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())) <= 0;
  pipe_->out = nullptr;
}

void DtlsServer::close(tls::Output& out) {
  pipe_->out = &out;
  SSL_shutdown(ssl_.get());
  pipe_->out = nullptr;
}

}  // namespace handfast::test
