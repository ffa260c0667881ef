// Who the server is, and who we are: CertificateRequest to Finished (RFC 8446 section 4.4), and our
// last flight.
#include <algorithm>

#include "core/tls/native/handshake.hpp"
#include "core/tls/native/mutate.hpp"

namespace handfast::tls::native {

namespace {

ByteView body_of(ByteView message) { return message.subspan(handshake_header_bytes); }

}  // namespace

Checked<bool> Handshake::on_certificate_request(ByteView message) {
  if (auto read = read_certificate_request(body_of(message), requested_schemes_); !read) {
    return read.error();
  }
  transcript_.add(message);
  certificate_requested_ = facts.certificate_requested = true;
  state_ = State::certificate;
  return false;
}

Checked<bool> Handshake::on_certificate(ByteView message) {
  auto& list = shared_.certificates;
  if (auto read = read_certificate(body_of(message), encoded_.offered, list); !read) {
    return read.error();
  }
  transcript_.add(message);
  facts.peer_chain_length = static_cast<std::uint32_t>(list.der.size());
  for (const auto der : list.der) {
    facts.peer_chain_bytes += static_cast<std::uint32_t>(der.size());
    if (settings_.record_messages) facts.peer_chain.emplace_back(der.begin(), der.end());
  }
  facts.ocsp_staple.assign(list.ocsp_response.begin(), list.ocsp_response.end());
  facts.verified = shared_.verify;
  const auto verdict = shared_.chain->judge(list, settings_.host, leaf_);
  if (!verdict) {
    facts.verify_code = verdict.error().verify_code;
    return verdict.error();
  }
  facts.verify_code = verdict->verify_code;
  facts.chain_remembered = verdict->remembered;
  facts.certificates_cached = verdict->parsed_before;
  state_ = State::certificate_verify;
  return false;
}

Checked<bool> Handshake::on_certificate_verify(ByteView message) {
  EVP_PKEY* key = X509_get0_pubkey(leaf_.get());
  if (key == nullptr) {
    return refuse(AlertDescription::unsupported_certificate,
                  "Certificate: its key is of no known kind (RFC 8446 4.4.2.2)");
  }
  const auto scheme = shared_.signatures.verify(body_of(message), key, transcript_.hash(),
                                                hello_.signature_algorithms);
  if (!scheme) return scheme.error();
  transcript_.add(message);
  facts.signature = (*scheme)->name;
  state_ = State::finished;
  return false;
}

Checked<bool> Handshake::on_finished(ByteView message, Connection& connection, Bytes& wire) {
  Hasher& hasher = shared_.hasher(*suite_);
  const Secret expected = finished_mac(hasher, server_secret_, transcript_.hash());
  const ByteView got = body_of(message);
  if (got.size() != expected.size) {
    return refuse(AlertDescription::decode_error,
                  "Finished: not as long as the hash (RFC 8446 4.4.4)");
  }
  if (!equal_secrets(got, expected.view())) {
    return refuse(AlertDescription::decrypt_error,
                  "Finished: verify_data does not match (RFC 8446 4.4.4)");
  }
  transcript_.add(message);
  facts.verified = shared_.verify;  // a resumed session rests on the chain of then
  const Secret transcript = transcript_.hash();
  if (auto sent = send_last_flight(connection, wire); !sent) return sent.error();
  install_application_keys(connection, transcript);
  state_ = State::complete;
  return true;
}

/// [EndOfEarlyData] [Certificate [CertificateVerify]] Finished
Checked<void> Handshake::send_last_flight(Connection& connection, Bytes& wire) {
  Hasher& hasher = shared_.hasher(*suite_);
  send_change_cipher_spec(wire);
  Bytes& message = shared_.message;
  if (early_accepted_) {
    message.clear();
    {
      const MessageFrame frame(message, HandshakeType::end_of_early_data);
    }
    if (!put_message(message, connection, wire)) return broken("EndOfEarlyData");
    connection.write = traffic_keys(hasher, *suite_, client_secret_);
  }
  if (certificate_requested_) {
    if (auto sent = send_certificate(connection, wire); !sent) return sent.error();
  }
  if (settings_.mutation == Mutation::key_update_early) {
    static constexpr std::array<std::uint8_t, 5> key_update{24, 0, 0, 1, 0};
    shared_.records.seal(connection.write, ContentType::handshake, key_update, wire);
  }
  if (settings_.mutation == Mutation::finished_missing) return {};
  const Secret mac = finished_mac(hasher, client_secret_, transcript_.hash());
  message.clear();
  {
    const MessageFrame frame(message, HandshakeType::finished);
    ByteWriter(message).bytes(mac.view());
  }
  if (settings_.mutation == Mutation::finished_flipped) flip(message);
  if (!put_message(message, connection, wire)) return broken("Finished");
  return {};
}

/// The first scheme of ours that the server takes and our key can; null for none.
const Scheme* Handshake::own_scheme() const {
  if (settings_.identity.empty()) return nullptr;
  for (const auto number : hello_.signature_algorithms) {
    const auto* scheme = find_scheme(number);
    if (scheme != nullptr && Signatures::fits(settings_.identity.key(), *scheme) &&
        std::ranges::find(requested_schemes_, number) != requested_schemes_.end()) {
      return scheme;
    }
  }
  return nullptr;
}

/// Without a key that fits what the server asked for, an empty Certificate (RFC 8446
/// section 4.4.2).
Checked<void> Handshake::send_certificate(Connection& connection, Bytes& wire) {
  const auto* scheme = own_scheme();
  Bytes& message = shared_.message;
  message.clear();
  put_certificate(scheme != nullptr ? settings_.identity : Identity{}, message);
  if (scheme != nullptr) mutate_certificate(settings_.mutation, message);
  if (!put_message(message, connection, wire)) return broken("Certificate");
  if (scheme == nullptr) return {};
  facts.certificate_sent = true;
  if (settings_.mutation == Mutation::verify_missing) return {};
  scheme = mutated_scheme(settings_.mutation, scheme, settings_.identity.key());
  message.clear();
  auto made =
      shared_.signatures.sign(*scheme, settings_.identity.key(), transcript_.hash(), message);
  if (!made) return made.error();
  mutate_verify(settings_.mutation, message, requested_schemes_);
  if (!put_message(message, connection, wire)) return broken("CertificateVerify");
  return {};
}

/// `transcript` is up to the server's Finished; that of the resumption secret has ours too.
void Handshake::install_application_keys(Connection& connection, const Secret& transcript) {
  Hasher& hasher = shared_.hasher(*suite_);
  schedule_.finish();
  const Secret client = schedule_.derive("c ap traffic", transcript);
  const Secret server = schedule_.derive("s ap traffic", transcript);
  if (shared_.key_log) {
    log_secret("SERVER_TRAFFIC_SECRET_0", server);
    log_secret("EXPORTER_SECRET", schedule_.derive("exp master", transcript));
    log_secret("CLIENT_TRAFFIC_SECRET_0", client);
  }
  if (shared_.keep_sessions) {
    keeper_ = std::make_unique<TicketKeeper>(
        TicketKeeper{.suite = suite_,
                     .resumption_secret = schedule_.derive("res master", transcript_.hash()),
                     .alpn = facts.alpn,
                     .host = settings_.host,
                     .verified = facts.verified});
  }
  connection.read = traffic_keys(hasher, *suite_, server);
  connection.write = traffic_keys(hasher, *suite_, client);
}

}  // namespace handfast::tls::native
