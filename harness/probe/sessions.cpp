#include "harness/probe/sessions.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "core/tls/libssl_client.hpp"

namespace handfast::probe {

namespace {

SSL_SESSION* handle_of(const tls::Session& session) {
  return dynamic_cast<const tls::LibsslSession&>(session).handle.get();
}

SessionHandle owned(SSL_SESSION* session) {
  return session == nullptr ? nullptr : std::make_shared<const tls::LibsslSession>(session);
}

}  // namespace

SessionFacts facts_of(const tls::Session& session) {
  const auto* handle = handle_of(session);
  return {.has_ticket = SSL_SESSION_has_ticket(handle) == 1,
          .lifetime_s = SSL_SESSION_get_ticket_lifetime_hint(handle),
          .max_early_data = SSL_SESSION_get_max_early_data(handle)};
}

SessionHandle with_flipped_ticket(const tls::Session& session) {
  auto* handle = handle_of(session);
  const unsigned char* secret = nullptr;
  std::size_t size = 0;
  if (SSL_SESSION_has_ticket(handle) == 1) {
    SSL_SESSION_get0_ticket(handle, &secret, &size);
  } else {
    unsigned int id_size = 0;
    secret = SSL_SESSION_get_id(handle, &id_size);
    size = id_size;
  }
  const int der_size = i2d_SSL_SESSION(handle, nullptr);
  if (der_size <= 0 || size == 0) return nullptr;
  Bytes der(static_cast<std::size_t>(der_size));
  auto* out = der.data();
  i2d_SSL_SESSION(handle, &out);
  // The serialized session has no other way in that leaves the key alone.
  const auto place = std::ranges::search(der, ByteView(secret, size)).begin();
  if (place == der.end()) return nullptr;
  *(place + static_cast<std::ptrdiff_t>(size / 2)) ^= 1;
  const auto* in = static_cast<const unsigned char*>(der.data());
  return owned(d2i_SSL_SESSION(nullptr, &in, der_size));
}

SessionHandle with_early_data(const tls::Session& session, std::uint32_t bytes) {
  auto* copy = SSL_SESSION_dup(handle_of(session));
  if (copy != nullptr) SSL_SESSION_set_max_early_data(copy, bytes);
  return owned(copy);
}

}  // namespace handfast::probe
