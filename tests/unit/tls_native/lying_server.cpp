#include "tests/unit/tls_native/lying_server.hpp"

#include <array>
#include <utility>

#include "core/tls/native/certificate.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

using namespace tls::native;

namespace {

const Suite& suite() { return *find_suite(std::uint16_t{0x1301}); }
const Group& x25519() { return *find_group(std::uint16_t{29}); }

/// ServerHello or HelloRetryRequest with `key_share` as the content of that extension.
Bytes hello_body(ByteView random, ByteView session_id, ByteView key_share) {
  Bytes body;
  ByteWriter writer(body);
  writer.u16(0x0303);
  writer.bytes(random);
  {
    const LengthPrefix<1> length(body);
    writer.bytes(session_id);
  }
  writer.u16(suite().number);
  writer.u8(0);
  const LengthPrefix<2> extensions(body);
  writer.bytes(hex("002b 0002 0304"));
  writer.u16(51);
  const LengthPrefix<2> length(body);
  writer.bytes(key_share);
  return body;
}

}  // namespace

void LyingServer::read_hello(ByteView wire) {
  ByteReader record(wire);
  record.bytes(3);
  const auto message = *vector16(record);
  hello_.assign(message.begin(), message.end());
  ByteReader reader(message.subspan(4 + 2 + 32));
  const auto id = *vector8(reader);
  session_id_.assign(id.begin(), id.end());
  vector16(reader);
  vector8(reader);
  ByteReader extensions(*vector16(reader));
  while (const auto type = extensions.u16()) {
    const auto body = *vector16(extensions);
    if (*type == 51 && body.size() > 6) client_share_.assign(body.begin() + 6, body.end());
  }
  transcript_.begin(hasher_);
  transcript_.add(hello_);
}

void LyingServer::hello_retry_request(std::uint16_t group) {
  transcript_.replace_by_message_hash();
  const Bytes selected{static_cast<std::uint8_t>(group >> 8), static_cast<std::uint8_t>(group)};
  say(HandshakeType::server_hello,
      hello_body(hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"),
                 session_id_, selected));
}

void LyingServer::server_hello() {
  share_ = shares_.take(x25519(), random_);
  Bytes entry;
  ByteWriter writer(entry);
  writer.u16(x25519().number);
  {
    const LengthPrefix<2> length(entry);
    writer.bytes(share_->public_bytes());
  }
  say(HandshakeType::server_hello, hello_body(Bytes(32, 7), session_id_, entry));
  start_keys();
}

void LyingServer::start_keys() {
  const auto secret = shares_.agree(*share_, client_share_);
  schedule_.start(hasher_, {});
  schedule_.mix(secret ? secret->view() : ByteView{});
  server_secret_ = schedule_.derive("s hs traffic", transcript_.hash());
  use(server_secret_);
}

void LyingServer::use(const Secret& traffic_secret) {
  const auto bytes = traffic_secret.view();
  keys_.emplace(tls13_suite(suite().number), Bytes(bytes.begin(), bytes.end()));
}

void LyingServer::encrypted_extensions() { say(HandshakeType::encrypted_extensions, {0, 0}); }

void LyingServer::certificate_request() {
  say(HandshakeType::certificate_request, hex("00 0008 000d 0004 0002 0403"));
}

void LyingServer::certificate() {
  Bytes message;
  put_certificate(test_pki().server_identity(), message);
  say(HandshakeType::certificate, Bytes(message.begin() + 4, message.end()));
}

void LyingServer::certificate_verify() {
  Bytes content(64, ' ');
  const auto label = as_bytes("TLS 1.3, server CertificateVerify");
  content.insert(content.end(), label.begin(), label.end());
  content.push_back(0);
  const auto hash = transcript_.hash();
  content.insert(content.end(), hash.view().begin(), hash.view().end());
  const tls::DigestContextPtr context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 128> signature{};
  std::size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, test_pki().server.key.get());
  EVP_DigestSign(context.get(), signature.data(), &size, content.data(), content.size());
  Bytes body = hex("0403");
  {
    const LengthPrefix<2> length(body);
    body.insert(body.end(), signature.begin(),
                signature.begin() + static_cast<std::ptrdiff_t>(size));
  }
  say(HandshakeType::certificate_verify, std::move(body));
}

void LyingServer::finished() {
  const auto mac = finished_mac(hasher_, server_secret_, transcript_.hash());
  say(HandshakeType::finished, Bytes(mac.view().begin(), mac.view().end()));
  if (held_) return;
  schedule_.finish();
  use(schedule_.derive("s ap traffic", transcript_.hash()));
}

void LyingServer::flight() {
  server_hello();
  encrypted_extensions();
  certificate();
  certificate_verify();
  finished();
}

void LyingServer::say(HandshakeType type, Bytes body) {
  if (edit_) edit_(type, body);
  Bytes message;
  {
    const MessageFrame frame(message, type);
    message.insert(message.end(), body.begin(), body.end());
  }
  transcript_.add(message);
  if (held_) {
    held_->insert(held_->end(), message.begin(), message.end());
  } else {
    put(ContentType::handshake, message);
  }
}

void LyingServer::join() {
  const Bytes all = std::move(*held_);
  held_.reset();
  put(ContentType::handshake, all);
}

void LyingServer::put(ContentType type, ByteView content) {
  if (!keys_) return put_plain(type, content);
  const Bytes record = keys_->seal_as(static_cast<std::uint8_t>(type), content);
  wire_.insert(wire_.end(), record.begin(), record.end());
}

void LyingServer::put_plain(ContentType type, ByteView content) {
  put_plain_record(type, 0x0303, content, wire_);
}

void LyingServer::put_inner(ByteView inner) {
  const Bytes record = keys_->seal(inner);
  wire_.insert(wire_.end(), record.begin(), record.end());
}

}  // namespace handfast::test
