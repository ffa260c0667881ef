// The libssl engine: one SSL_CTX for all connections that share settings, never one per connection.
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "core/base/text.hpp"
#include "core/tls/libssl_client.hpp"
#include "core/tls/peer_check.hpp"
#include "core/tls/strict.hpp"

namespace handfast::tls {

namespace {

LibsslClient* client_of(const SSL* ssl) {
  return static_cast<LibsslClient*>(SSL_get_app_data(ssl));
}

void message_callback(int write, int, int content_type, const void* data, std::size_t size,
                      SSL* ssl, void*) {
  if (auto* client = client_of(ssl)) {
    client->on_message(write != 0, content_type, {static_cast<const std::uint8_t*>(data), size});
  }
}

int session_callback(SSL* ssl, SSL_SESSION* session) {
  auto* client = client_of(ssl);
  if (client == nullptr) return 0;
  client->on_session(session);
  return 1;  // we keep the reference
}

/// In place of X509_verify_cert.
int verify_callback(X509_STORE_CTX* store, void* argument) {
  auto& shared = *static_cast<LibsslShared*>(argument);
  const auto now = std::chrono::system_clock::to_time_t(
      shared.wall_clock ? shared.wall_clock() : std::chrono::system_clock::now());
  X509_STORE_CTX_set_time(store, 0, now);
  if (shared.verify_every_time) return X509_verify_cert(store);
  const auto outcome = shared.chains.verify(store, now);
  if (outcome == VerifiedChains::Outcome::remembered) {
    const auto* ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    client_of(ssl)->on_chain_remembered();
  }
  return outcome == VerifiedChains::Outcome::refused ? 0 : 1;
}

void key_log_callback(const SSL* ssl, const char* line) {
  const auto* shared = static_cast<const LibsslShared*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  shared->key_log(line);
}

Problem refused(std::string_view what, const std::vector<std::string>& values, std::string hint) {
  ERR_clear_error();
  return usage_problem(
      fmt::format("OpenSSL {} accepts no {} \"{}\"", OpenSSL_version(OPENSSL_VERSION_STRING), what,
                  join(values, ":")),
      {}, std::move(hint));
}

bool is_dtls(Version version) { return version == Version::dtls1_2; }

int protocol_number(Version version) {
  if (is_dtls(version)) return DTLS1_2_VERSION;
  return version == Version::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

Result<void> set_algorithms(SSL_CTX* context, const ClientSettings& settings) {
  SSL_CTX_set_min_proto_version(context, protocol_number(settings.min_version));
  SSL_CTX_set_max_proto_version(context, protocol_number(settings.max_version));
  if (!settings.groups.empty() &&
      SSL_CTX_set1_groups_list(context, join(settings.groups, ":").c_str()) != 1) {
    return refused("groups", settings.groups, "for example x25519, P-256, P-384");
  }
  if (!settings.cipher_suites.empty() &&
      SSL_CTX_set_ciphersuites(context, join(settings.cipher_suites, ":").c_str()) != 1) {
    return refused("TLS 1.3 cipher suites", settings.cipher_suites,
                   "for example TLS_AES_128_GCM_SHA256");
  }
  if (!settings.ciphers.empty() &&
      SSL_CTX_set_cipher_list(context, join(settings.ciphers, ":").c_str()) != 1) {
    return refused("TLS 1.2 ciphers", settings.ciphers,
                   "for example ECDHE-ECDSA-AES128-GCM-SHA256");
  }
  if (!settings.signature_algorithms.empty() &&
      SSL_CTX_set1_sigalgs_list(context, join(settings.signature_algorithms, ":").c_str()) != 1) {
    return refused("signature algorithms", settings.signature_algorithms,
                   "for example ecdsa_secp256r1_sha256");
  }
  return {};
}

Result<void> set_alpn(SSL_CTX* context, const std::vector<std::string>& names) {
  const auto wire = alpn_list(names);
  if (!wire) return wire.error();
  if (!wire->empty())
    SSL_CTX_set_alpn_protos(context, wire->data(), static_cast<unsigned>(wire->size()));
  return {};
}

Result<void> set_trust(SSL_CTX* context, const ClientSettings& settings) {
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return fill_store(SSL_CTX_get_cert_store(context), settings);
}

class LibsslEngine final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> make(const ClientSettings& settings) {
    ERR_clear_error();
    auto engine = std::make_unique<LibsslEngine>();
    auto& shared = engine->shared_;
    const bool dtls = is_dtls(settings.max_version);
    shared.context.reset(SSL_CTX_new(dtls ? DTLS_client_method() : TLS_client_method()));
    if (dtls) shared.datagrams = settings.datagrams;
    if (!shared.context) return openssl_problem(ProblemKind::internal, "no TLS context");
    auto* context = shared.context.get();
    // 112 bits of security, RFC 8996's floor for versions: keys and signatures of the peer as well.
    constexpr int strict_level = 2;
    if (settings.strict) SSL_CTX_set_security_level(context, strict_level);
    if (settings.weak_material) SSL_CTX_set_security_level(context, 0);
    shared.verify = settings.verify;
    shared.check_host = settings.check_host;
    shared.server_name_indication = settings.server_name_indication;
    shared.verify_every_time = settings.verify_every_time;
    shared.suites_chosen = !settings.cipher_suites.empty();
    shared.ciphers_chosen = !settings.ciphers.empty();
    shared.wall_clock = settings.wall_clock;
    shared.cache_certificates = settings.certificate_cache && shared.certificates.reached();
    if (settings.verify && (!settings.verify_every_time || settings.wall_clock)) {
      SSL_CTX_set_cert_verify_callback(context, verify_callback, &shared);
    }
    shared.key_log = settings.key_log;
    for (const auto& step : {set_algorithms(context, settings), set_alpn(context, settings.alpn),
                             set_trust(context, settings)}) {
      if (!step) return step.error();
    }
    // Without NO_AUTO_CHAIN libssl would complete "leaf only" from the trust store and test
    // something else.
    SSL_CTX_set_mode(context,
                     SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
    // Whole reads: one copy from the transport for many records instead of one for each record
    // header.
    shared.whole_reads = settings.whole_reads;
    SSL_CTX_set_read_ahead(context, settings.whole_reads ? 1 : 0);
    SSL_CTX_set_msg_callback(context, message_callback);
    if (!settings.session_tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION  // OpenSSL 3.2
    // What is sent is to be the same whatever library we were built with, and certificates are to
    // be seen as they stand, which RFC 8879 hides.
    SSL_CTX_set_options(
        context, SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
    if (settings.keep_sessions) {
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
      SSL_CTX_sess_set_new_cb(context, session_callback);
    } else {
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    }
    if (settings.key_log) {
      SSL_CTX_set_app_data(context, &shared);
      SSL_CTX_set_keylog_callback(context, key_log_callback);
    }
    return std::unique_ptr<Engine>(std::move(engine));
  }

  Result<std::unique_ptr<Client>> make_client(const ConnectionSettings& settings) override {
    return LibsslClient::make(shared_, settings);
  }

  std::string name() const override { return fmt::format("libssl ({})", openssl_version()); }

  std::vector<Trick> tricks() const override {
    const auto& certificates = shared_.certificates;
    const auto& chains = shared_.chains;
    return {{.name = "certificate cache",
             .on = shared_.cache_certificates,
             .hits = certificates.hits(),
             .misses = certificates.misses()},
            {.name = "verified-chain cache",
             .on = shared_.verify && !shared_.verify_every_time,
             .hits = chains.hits(),
             .misses = chains.misses()},
            {.name = "whole reads", .on = shared_.whole_reads}};
  }

 private:
  LibsslShared shared_;
};

}  // namespace

std::string openssl_version() { return OpenSSL_version(OPENSSL_VERSION); }

Result<std::unique_ptr<Engine>> make_libssl_engine(const ClientSettings& settings) {
  if (is_dtls(settings.min_version) != is_dtls(settings.max_version)) {
    return usage_problem("a connection speaks either TLS or DTLS", {},
                         "set both versions to DTLS 1.2, or neither");
  }
  if (is_dtls(settings.max_version)) {
    if (auto fits = check_datagrams(settings.datagrams); !fits) return fits.error();
  }
  if (settings.key_mode != KeyMode::fresh) {
    return usage_problem(
        fmt::format("the libssl engine makes a fresh key for every connection, no key {}",
                    to_string(settings.key_mode)),
        {}, "use the native engine, or fresh keys");
  }
  if (!settings.strict) return LibsslEngine::make(settings);
  auto restricted = strict_settings(settings);
  if (!restricted) return restricted.error();
  return LibsslEngine::make(*restricted);
}

}  // namespace handfast::tls
