#include "core/tls/native/encrypted_extensions.hpp"

#include <algorithm>

namespace handfast::tls::native {

namespace {

constexpr Carrier here = Carrier::encrypted_extensions;

bool was_offered(ByteView name, ByteView alpn) {
  ByteReader offered(alpn);
  while (const auto one = vector8(offered)) {
    if (std::ranges::equal(*one, name)) return true;
  }
  return false;
}

/// RFC 7301 section 3.1: a list of exactly one name.
Checked<std::string> read_alpn(ByteView body, const ClientHello& hello) {
  ByteReader reader(body);
  const auto list = vector16(reader);
  ByteReader names(list.value_or(ByteView{}));
  const auto name = vector8(names);
  if (!name || name->empty() || !names.empty() || !reader.empty()) {
    return malformed(here, "ALPN is not exactly one protocol name (RFC 7301 3.1)");
  }
  if (!was_offered(*name, hello.alpn)) {
    return refuse(AlertDescription::illegal_parameter,
                  in_message(here, "the ALPN protocol was not offered (RFC 7301 3.2)"));
  }
  return std::string(as_text(*name));
}

}  // namespace

Checked<EncryptedExtensions> read_encrypted_extensions(ByteView body, const ClientHello& hello,
                                                       const OfferedExtensions& offered) {
  ByteReader reader(body);
  const auto extensions = read_extensions(reader, here, offered);
  if (!extensions) return extensions.error();
  if (!reader.empty()) return malformed(here, "bytes behind the extensions (RFC 8446 4.3.1)");
  EncryptedExtensions out;
  if (const auto name = extensions->find(ExtensionType::server_name); name && !name->empty()) {
    return malformed(here, "server_name is not empty (RFC 6066 3)");
  }
  if (const auto groups = extensions->find(ExtensionType::supported_groups)) {
    ByteReader list(*groups);
    const auto numbers = vector16(list);
    if (!numbers || numbers->empty() || numbers->size() % 2 != 0 || !list.empty()) {
      return malformed(here, "supported_groups is no list of groups (RFC 8446 4.2.7)");
    }
  }
  if (const auto early = extensions->find(ExtensionType::early_data)) {
    if (!early->empty()) return malformed(here, "early_data is not empty (RFC 8446 4.2.10)");
    out.early_data = true;
  }
  if (const auto alpn = extensions->find(ExtensionType::application_layer_protocol_negotiation)) {
    auto name = read_alpn(*alpn, hello);
    if (!name) return name.error();
    out.alpn = std::move(*name);
  }
  return out;
}

}  // namespace handfast::tls::native
