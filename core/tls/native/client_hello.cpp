#include "core/tls/native/client_hello.hpp"

namespace handfast::tls::native {

namespace {

class Writer {
 public:
  Writer(Bytes& out, OfferedExtensions& offered) : out_(out), writer_(out), offered_(offered) {}

  /// One extension; `body` writes what is in it.
  template <class Body>
  void extension(ExtensionType type, const Body& body) {
    offered_.add(type);
    writer_.u16(static_cast<std::uint16_t>(type));
    const LengthPrefix<2> length(out_);
    body();
  }
  void numbers16(const std::vector<std::uint16_t>& numbers) {
    const LengthPrefix<2> length(out_);
    for (const auto number : numbers) writer_.u16(number);
  }

  void hello_fields(const ClientHello& hello);
  /// The offset of the binders; 0 without pre_shared_key.
  std::size_t extensions(const ClientHello& hello);

 private:
  void names(const ClientHello& hello);
  void algorithms(const ClientHello& hello);
  void key_shares(const ClientHello& hello);
  void others(const ClientHello& hello);
  void raw(const RawExtension& extension);
  std::size_t pre_shared_key(const ClientHello& hello);

  Bytes& out_;
  ByteWriter writer_;
  OfferedExtensions& offered_;
};

void Writer::hello_fields(const ClientHello& hello) {
  writer_.u16(hello.legacy_version);
  writer_.bytes(hello.random);
  {
    const LengthPrefix<1> length(out_);
    writer_.bytes(hello.session_id);
  }
  numbers16(hello.cipher_suites);
  const LengthPrefix<1> length(out_);
  writer_.bytes(hello.compression_methods);
}

std::size_t Writer::extensions(const ClientHello& hello) {
  const LengthPrefix<2> length(out_);
  names(hello);
  algorithms(hello);
  others(hello);
  key_shares(hello);
  const auto binders_at = hello.psks.empty() ? 0 : pre_shared_key(hello);
  if (hello.behind_psk) raw({.type = 0x1a1a, .body = {}});  // reserved by RFC 8701
  return binders_at;
}

/// server_name (RFC 6066 section 3), ALPN (RFC 7301 section 3.1), status_request (RFC 6066 section
/// 8: ocsp, no responders, no extensions).
void Writer::names(const ClientHello& hello) {
  if (!hello.server_name.empty()) {
    extension(ExtensionType::server_name, [&] {
      const LengthPrefix<2> list(out_);
      writer_.u8(0);  // host_name
      const LengthPrefix<2> length(out_);
      writer_.bytes(as_bytes(hello.server_name));
    });
  }
  if (!hello.alpn.empty()) {
    extension(ExtensionType::application_layer_protocol_negotiation, [&] {
      const LengthPrefix<2> list(out_);
      writer_.bytes(hello.alpn);
    });
  }
  if (hello.status_request) {
    extension(ExtensionType::status_request, [&] {
      writer_.u8(1);
      writer_.u32(0);
    });
  }
}

void Writer::algorithms(const ClientHello& hello) {
  if (!hello.groups.empty()) {
    extension(ExtensionType::supported_groups, [&] { numbers16(hello.groups); });
  }
  if (!hello.signature_algorithms.empty()) {
    extension(ExtensionType::signature_algorithms, [&] { numbers16(hello.signature_algorithms); });
  }
  if (!hello.versions.empty()) {
    extension(ExtensionType::supported_versions, [&] {
      const LengthPrefix<1> length(out_);
      for (const auto version : hello.versions) writer_.u16(version);
    });
  }
}

void Writer::key_shares(const ClientHello& hello) {
  if (hello.key_shares.empty() && !hello.no_key_shares) return;
  extension(ExtensionType::key_share, [&] {
    const LengthPrefix<2> list(out_);
    for (const auto& share : hello.key_shares) {
      writer_.u16(share.group);
      const LengthPrefix<2> length(out_);
      writer_.bytes(share.key_exchange);
    }
  });
}

void Writer::others(const ClientHello& hello) {
  if (!hello.psk_key_exchange_modes.empty()) {
    extension(ExtensionType::psk_key_exchange_modes, [&] {
      const LengthPrefix<1> length(out_);
      writer_.bytes(hello.psk_key_exchange_modes);
    });
  }
  if (!hello.cookie.empty()) {
    extension(ExtensionType::cookie, [&] {
      const LengthPrefix<2> length(out_);
      writer_.bytes(hello.cookie);
    });
  }
  if (hello.early_data) extension(ExtensionType::early_data, [] {});
  for (const auto& extension : hello.extra) raw(extension);
}

void Writer::raw(const RawExtension& extension) {
  offered_.add(extension.type);
  writer_.u16(extension.type);
  const LengthPrefix<2> length(out_);
  writer_.bytes(extension.body);
}

/// OfferedPsks (RFC 8446 section 4.2.11); the offset of the binders.
std::size_t Writer::pre_shared_key(const ClientHello& hello) {
  std::size_t before_binders = 0;
  extension(ExtensionType::pre_shared_key, [&] {
    {
      const LengthPrefix<2> identities(out_);
      for (const auto& psk : hello.psks) {
        {
          const LengthPrefix<2> length(out_);
          writer_.bytes(psk.identity);
        }
        writer_.u32(psk.obfuscated_ticket_age);
      }
    }
    before_binders = out_.size();
    const LengthPrefix<2> binders(out_);
    for (const auto& psk : hello.psks) {
      writer_.u8(psk.binder_bytes);
      out_.resize(out_.size() + psk.binder_bytes);
    }
  });
  return before_binders;
}

}  // namespace

EncodedHello encode(const ClientHello& hello, Bytes& out) {
  EncodedHello encoded;
  out.clear();
  Writer writer(out, encoded.offered);
  {
    const MessageFrame message(out, HandshakeType::client_hello);
    writer.hello_fields(hello);
    if (hello.extension_block) encoded.truncated_bytes = writer.extensions(hello);
  }
  if (encoded.truncated_bytes == 0) encoded.truncated_bytes = out.size();
  return encoded;
}

}  // namespace handfast::tls::native
