#include "harness/probe/hello.hpp"

#include <algorithm>

#include "core/tls/native/key_shares.hpp"
#include "core/tls/native/record_protection.hpp"
#include "core/tls/peer_check.hpp"

namespace handfast::probe {

using tls::native::ClientHello;
using tls::native::KeyShareEntry;

namespace {

// IANA registry "TLS ExtensionType Values", those that our own client never sends.
constexpr std::uint16_t ec_point_formats = 11;
constexpr std::uint16_t extended_master_secret = 23;
constexpr std::uint16_t session_ticket = 35;
constexpr std::uint16_t renegotiation_info = 0xff01;

void speak_tls13(ClientHello& hello) {
  hello.cipher_suites = {0x1301, 0x1302, 0x1303};
  hello.versions = {0x0304};
}

void speak_tls12(ClientHello& hello, HelloBase base) {
  // ECDHE with AES-GCM and ChaCha20-Poly1305 (RFC 5289, RFC 7905).
  if (base == HelloBase::tls12_rsa) {
    hello.cipher_suites = {0xc02f, 0xc030, 0xcca8};
  } else {
    for (const auto suite : {0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8}) {
      hello.cipher_suites.push_back(static_cast<std::uint16_t>(suite));
    }
  }
  hello.extra = {{.type = extended_master_secret, .body = {}},
                 {.type = renegotiation_info, .body = {0}},
                 {.type = ec_point_formats, .body = {1, 0}},
                 {.type = session_ticket, .body = {}}};
  if (base == HelloBase::modern) {
    hello.versions.push_back(0x0303);
    return;
  }
  hello.versions.clear();
  hello.key_shares.clear();
  hello.psk_key_exchange_modes.clear();
}

tls::native::RandomPool& randomness() {
  thread_local tls::native::RandomPool pool;
  return pool;
}

}  // namespace

std::string_view to_string(HelloBase base) {
  switch (base) {
    case HelloBase::modern:
      return "TLS 1.3 and 1.2";
    case HelloBase::tls13:
      return "TLS 1.3";
    case HelloBase::tls12:
      return "TLS 1.2";
    case HelloBase::tls12_rsa:
      return "TLS 1.2 with RSA";
  }
  return "unknown";
}

Result<KeyShareEntry> fresh_share(std::string_view group) {
  const auto* known = tls::native::find_group(group);
  if (known == nullptr) return internal_problem("there is no such group", std::string(group));
  tls::native::KeyShares shares(tls::KeyMode::fresh, 0);
  const auto share = shares.take(*known, randomness());
  if (!share) return internal_problem("libcrypto makes no key of this group", std::string(group));
  const auto bytes = share->public_bytes();
  return KeyShareEntry{.group = known->number, .key_exchange = {bytes.begin(), bytes.end()}};
}

Result<Hello> make_hello(HelloBase base, std::string_view host) {
  Hello hello;
  auto& message = hello.message;
  message.session_id.resize(32);
  if (!randomness().fill(message.random) || !randomness().fill(message.session_id)) {
    return internal_problem("libcrypto has no randomness");
  }
  if (!host.empty() && !tls::is_ip_literal(std::string(host))) message.server_name = host;
  message.groups = {0x001d, 0x0017, 0x0018};
  // ecdsa and rsa_pss of all three hashes, then rsa_pkcs1 for certificates and TLS 1.2.
  message.signature_algorithms = {0x0403, 0x0503, 0x0603, 0x0804, 0x0805,
                                  0x0806, 0x0401, 0x0501, 0x0601};
  auto share = fresh_share("x25519");
  if (!share) return share.error();
  message.key_shares.push_back(std::move(*share));
  if (base == HelloBase::modern || base == HelloBase::tls13) speak_tls13(message);
  if (base != HelloBase::tls13) speak_tls12(message, base);
  return hello;
}

void spell_out_extensions(ClientHello& hello) {
  Bytes message;
  ClientHello only = hello;
  tls::native::encode(only, message);
  // Behind the fixed fields, whose sizes we know.
  const std::size_t fixed = tls::native::handshake_header_bytes + 2 + hello.random.size() + 1 +
                            hello.session_id.size() + 2 + 2 * hello.cipher_suites.size() + 1 +
                            hello.compression_methods.size() + 2;
  ByteReader reader(ByteView(message).subspan(fixed));
  std::vector<tls::native::RawExtension> extensions;
  while (!reader.empty()) {
    const auto type = reader.u16();
    const auto body = tls::native::vector16(reader);
    if (!type || !body) break;
    extensions.push_back({.type = *type, .body = {body->begin(), body->end()}});
  }
  hello.server_name.clear();
  hello.versions.clear();
  hello.groups.clear();
  hello.signature_algorithms.clear();
  hello.key_shares.clear();
  hello.no_key_shares = false;
  hello.psk_key_exchange_modes.clear();
  hello.alpn.clear();
  hello.status_request = false;
  hello.cookie.clear();
  hello.early_data = false;
  hello.extra = std::move(extensions);
}

Bytes in_records(ByteView message, std::uint16_t record_version, std::size_t fragment_bytes) {
  Bytes wire;
  while (!message.empty()) {
    const auto size = std::min(fragment_bytes, message.size());
    tls::native::put_plain_record(tls::native::ContentType::handshake, record_version,
                                  message.first(size), wire);
    message = message.subspan(size);
  }
  return wire;
}

Bytes to_wire(const Hello& hello) {
  if (!hello.raw.empty()) return hello.raw;
  Bytes message;
  tls::native::encode(hello.message, message);
  return in_records(message, hello.record_version, hello.fragment_bytes);
}

Outcome HelloAnswer::outcome() const {
  if (!connected) return Outcome::not_sent;
  if (flight.alert && flight.alert->fatal()) return Outcome::reject;
  if (flight.server_hello) return Outcome::accept;
  if (flight.alert || end != RawEnd::open || !flight.trouble.empty()) return Outcome::reject;
  return Outcome::hang;
}

CloseKind HelloAnswer::close() const {
  if (outcome() != Outcome::reject) return CloseKind::none;
  if (flight.alert) {
    return flight.alert->description == 0 ? CloseKind::close_notify : CloseKind::alert;
  }
  if (end == RawEnd::reset) return CloseKind::rst;
  return end == RawEnd::fin ? CloseKind::fin : CloseKind::none;
}

HelloAnswer ask(const Endpoint& endpoint, ByteView wire, const Timeouts& timeouts) {
  HelloAnswer answer;
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) {
    answer.trouble = opened.error().text();
    return answer;
  }
  auto& connection = *opened;
  answer.connected = true;
  const auto begin = Clock::now();
  answer.sent = connection.send(wire);
  answer.sent_bytes = wire.size();
  const auto complete = [&] {
    answer.flight = tls::native::read_first_flight(connection.received());
    return answer.flight.complete();
  };
  connection.await(complete, begin + timeouts.handshake);
  answer.took = Clock::now() - begin;
  answer.end = connection.end();
  answer.received = connection.received();
  return answer;
}

}  // namespace handfast::probe
