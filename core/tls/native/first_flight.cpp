#include "core/tls/native/first_flight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/native/record_protection.hpp"
#include "core/tls/native/server_hello.hpp"

namespace handfast::tls::native {

namespace {

constexpr std::uint8_t server_hello_done = 14;  // RFC 5246 section 7.4

std::uint16_t first_u16(const RawExtension* extension) {
  if (extension == nullptr) return 0;
  ByteReader reader(extension->body);
  return reader.u16().value_or(0);
}

std::optional<ClearServerHello> read_clear_hello(ByteView body) {
  ByteReader reader(body);
  ClearServerHello hello;
  const auto version = reader.u16();
  const auto random = reader.bytes(hello.random.size());
  const auto session = vector8(reader);
  const auto suite = reader.u16();
  const auto compression = reader.u8();
  if (!version || !random || !session || !suite || !compression) return std::nullopt;
  hello.legacy_version = *version;
  std::ranges::copy(*random, hello.random.begin());
  hello.session_id.assign(session->begin(), session->end());
  hello.cipher_suite = *suite;
  hello.compression_method = *compression;
  if (reader.empty()) return hello;  // TLS 1.2 without extensions
  const auto block = vector16(reader);
  if (!block) return std::nullopt;
  ByteReader extensions(*block);
  while (!extensions.empty()) {
    const auto type = extensions.u16();
    const auto content = vector16(extensions);
    if (!type || !content) return std::nullopt;
    hello.extensions.push_back({.type = *type, .body = {content->begin(), content->end()}});
  }
  return hello;
}

bool speaks_tls(std::uint8_t type, std::uint8_t major) {
  return type >= static_cast<std::uint8_t>(ContentType::change_cipher_spec) &&
         type <= static_cast<std::uint8_t>(ContentType::application_data) && major == 3;
}

/// Takes the whole messages off `stream`.
void take_clear_messages(ByteReader& stream, FirstFlight& flight) {
  while (true) {
    ByteReader ahead = stream;
    const auto type = ahead.u8();
    const auto body = type ? vector24(ahead) : std::nullopt;
    if (!body) return;
    stream = ahead;
    flight.messages.emplace_back(*type, body->size() + handshake_header_bytes);
    if (*type != static_cast<std::uint8_t>(HandshakeType::server_hello)) continue;
    flight.server_hello = read_clear_hello(*body);
    if (!flight.server_hello) flight.trouble = "a ServerHello that is malformed";
  }
}

}  // namespace

bool ClearServerHello::retry() const { return random == retry_random; }

std::uint16_t ClearServerHello::version() const {
  const auto chosen =
      first_u16(find(static_cast<std::uint16_t>(ExtensionType::supported_versions)));
  return chosen != 0 ? chosen : legacy_version;
}

std::uint16_t ClearServerHello::group() const {
  return first_u16(find(static_cast<std::uint16_t>(ExtensionType::key_share)));
}

std::uint16_t ClearServerHello::downgrade_mark() const {
  // "DOWNGRD" and 1 or 0.
  if (as_text(ByteView(random).subspan(24, 7)) != "DOWNGRD") return 0;
  if (random.back() == 1) return 0x0303;
  return random.back() == 0 ? 0x0302 : 0;
}

const RawExtension* ClearServerHello::find(std::uint16_t type) const {
  const auto found = std::ranges::find(extensions, type, &RawExtension::type);
  return found == extensions.end() ? nullptr : &*found;
}

bool FirstFlight::complete() const {
  if (alert && (alert->fatal() || alert->description == 0)) return true;
  if (!trouble.empty()) return true;
  if (!server_hello) return false;
  if (server_hello->retry() || server_hello->version() > 0x0303) return true;
  return messages.back().first == server_hello_done;
}

FirstFlight read_first_flight(ByteView bytes) {
  FirstFlight flight;
  Bytes handshake;
  ByteReader reader(bytes);
  while (!flight.alert || !flight.alert->fatal()) {
    const auto type = reader.u8();
    const auto version = reader.u16();
    if (!type || !version) break;
    if (!speaks_tls(*type, static_cast<std::uint8_t>(*version >> 8))) {
      const auto shown = bytes.first(std::min<std::size_t>(bytes.size(), 16));
      flight.trouble = fmt::format("no TLS record: {}", to_hex(shown));
      break;
    }
    const auto content = vector16(reader);
    if (!content) break;
    ++flight.records;
    flight.largest_record_bytes = std::max(flight.largest_record_bytes, content->size());
    if (*type == static_cast<std::uint8_t>(ContentType::handshake)) {
      handshake.insert(handshake.end(), content->begin(), content->end());
    } else if (*type == static_cast<std::uint8_t>(ContentType::alert) && content->size() == 2) {
      flight.alert = Alert{.level = (*content)[0], .description = (*content)[1]};
    } else {
      break;  // under protection from here on
    }
  }
  ByteReader stream(handshake);
  take_clear_messages(stream, flight);
  return flight;
}

}  // namespace handfast::tls::native
