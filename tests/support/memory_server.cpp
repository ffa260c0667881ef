#include "tests/support/memory_server.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>

namespace handfast::test {

namespace {

tls::SslContextPtr make_context(const MemoryServerOptions& options) {
  tls::SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_max_proto_version(context.get(), options.max_version);
  SSL_CTX_set_max_early_data(context.get(), options.max_early_data);
  // Else its tickets are good for connections that ended with close_notify alone.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_ANTI_REPLAY);
  if (options.configure) options.configure(context.get());
  if (options.client_trust.empty()) return context;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  for (auto* anchor : options.client_trust.anchors())
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), anchor);
  static constexpr unsigned char id[] = "test";
  SSL_CTX_set_session_id_context(context.get(), id, sizeof(id));
  return context;
}

unsigned psk_callback(SSL* ssl, const char* identity, unsigned char* key, unsigned key_size) {
  const auto* psk = static_cast<const tls::ExternalPsk*>(SSL_get_app_data(ssl));
  if (psk->identity != identity || psk->key.size() > key_size) return 0;
  std::ranges::copy(psk->key, key);
  return static_cast<unsigned>(psk->key.size());
}

}  // namespace

MemoryServer::MemoryServer(const MemoryServerOptions& options)
    : MemoryServer(options, make_context(options)) {}

MemoryServer::MemoryServer(const MemoryServerOptions& options, tls::SslContextPtr context)
    : options_(options), context_(std::move(context)), ssl_(SSL_new(context_.get())) {
  SSL_use_certificate(ssl_.get(), options.identity.leaf());
  SSL_use_PrivateKey(ssl_.get(), options.identity.key());
  for (auto* intermediate : options.identity.intermediates())
    SSL_add1_chain_cert(ssl_.get(), intermediate);
  if (options.psk) {
    SSL_set_app_data(ssl_.get(), const_cast<tls::ExternalPsk*>(options.psk.get()));
    SSL_set_psk_server_callback(ssl_.get(), psk_callback);
  }
  early_over_ = options.max_early_data == 0;
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl_.get(), in_, out_);
  SSL_set_accept_state(ssl_.get());
}

MemoryServer MemoryServer::next() const {
  SSL_CTX_up_ref(context_.get());
  return {options_, tls::SslContextPtr(context_.get())};
}

Bytes MemoryServer::feed(ByteView bytes) {
  ERR_clear_error();
  BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
  read_early_data();
  std::array<char, 4096> buffer{};
  while (true) {
    const int got = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (got <= 0) {
      failed_ = failed_ || SSL_get_error(ssl_.get(), got) == SSL_ERROR_SSL;
      ERR_clear_error();
      return drain();
    }
    received_.append(buffer.data(), static_cast<std::size_t>(got));
    if (options_.echo) SSL_write(ssl_.get(), buffer.data(), got);
  }
}

void MemoryServer::read_early_data() {
  std::array<char, 4096> buffer{};
  while (!early_over_) {
    std::size_t count = 0;
    const int got = SSL_read_early_data(ssl_.get(), buffer.data(), buffer.size(), &count);
    if (got == SSL_READ_EARLY_DATA_ERROR) return;
    early_over_ = got == SSL_READ_EARLY_DATA_FINISH;
    received_early_.append(buffer.data(), count);
    received_.append(buffer.data(), count);
  }
}

Bytes MemoryServer::close() {
  SSL_shutdown(ssl_.get());
  return drain();
}

Bytes MemoryServer::send(ByteView plain) {
  SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
  return drain();
}

Bytes MemoryServer::tickets(int count) {
  for (int i = 0; i < count; ++i) {
    if (SSL_new_session_ticket(ssl_.get()) == 1) SSL_do_handshake(ssl_.get());
  }
  return drain();
}

Bytes MemoryServer::drain() {
  Bytes bytes(static_cast<std::size_t>(BIO_pending(out_)));
  if (!bytes.empty()) BIO_read(out_, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

void exchange(tls::Client& client, MemoryServer& server, tls::Output& out) {
  for (int round = 0; round < 20 && !out.wire.empty(); ++round) {
    const Bytes from_client = std::move(out.wire);
    out.wire.clear();
    const Bytes from_server = server.feed(from_client);
    if (!from_server.empty()) client.feed(from_server, out);
  }
}

bool has_event(const tls::Output& out, tls::EventKind kind) {
  return std::ranges::any_of(out.events, [kind](const auto& event) { return event.kind == kind; });
}

}  // namespace handfast::test
