#include "core/tls/native/handshake.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "core/tls/native/mutate.hpp"

namespace handfast::tls::native {

void Handshake::begin(const ConnectionSettings& settings) {
  settings_ = settings;
  state_ = State::fresh;
}

void Handshake::reset() {
  // Buffers of an unusual chain or hello are not worth keeping.
  constexpr std::size_t usual_bytes = 16384;
  if (hello_bytes_.capacity() > usual_bytes) Bytes().swap(hello_bytes_);
  settings_ = {};
  facts = {};
  encoded_ = {};
  share_.reset();
  for (auto& offer : offers_) OPENSSL_cleanse(offer.key.data(), offer.key.size());
  offers_.clear();
  suite_ = nullptr;
  transcript_.reset();
  schedule_ = {};
  client_secret_ = server_secret_ = {};
  leaf_.reset();
  requested_schemes_.clear();
  keeper_.reset();
  retried_ = early_offered_ = early_accepted_ = first_offer_selected_ = false;
  certificate_requested_ = change_cipher_spec_sent_ = false;
  state_ = State::fresh;
}

std::string_view Handshake::state_name(State state) {
  switch (state) {
    case State::fresh:
    case State::complete:
      return "nothing";
    case State::server_hello:
      return "ServerHello";
    case State::encrypted_extensions:
      return "EncryptedExtensions";
    case State::certificate_or_request:
      return "Certificate or CertificateRequest";
    case State::certificate:
      return "Certificate";
    case State::certificate_verify:
      return "CertificateVerify";
    case State::finished:
      return "Finished";
  }
  return "";
}

Refusal Handshake::out_of_order(std::uint8_t type) const {
  return refuse(
      AlertDescription::unexpected_message,
      fmt::format("{} where {} was due (RFC 8446 4)", handshake_name(type), state_name(state_)));
}

Checked<bool> Handshake::on_message(ByteView message, Connection& connection, Bytes& wire) {
  const auto type = static_cast<HandshakeType>(message[0]);
  note_message(false, message);
  switch (state_) {
    case State::server_hello:
      if (type == HandshakeType::server_hello) return on_server_hello(message, connection, wire);
      break;
    case State::encrypted_extensions:
      if (type == HandshakeType::encrypted_extensions) {
        return on_encrypted_extensions(message, connection);
      }
      break;
    case State::certificate_or_request:
      if (type == HandshakeType::certificate_request) return on_certificate_request(message);
      [[fallthrough]];
    case State::certificate:
      if (type == HandshakeType::certificate) return on_certificate(message);
      break;
    case State::certificate_verify:
      if (type == HandshakeType::certificate_verify) return on_certificate_verify(message);
      break;
    case State::finished:
      if (type == HandshakeType::finished) return on_finished(message, connection, wire);
      break;
    case State::fresh:
    case State::complete:
      break;
  }
  return out_of_order(message[0]);
}

void Handshake::note_message(bool sent, ByteView message) {
  if (!settings_.record_messages) return;
  facts.messages.push_back({.sent = sent,
                            .type = message[0],
                            .size_bytes = static_cast<std::uint32_t>(message.size()),
                            .when = Clock::now()});
}

/// The NSS key log: label, client random, secret.
void Handshake::log_secret(std::string_view label, const Secret& secret) {
  if (!shared_.key_log) return;
  shared_.key_log(fmt::format("{} {} {}", label, to_hex(hello_.random), to_hex(secret.view())));
}

/// Sends a message under the keys of the handshake, in as many records as it takes.
bool Handshake::put_message(ByteView message, Connection& connection, Bytes& wire) {
  note_message(true, message);
  transcript_.add(message);
  const auto most = mutated_fragment(settings_.mutation, message.size(), max_plain_bytes);
  while (!message.empty()) {
    const auto part = message.first(std::min(message.size(), most));
    message = message.subspan(part.size());
    if (!shared_.records.seal(connection.write, ContentType::handshake, part, wire)) {
      return false;
    }
  }
  return true;
}

}  // namespace handfast::tls::native
