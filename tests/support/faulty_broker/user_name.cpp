#include "tests/support/faulty_broker/user_name.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"

namespace handfast::test::faulty {

namespace {

/// The first common name as UTF-8; nullopt for none, or one that is no text.
std::optional<std::string> common_name(const X509* certificate) {
  const auto* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return std::nullopt;
  unsigned char* bytes = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return std::nullopt;
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

std::string subject_text(const X509* certificate) {
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// What may be a user name: MQTT's UTF-8 string without control characters (MQTT 3.1.1 section
/// 1.5.3).
bool usable(const std::string& name) {
  return !name.empty() && !find_ill_formed_utf8(name) && std::ranges::none_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

std::optional<std::string> user_of(const broker::ListenerSettings& listener, const SSL* ssl,
                                   const std::optional<std::string>& claimed, const Defects& d) {
  const auto own_word = claimed.value_or("");
  if (ssl == nullptr || listener.user_from == broker::UserFrom::nothing) return own_word;
  const bool resumed = SSL_session_reused(ssl) == 1;
  if (d.identity_lost_on_resumption && resumed) return own_word;
  if (d.wss_identity_lost && uses_websocket(listener.kind.transport)) return own_word;
  if (d.user_from_connect && claimed) return own_word;

  const X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) {
    return d.user_without_certificate ? std::optional(own_word) : std::nullopt;
  }
  auto name = listener.user_from == broker::UserFrom::subject
                  ? std::optional(subject_text(certificate))
                  : common_name(certificate);
  if (name && d.user_cut_at_nul) name = name->substr(0, name->find('\0'));
  if (!name || !usable(*name)) {
    return d.accepts_unusable_name ? std::optional(own_word) : std::nullopt;
  }
  if (d.user_is_length_byte) return std::string(1, static_cast<char>(name->size()));
  return name;
}

}  // namespace handfast::test::faulty
