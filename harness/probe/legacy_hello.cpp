#include "harness/probe/legacy_hello.hpp"

#include <openssl/ssl.h>

#include <algorithm>

#include "harness/probe/hello.hpp"
#include "harness/probe/libssl_line.hpp"
#include "harness/probe/tls12_records.hpp"

namespace handfast::probe {

namespace {

constexpr std::uint8_t server_hello = 2;  // RFC 5246 section 7.4
constexpr std::uint16_t renegotiation_scsv = 0x00ff;
constexpr std::uint16_t renegotiation_info = 0xff01;

/// The message in clear; empty when libcrypto fails.
Bytes hello_without_extension() {
  auto hello = make_hello(HelloBase::tls12, {});
  if (!hello) return {};
  auto& message = hello->message;
  std::erase(message.cipher_suites, renegotiation_scsv);
  std::erase_if(message.extra, [](const auto& one) { return one.type == renegotiation_info; });
  Bytes out;
  tls::native::encode(message, out);
  return out;
}

/// Reads records until one decides; false when there is none to be had yet.
bool decide(Tls12Records& records, Bytes& received, LegacyHello& seen) {
  while (const auto record = records.open(received)) {
    const auto& content = record->content;
    if (record->type == SSL3_RT_ALERT && content.size() == 2) seen.alert = content[1];
    if (record->type == SSL3_RT_HANDSHAKE && !content.empty() && content[0] == server_hello) {
      seen.answered = true;
    }
    if (seen.alert || seen.answered) return true;
  }
  return false;
}

}  // namespace

LegacyHello renegotiate_without_extension(const Endpoint& endpoint, const Timeouts& timeouts) {
  LegacyHello seen;
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) {
    seen.trouble = opened.error().text();
    return seen;
  }
  LibsslLine client(std::move(*opened), [](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context,
                            "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                            "DHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256");
  });
  const bool connected = client.handshake(Clock::now() + timeouts.handshake);
  auto records = connected ? Tls12Records::after(client.ssl()) : std::nullopt;
  if (!records) {
    seen.trouble = "there was no first handshake with AES-128-GCM";
    return seen;
  }
  const auto hello = hello_without_extension();
  auto& raw = client.connection();
  seen.sent = !hello.empty() && raw.send(records->seal(SSL3_RT_HANDSHAKE, hello));
  if (!seen.sent) {
    seen.trouble = "the hello could not be sent";
    return seen;
  }
  raw.await([&] { return decide(*records, raw.received(), seen); },
            Clock::now() + timeouts.handshake);
  if (!seen.answered) seen.ended = raw.await_end(Clock::now() + timeouts.drain);
  return seen;
}

}  // namespace handfast::probe
