// ServerHello or HelloRetryRequest, and EncryptedExtensions (RFC 8446
// sections 4.1.3, 4.1.4, 4.3.1): what was negotiated, and the first keys.
#include <fmt/format.h>

#include <algorithm>

#include "core/tls/native/encrypted_extensions.hpp"
#include "core/tls/native/handshake.hpp"

namespace handfast::tls::native {

namespace {

constexpr std::uint16_t record_version = 0x0303;

Refusal illegal(Carrier carrier, std::string_view what) {
  return refuse(AlertDescription::illegal_parameter, in_message(carrier, what));
}

ByteView body_of(ByteView message) { return message.subspan(handshake_header_bytes); }

}  // namespace

Checked<bool> Handshake::on_server_hello(ByteView message, Connection& connection, Bytes& wire) {
  const auto hello = read_server_hello(body_of(message), hello_, encoded_.offered);
  if (!hello) return hello.error();
  if (hello->retry) return on_retry(*hello, message, connection, wire);
  if (retried_ && hello->suite != suite_) {
    return illegal(Carrier::server_hello,
                   "cipher suite changed after HelloRetryRequest (RFC 8446 4.1.4)");
  }
  suite_ = hello->suite;
  if (!retried_) {
    transcript_.begin(shared_.hasher(*suite_));
    transcript_.add(hello_bytes_);
  }
  transcript_.add(message);
  const auto offer = selected_offer(*hello);
  if (!offer) return offer.error();
  if (auto agreed = agree(*hello, *offer); !agreed) return agreed.error();
  facts.version = Version::tls1_3;
  facts.cipher_suite = suite_->name;
  facts.group = share_->group->name;
  install_handshake_keys(connection);
  state_ = State::encrypted_extensions;
  return true;
}

/// The second ClientHello is the first except for what RFC 8446 section 4.1.2 lists.
Checked<bool> Handshake::on_retry(const ServerHello& retry, ByteView message,
                                  Connection& connection, Bytes& wire) {
  if (retried_) {
    return refuse(AlertDescription::unexpected_message,
                  in_message(Carrier::hello_retry_request, "a second one (RFC 8446 4.1.4)"));
  }
  retried_ = true;
  if (!retry.selected_group && !retry.cookie) {
    return illegal(Carrier::hello_retry_request,
                   "the ClientHello would not change (RFC 8446 4.1.4)");
  }
  suite_ = retry.suite;
  transcript_.begin(shared_.hasher(*suite_));
  transcript_.add(hello_bytes_);
  transcript_.replace_by_message_hash();
  transcript_.add(message);
  if (auto taken = retry_group(retry); !taken) return taken.error();
  if (retry.cookie) hello_.cookie.assign(retry.cookie->begin(), retry.cookie->end());
  hello_.early_data = false;
  connection.writes_protected = false;
  retry_keys(*suite_);
  send_change_cipher_spec(wire);
  if (auto sent = send_hello(record_version, wire); !sent) return sent.error();
  return false;
}

Checked<void> Handshake::retry_group(const ServerHello& retry) {
  if (!retry.selected_group) return {};
  const auto number = *retry.selected_group;
  const auto* group = find_group(number);
  if (group == nullptr || std::ranges::find(hello_.groups, number) == hello_.groups.end()) {
    return illegal(Carrier::hello_retry_request,
                   fmt::format("selected_group {} was not offered (RFC 8446 4.2.8)", number));
  }
  if (group == share_->group && !hello_.no_key_shares) {
    return illegal(Carrier::hello_retry_request,
                   "selected_group already has a key share (RFC 8446 4.2.8)");
  }
  return take_share(*group);
}

/// Keys whose hash is not the suite's are of no use any more (RFC 8446 section 4.1.4); ages are
/// new.
void Handshake::retry_keys(const Suite& suite) {
  std::vector<Offer> kept;
  std::vector<PskIdentity> identities;
  const auto* session = dynamic_cast<const NativeSession*>(settings_.resume.get());
  for (std::size_t i = 0; i < std::min(offers_.size(), hello_.psks.size()); ++i) {
    if (offers_[i].hash != suite.hash) continue;
    if (!offers_[i].external && session != nullptr) {
      hello_.psks[i].obfuscated_ticket_age = session->obfuscated_age_at(shared_.now());
    }
    kept.push_back(std::move(offers_[i]));
    identities.push_back(std::move(hello_.psks[i]));
  }
  offers_ = std::move(kept);
  hello_.psks = std::move(identities);
}

/// The key that the server chose; null for none.
Checked<const Handshake::Offer*> Handshake::selected_offer(const ServerHello& hello) const {
  if (!hello.selected_identity) return nullptr;
  const std::size_t index = *hello.selected_identity;
  if (index >= offers_.size()) {
    return illegal(Carrier::server_hello,
                   fmt::format("selected_identity {} was not offered (RFC 8446 4.2.11)", index));
  }
  if (offers_[index].hash != suite_->hash) {
    return illegal(Carrier::server_hello,
                   "the selected key's hash is not the cipher suite's (RFC 8446 4.2.11)");
  }
  return &offers_[index];
}

Checked<void> Handshake::agree(const ServerHello& hello, const Offer* offer) {
  if (!hello.key_share) {
    return refuse(AlertDescription::missing_extension,
                  in_message(Carrier::server_hello,
                             "key_share is missing, only psk_dhe_ke was offered (RFC 8446 4.2.9)"));
  }
  if (hello.key_share->group != share_->group->number) {
    return illegal(Carrier::server_hello,
                   fmt::format("key_share of group {}, for which none was sent (RFC 8446 4.2.8)",
                               hello.key_share->group));
  }
  const auto secret = shared_.key_shares.agree(*share_, hello.key_share->key_exchange);
  if (!secret) return secret.error();
  schedule_.start(shared_.hasher(*suite_), offer != nullptr ? ByteView(offer->key) : ByteView{});
  schedule_.mix(secret->view());
  facts.external_psk = offer != nullptr && offer->external;
  facts.resumed = offer != nullptr && !offer->external;
  first_offer_selected_ = offer != nullptr && offer == offers_.data();
  return {};
}

void Handshake::install_handshake_keys(Connection& connection) {
  Hasher& hasher = shared_.hasher(*suite_);
  const Secret transcript = transcript_.hash();
  client_secret_ = schedule_.derive("c hs traffic", transcript);
  server_secret_ = schedule_.derive("s hs traffic", transcript);
  log_secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", server_secret_);
  log_secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", client_secret_);
  connection.read = traffic_keys(hasher, *suite_, server_secret_);
  connection.reads_protected = true;
  // After early data our keys change with EndOfEarlyData, or when the server rejects it.
  const bool early = early_offered_ && !retried_;
  if (early && first_offer_selected_) return;
  connection.write = traffic_keys(hasher, *suite_, client_secret_);
  connection.writes_protected = true;
}

Checked<bool> Handshake::on_encrypted_extensions(ByteView message, Connection& connection) {
  auto extensions = read_encrypted_extensions(body_of(message), hello_, encoded_.offered);
  if (!extensions) return extensions.error();
  transcript_.add(message);
  facts.alpn = std::move(extensions->alpn);
  if (extensions->early_data) {
    const auto* session = dynamic_cast<const NativeSession*>(settings_.resume.get());
    if (!first_offer_selected_ || session == nullptr || suite_ != session->suite ||
        facts.alpn != session->alpn) {
      return illegal(Carrier::encrypted_extensions,
                     "early_data accepted with another key, suite or protocol than it was sent for "
                     "(RFC 8446 4.2.10)");
    }
    early_accepted_ = true;
    facts.early_data = EarlyData::accepted;
  } else if (early_offered_) {
    connection.write = traffic_keys(shared_.hasher(*suite_), *suite_, client_secret_);
    connection.writes_protected = true;
  }
  state_ = facts.resumed || facts.external_psk ? State::finished : State::certificate_or_request;
  return false;
}

}  // namespace handfast::tls::native
