// How a connection of the libssl engine begins: what it is told before its first byte.
#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstring>

#include "core/tls/libssl_client.hpp"
#include "core/tls/peer_check.hpp"

namespace handfast::tls {

namespace {

/// libssl binds external keys to SHA-256 (RFC 8446 section 4.2.11).
constexpr const char* psk_suites = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";

/// Hands libssl the key of this connection; both TLS 1.2 and 1.3 ask here.
unsigned psk_callback(SSL* ssl, const char* /*hint*/, char* identity, unsigned identity_size,
                      unsigned char* key, unsigned key_size) {
  const auto* psk = static_cast<const LibsslClient*>(SSL_get_app_data(ssl))->psk();
  // identity_size leaves no room for the zero behind the identity.
  if (psk == nullptr || psk->identity.size() > identity_size || psk->key.size() > key_size)
    return 0;
  std::memcpy(identity, psk->identity.c_str(), psk->identity.size() + 1);
  std::ranges::copy(psk->key, key);
  return static_cast<unsigned>(psk->key.size());
}

}  // namespace

Result<std::unique_ptr<Client>> LibsslClient::make(LibsslShared& shared,
                                                   const ConnectionSettings& settings) {
  std::unique_ptr<LibsslClient> client(new LibsslClient(shared, settings.record_messages));
  if (auto ready = client->set_up(settings); !ready) return ready.error();
  return std::unique_ptr<Client>(std::move(client));
}

Result<void> LibsslClient::set_up(const ConnectionSettings& settings) {
  if (settings.mutation != Mutation::none) {
    return usage_problem(fmt::format("libssl does nothing wrong on purpose, so not \"{}\"",
                                     facts_of(settings.mutation).name),
                         {}, "the native engine does");
  }
  ERR_clear_error();
  pipe_.datagrams = shared_.datagrams.has_value();
  ssl_.reset(SSL_new(shared_.context.get()));
  auto bio = make_span_bio(pipe_);
  if (!ssl_ || !bio)
    return openssl_problem(ProblemKind::internal, "no memory for a TLS connection");
  SSL_set0_rbio(ssl_.get(), bio.get());
  BIO_up_ref(bio.get());
  SSL_set0_wbio(ssl_.get(), bio.release());
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_connect_state(ssl_.get());
  if (shared_.datagrams) {
    if (auto set = set_datagrams(*shared_.datagrams); !set) return set.error();
  }

  if (auto set = set_host(settings.host); !set) return set.error();
  if (!settings.identity.empty()) {
    if (auto set = set_identity(settings.identity); !set) return set.error();
  }
  if (settings.psk) {
    if (auto set = set_psk(*settings.psk); !set) return set.error();
  }
  if (settings.request_staple &&
      SSL_set_tlsext_status_type(ssl_.get(), TLSEXT_STATUSTYPE_ocsp) != 1) {
    return openssl_problem(ProblemKind::internal, "cannot ask for an OCSP response");
  }
  if (const auto* session = dynamic_cast<const LibsslSession*>(settings.resume.get())) {
    SSL_set_session(ssl_.get(), session->handle.get());
  }
  return {};
}

Result<void> LibsslClient::set_host(const std::string& host) {
  if (host.empty()) return {};
  if (shared_.server_name_indication && !is_ip_literal(host) &&
      SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) != 1) {
    return openssl_problem(ProblemKind::usage,
                           fmt::format("\"{}\" cannot be sent as server name", host));
  }
  if (!shared_.verify || !shared_.check_host) return {};
  return check_for_host(SSL_get0_param(ssl_.get()), host);
}

Result<void> LibsslClient::set_identity(const Identity& identity) {
  if (SSL_use_certificate(ssl_.get(), identity.leaf()) != 1 ||
      SSL_use_PrivateKey(ssl_.get(), identity.key()) != 1) {
    return openssl_problem(ProblemKind::usage,
                           "the client certificate or its key is not usable for TLS", {},
                           "OpenSSL's security level refuses small keys and old digests");
  }
  for (auto* intermediate : identity.intermediates()) {
    if (SSL_add1_chain_cert(ssl_.get(), intermediate) != 1) {
      return openssl_problem(ProblemKind::usage,
                             "an intermediate of the client certificate is not usable for TLS");
    }
  }
  return {};
}

Result<void> LibsslClient::set_psk(const ExternalPsk& psk) {
  if (auto fits = check_psk(psk); !fits) return fits.error();
  psk_ = std::make_unique<const ExternalPsk>(psk);
  SSL_set_psk_client_callback(ssl_.get(), psk_callback);
  // What could not use the key is not offered: servers prefer their certificate, and SHA-384.
  if (!shared_.suites_chosen) SSL_set_ciphersuites(ssl_.get(), psk_suites);
  if (!shared_.ciphers_chosen) SSL_set_cipher_list(ssl_.get(), "PSK");
  return {};
}

}  // namespace handfast::tls
