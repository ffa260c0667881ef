#include "tests/support/faulty_broker/user_name.hpp"

#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "core/base/utf8.hpp"
#include "tests/support/faulty_broker/tls_context.hpp"

namespace handfast::test::faulty {

namespace {

/// The first common name as UTF-8; nullopt for none, or one that is no text.
std::optional<std::string> common_name(const X509* certificate, const Defects& d) {
  const auto* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return std::nullopt;
  if (d.user_raw_octets) {
    const auto* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  unsigned char* bytes = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

/// The first dNSName; nullopt for none.
std::optional<std::string> alternative_name(const X509* certificate, const Defects& d) {
  std::optional<std::string> found;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    const bool counts = name->type == GEN_DNS && !found;
    if (!counts && !d.user_is_last_alternative_name) continue;
    const bool is_text = name->type == GEN_DNS || name->type == GEN_EMAIL || name->type == GEN_URI;
    if (!is_text) continue;
    found.emplace(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.ia5)),
                  static_cast<std::size_t>(ASN1_STRING_length(name->d.ia5)));
  }
  GENERAL_NAMES_free(names);
  return found;
}

std::string subject_text(const X509* certificate, const Defects& d) {
  if (d.user_subject_unescaped) {
    std::array<char, 512> line{};
    X509_NAME_oneline(X509_get_subject_name(certificate), line.data(), line.size());
    return line.data();
  }
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// The name that the listener takes from a certificate.
std::optional<std::string> name_in(const X509* certificate, broker::UserFrom from,
                                   const Defects& d) {
  if (from == broker::UserFrom::subject) return subject_text(certificate, d);
  if (from == broker::UserFrom::alternative_name) return alternative_name(certificate, d);
  return common_name(certificate, d);
}

/// What may be a user name: MQTT's UTF-8 string without control characters (MQTT 3.1.1 section
/// 1.5.3).
bool usable(const std::string& name) {
  return !name.empty() && !find_ill_formed_utf8(name) && std::ranges::none_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

/// The name of a certificate or in a header, as far as it may be one.
std::optional<std::string> accepted_name(std::optional<std::string> name,
                                         const std::string& own_word, const Defects& d) {
  if (name && d.user_cut_at_nul) name = name->substr(0, name->find('\0'));
  if (!name || !usable(*name)) {
    return d.accepts_unusable_name ? std::optional(own_word) : std::nullopt;
  }
  constexpr std::size_t upper_bound = 64;  // ub-common-name
  if (d.user_cut_at_64 && name->size() > upper_bound) name->resize(upper_bound);
  return name;
}

}  // namespace

std::optional<std::string> user_of(const broker::ListenerSettings& listener, const SSL* ssl,
                                   const ProxyHeader& header,
                                   const std::optional<std::string>& claimed, const Defects& d) {
  const auto own_word = claimed.value_or("");
  if (listener.proxy_names_users) {
    const bool without = d.proxy_tls_optional && !header.common_name;
    if ((d.user_from_connect && claimed) || without) return own_word;
    return accepted_name(header.common_name, own_word, d);
  }
  if (ssl != nullptr && !listener.psk.empty()) {
    const auto& identity = notes_of(ssl)->psk_identity;
    const bool without = d.psk_accepts_certificates && !identity;
    if (d.psk_user_from_connect || without) return own_word;
    return accepted_name(identity, own_word, d);
  }
  if (d.proxy_loses_certificate && listener.proxy_protocol) return own_word;
  if (ssl == nullptr || listener.user_from == broker::UserFrom::nothing) return own_word;
  const bool resumed = SSL_session_reused(ssl) == 1;
  if (d.identity_lost_on_resumption && resumed) return own_word;
  if (d.wss_identity_lost && uses_websocket(listener.kind.transport)) return own_word;
  if (d.user_from_connect && claimed) return own_word;

  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    return d.user_without_certificate ? std::optional(own_word) : std::nullopt;
  }
  auto name = accepted_name(name_in(certificate, listener.user_from, d), own_word, d);
  if (name && d.user_is_length_byte) return std::string(1, static_cast<char>(name->size()));
  return name;
}

}  // namespace handfast::test::faulty
