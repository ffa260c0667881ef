#include "tests/support/faulty_broker/hello.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace handfast::test::faulty {

namespace {

constexpr unsigned server_name_extension = 0;
constexpr unsigned extended_master_secret_extension = 23;
constexpr unsigned early_data_extension = 42;
constexpr unsigned supported_versions_extension = 43;
constexpr unsigned key_share_extension = 51;

const TlsContext& context_of(SSL* ssl) {
  return *static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

std::optional<ByteView> extension(SSL* ssl, unsigned type) {
  const unsigned char* bytes = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &bytes, &size) != 1) return std::nullopt;
  return ByteView(bytes, size);
}

std::vector<unsigned> extension_types(SSL* ssl) {
  int* types = nullptr;
  std::size_t count = 0;
  std::vector<unsigned> out;
  if (SSL_client_hello_get1_extensions_present(ssl, &types, &count) == 1) {
    for (const int type : std::span(types, count)) out.push_back(static_cast<unsigned>(type));
  }
  OPENSSL_free(types);
  return out;
}

/// RFC 8701 section 2: 0x0a0a, 0x1a1a, ...
bool is_grease(unsigned type) {
  return (type & 0x0f0fU) == 0x0a0aU && (type >> 8U) == (type & 0xffU);
}

/// Whether a list of two-byte values holds one that is GREASE.
bool holds_grease(ByteView list) {
  for (std::size_t i = 0; i + 1 < list.size(); i += 2) {
    if (is_grease(static_cast<unsigned>(list[i]) << 8U | list[i + 1])) return true;
  }
  return false;
}

/// Among its suites or versions.
bool offers_grease(SSL* ssl) {
  const unsigned char* suites = nullptr;
  const std::size_t bytes = SSL_client_hello_get0_ciphers(ssl, &suites);
  if (holds_grease(ByteView(suites, bytes))) return true;
  const auto versions = extension(ssl, supported_versions_extension);
  return versions && !versions->empty() && holds_grease(versions->subspan(1));
}

bool offers_tls13(SSL* ssl) {
  const auto versions = extension(ssl, supported_versions_extension);
  if (!versions) return false;
  for (std::size_t i = 1; i + 1 < versions->size(); i += 2) {
    if ((*versions)[i] == 3 && (*versions)[i + 1] == 4) return true;
  }
  return false;
}

/// The extension's body: lengths, name type, name.
bool names_an_address(const std::optional<ByteView>& body) {
  constexpr std::size_t name_at = 5;
  if (!body || body->size() <= name_at) return false;
  const auto name = as_text(body->subspan(name_at));
  return name.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// A server name that is not in the certificate.
bool names_a_stranger(SSL* ssl) {
  constexpr std::size_t name_at = 5;
  const auto body = extension(ssl, server_name_extension);
  if (!body || body->size() <= name_at) return false;
  const auto name = as_text(body->subspan(name_at));
  return X509_check_host(SSL_get_certificate(ssl), name.data(), name.size(), 0, nullptr) != 1;
}

/// Where the server name decides which chain is shown, a session is good under its own name alone
/// (RFC 6066 section 3); libssl by itself ties no session to it.
void tie_session_to_name(SSL* ssl) {
  const auto& context = context_of(ssl);
  if (context.other_chain.empty() || context.defects.resumes_across_names) return;
  const auto name = extension(ssl, server_name_extension).value_or(ByteView{});
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(name.data(), name.size(), digest.data());
  SSL_set_session_id_context(ssl, digest.data(), digest.size());
}

int on_hello(SSL* ssl, int* alert, void* /*argument*/) {
  const auto& d = context_of(ssl).defects;
  tie_session_to_name(ssl);
  const auto refuse = [&](int description) {
    *alert = description;
    return SSL_CLIENT_HELLO_ERROR;
  };
  if (d.requires_sni && !extension(ssl, server_name_extension)) {
    return refuse(SSL_AD_MISSING_EXTENSION);
  }
  if (d.address_sni_stops_listener && names_an_address(extension(ssl, server_name_extension))) {
    if (auto* notes = notes_of(ssl)) notes->stops_listener = true;
    return refuse(SSL_AD_UNRECOGNIZED_NAME);
  }
  if (d.refuses_unknown_server_name && names_a_stranger(ssl)) {
    return refuse(SSL_AD_UNRECOGNIZED_NAME);
  }
  // libssl forgets what was asked for before it comes here.
  if (d.staples_unasked) SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
  if (d.cannot_ask_for_key_share) {
    constexpr std::size_t empty_list = 2;
    const auto shares = extension(ssl, key_share_extension);
    if (shares && shares->size() <= empty_list) return refuse(SSL_AD_HANDSHAKE_FAILURE);
  }
  const auto types = extension_types(ssl);
  if (d.intolerant_of_early_data && extension(ssl, early_data_extension)) {
    return refuse(SSL_AD_DECODE_ERROR);
  }
  if (d.intolerant_of_grease && (std::ranges::any_of(types, is_grease) || offers_grease(ssl))) {
    return refuse(SSL_AD_DECODE_ERROR);
  }
  if (d.refuses_large_hello) {
    constexpr std::size_t most_bytes = 1000;
    std::size_t bytes = 0;
    for (const auto type : types) bytes += extension(ssl, type).value_or(ByteView{}).size();
    if (bytes > most_bytes) return refuse(SSL_AD_DECODE_ERROR);
  }
  if (d.prefers_tls12 || (d.hides_tls13_from_tls12 && !offers_tls13(ssl))) {
    SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

/// "mqtt" on MQTT listeners, "http/1.1" on WebSocket ones; other names are ignored (RFC 7301
/// section 3.2 binds servers that know ALPN to refuse them, which is why `alpn` is declared as
/// "ignore").
int on_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
            unsigned in_size, void* argument) {
  if (context_of(ssl).defects.ignores_alpn) return SSL_TLSEXT_ERR_NOACK;
  const std::string_view known = argument != nullptr ? "http/1.1" : "mqtt";
  ByteReader reader(ByteView(in, in_size));
  while (const auto size = reader.u8()) {
    const auto name = reader.bytes(*size);
    if (!name) break;
    if (as_text(*name) == "http/1.1" && argument != nullptr &&
        context_of(ssl).defects.wss_refuses_alpn) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    if (as_text(*name) == known || context_of(ssl).defects.echoes_any_alpn) {
      *out = name->data();
      *out_size = *size;
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

int on_ticket_made(SSL* /*ssl*/, void* /*argument*/) { return 1; }

SSL_TICKET_RETURN on_ticket(SSL* ssl, SSL_SESSION* session, const unsigned char* /*name*/,
                            std::size_t /*name_bytes*/, SSL_TICKET_STATUS status,
                            void* /*argument*/) {
  const auto& d = context_of(ssl).defects;
  if (d.never_resumes) return SSL_TICKET_RETURN_IGNORE_RENEW;
  if (d.full_handshake_without_ems && !extension(ssl, extended_master_secret_extension) &&
      SSL_version(ssl) == TLS1_2_VERSION) {
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  }
  switch (status) {
    case SSL_TICKET_SUCCESS:
    case SSL_TICKET_SUCCESS_RENEW: {
      // RFC 9325 section 7.5: the certificate behind a ticket must still be good.
      const X509* peer = SSL_SESSION_get0_peer(session);
      if (peer != nullptr && !d.resumes_after_expiry && !d.accepts_expired &&
          X509_cmp_current_time(X509_get0_notAfter(peer)) < 0) {
        return SSL_TICKET_RETURN_IGNORE_RENEW;
      }
      return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
    }
    case SSL_TICKET_NO_DECRYPT:
      return d.aborts_on_unknown_ticket ? SSL_TICKET_RETURN_ABORT : SSL_TICKET_RETURN_IGNORE_RENEW;
    case SSL_TICKET_EMPTY:
      return SSL_TICKET_RETURN_IGNORE_RENEW;
    default:
      return SSL_TICKET_RETURN_ABORT;
  }
}

void on_message(int sent, int /*version*/, int type, const void* bytes, std::size_t size, SSL* ssl,
                void* /*argument*/) {
  auto* notes = notes_of(ssl);
  if (sent == 0 && type == SSL3_RT_HEADER && size == 5 && notes != nullptr) {
    const auto* header = static_cast<const std::uint8_t*>(bytes);
    notes->record_bytes = static_cast<std::size_t>(header[3]) << 8U | header[4];
  }
  if (sent != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
  if (notes != nullptr && *static_cast<const std::uint8_t*>(bytes) == SSL3_MT_KEY_UPDATE) {
    notes->key_updated = true;
  }
}

}  // namespace

void set_up_hello(TlsContext& context, bool over_websocket) {
  auto* ssl = context.ssl.get();
  SSL_CTX_set_client_hello_cb(ssl, on_hello, nullptr);
  SSL_CTX_set_alpn_select_cb(ssl, on_alpn, over_websocket ? &context : nullptr);
  SSL_CTX_set_session_ticket_cb(ssl, on_ticket_made, on_ticket, nullptr);
  SSL_CTX_set_msg_callback(ssl, on_message);
}

}  // namespace handfast::test::faulty
