#include "core/tls/native/server_hello.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::tls::native {

namespace {

constexpr std::uint16_t tls12 = 0x0303;
constexpr std::uint16_t tls13 = 0x0304;

/// The last 8 bytes of a random value with which a server that speaks TLS 1.3 marks that it speaks
/// less here: "DOWNGRD" and 1 for TLS 1.2, 0 for older ones.
bool has_downgrade_marker(ByteView random) {
  const auto tail = random.last(8);
  return std::ranges::equal(tail.first(7), as_bytes("DOWNGRD")) && tail[7] <= 1;
}

/// The fixed fields.
struct Fields {
  std::uint16_t version = 0;
  ByteView random;
  ByteView session_id;
  std::uint16_t suite = 0;
  std::uint8_t compression = 0;
};

std::optional<Fields> read_fields(ByteReader& reader) {
  const auto version = reader.u16();
  const auto random = reader.bytes(std::tuple_size_v<HelloRandom>);
  const auto session_id = random ? vector8(reader) : std::nullopt;
  const auto suite = session_id ? reader.u16() : std::nullopt;
  const auto compression = suite ? reader.u8() : std::nullopt;
  if (!compression) return std::nullopt;
  return Fields{*version, *random, *session_id, *suite, *compression};
}

Refusal illegal(Carrier carrier, std::string_view what) {
  return refuse(AlertDescription::illegal_parameter, in_message(carrier, what));
}

/// Without supported_versions the server speaks TLS 1.2 or older.
Refusal older_version(const Fields& fields) {
  if (has_downgrade_marker(fields.random)) {
    return illegal(Carrier::server_hello, "downgrade marker in random (RFC 8446 4.1.3)");
  }
  return refuse(
      AlertDescription::protocol_version,
      in_message(Carrier::server_hello,
                 fmt::format("version 0x{:04x}, not TLS 1.3 (RFC 8446 4.2.1)", fields.version)));
}

Checked<void> check_version(Carrier carrier, const Fields& fields, const Extensions& extensions) {
  const auto body = extensions.find(ExtensionType::supported_versions);
  if (!body) return older_version(fields);
  if (fields.version != tls12) {
    return illegal(carrier, "legacy_version is not 0x0303 (RFC 8446 4.1.3)");
  }
  ByteReader reader(*body);
  const auto selected = reader.u16();
  if (!selected || !reader.empty()) {
    return malformed(carrier, "supported_versions is not one version (RFC 8446 4.2.1)");
  }
  if (*selected != tls13) {
    return illegal(
        carrier,
        fmt::format("selected_version 0x{:04x} was not offered (RFC 8446 4.2.1)", *selected));
  }
  return {};
}

Checked<const Suite*> check_fields(Carrier carrier, const Fields& fields,
                                   const ClientHello& hello) {
  if (!std::ranges::equal(fields.session_id, hello.session_id)) {
    return illegal(carrier, "legacy_session_id_echo is not what was sent (RFC 8446 4.1.3)");
  }
  const auto* suite = find_suite(fields.suite);
  if (suite == nullptr ||
      std::ranges::find(hello.cipher_suites, fields.suite) == hello.cipher_suites.end()) {
    return illegal(carrier, fmt::format("cipher suite 0x{:04x} was not offered (RFC 8446 4.1.3)",
                                        fields.suite));
  }
  if (fields.compression != 0) {
    return illegal(carrier, "legacy_compression_method is not 0 (RFC 8446 4.1.3)");
  }
  return suite;
}

/// KeyShareServerHello, RFC 8446 section 4.2.8.
Checked<void> read_key_share(ByteView body, ServerHello& out) {
  ByteReader reader(body);
  const auto group = reader.u16();
  const auto key = group ? vector16(reader) : std::nullopt;
  if (!key || !reader.empty()) {
    return malformed(Carrier::server_hello, "key_share is not one entry (RFC 8446 4.2.8)");
  }
  out.key_share = ServerShare{*group, *key};
  return {};
}

Checked<void> read_answers(const Extensions& extensions, ServerHello& out) {
  if (const auto body = extensions.find(ExtensionType::key_share)) {
    if (auto read = read_key_share(*body, out); !read) return read.error();
  }
  if (const auto body = extensions.find(ExtensionType::pre_shared_key)) {
    ByteReader reader(*body);
    out.selected_identity = reader.u16();
    if (!out.selected_identity || !reader.empty()) {
      return malformed(Carrier::server_hello,
                       "pre_shared_key is not one selected_identity (RFC 8446 4.2.11)");
    }
  }
  return {};
}

Checked<void> read_retry(const Extensions& extensions, ServerHello& out) {
  if (const auto body = extensions.find(ExtensionType::key_share)) {
    ByteReader reader(*body);
    out.selected_group = reader.u16();
    if (!out.selected_group || !reader.empty()) {
      return malformed(Carrier::hello_retry_request,
                       "key_share is not one selected_group (RFC 8446 4.2.8)");
    }
  }
  if (const auto body = extensions.find(ExtensionType::cookie)) {
    ByteReader reader(*body);
    out.cookie = vector16(reader);
    if (!out.cookie || out.cookie->empty() || !reader.empty()) {
      return malformed(Carrier::hello_retry_request,
                       "cookie is empty or cut short (RFC 8446 4.2.2)");
    }
  }
  return {};
}

}  // namespace

Checked<ServerHello> read_server_hello(ByteView body, const ClientHello& hello,
                                       const OfferedExtensions& offered) {
  ByteReader reader(body);
  const auto fields = read_fields(reader);
  if (!fields) return malformed(Carrier::server_hello, "cut short (RFC 8446 4.1.3)");
  ServerHello out{.retry = std::ranges::equal(fields->random, retry_random)};
  const Carrier carrier = out.carrier();
  // TLS 1.2 servers may leave the extensions out.
  if (reader.empty()) return older_version(*fields);
  auto extensions = read_extensions(reader, carrier, offered);
  if (!extensions) {
    return fields->version != tls12 ? older_version(*fields) : extensions.error();
  }
  if (!reader.empty()) return malformed(carrier, "bytes behind the extensions (RFC 8446 4.1.3)");
  if (auto fine = check_version(carrier, *fields, *extensions); !fine) return fine.error();
  auto suite = check_fields(carrier, *fields, hello);
  if (!suite) return suite.error();
  out.suite = *suite;
  auto read = out.retry ? read_retry(*extensions, out) : read_answers(*extensions, out);
  if (!read) return read.error();
  return out;
}

}  // namespace handfast::tls::native
