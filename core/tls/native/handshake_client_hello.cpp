// The first flight: ClientHello with its key share, keys to resume with and their binders (RFC 8446
// sections 4.1.2, 4.2.8 and 4.2.11), then early data.
#include <fmt/format.h>

#include <algorithm>

#include "core/tls/native/handshake.hpp"
#include "core/tls/native/mutate.hpp"
#include "core/tls/peer_check.hpp"

namespace handfast::tls::native {

namespace {

constexpr std::uint16_t first_record_version = 0x0301;  // RFC 8446 section 5.1
constexpr std::size_t session_id_bytes = 32;

}  // namespace

Checked<void> Handshake::start(Connection& connection, ByteView early, Bytes& wire) {
  hello_ = shared_.hello;
  hello_.session_id.resize(session_id_bytes);
  if (!shared_.random.fill(hello_.random) || !shared_.random.fill(hello_.session_id)) {
    return broken("libcrypto has no randomness");
  }
  const auto& host = settings_.host;
  if (shared_.server_name_indication && !host.empty() && !is_ip_literal(host)) {
    hello_.server_name = host;
  }
  hello_.status_request = settings_.request_staple;
  if (auto taken = take_share(*find_group(hello_.groups.front())); !taken) return taken.error();
  offer_keys();
  early_offered_ = hello_.early_data = !early.empty();
  const auto version = mutated_record_version(settings_.mutation, first_record_version);
  if (auto sent = send_hello(version, wire); !sent) return sent.error();
  state_ = State::server_hello;
  if (early_offered_) return send_early(connection, early, wire);
  return {};
}

Checked<void> Handshake::take_share(const Group& group) {
  share_ = shared_.script.key ? KeyShares::of_key(group, shared_.script.key(group))
                              : shared_.key_shares.take(group, shared_.random);
  if (!share_) {
    return broken(fmt::format("no key of {}: {}", group.name, drain_errors()));
  }
  hello_.no_key_shares = false;
  hello_.key_shares.resize(1);
  auto& entry = hello_.key_shares.front();
  const auto bytes = share_->public_bytes();
  entry.group = group.number;
  entry.key_exchange.assign(bytes.begin(), bytes.end());
  return {};
}

/// The session first: early data goes with the first key alone (RFC 8446 section 4.2.10).
void Handshake::offer_keys() {
  hello_.psks.clear();
  if (const auto* session = dynamic_cast<const NativeSession*>(settings_.resume.get())) {
    const auto key = session->key.view();
    offers_.push_back({.key = Bytes(key.begin(), key.end()), .hash = session->suite->hash});
    hello_.psks.push_back({.identity = session->ticket,
                           .obfuscated_ticket_age = session->obfuscated_age_at(shared_.now()),
                           .binder_bytes = session->key.size});
  }
  if (settings_.psk) {
    const auto identity = as_bytes(settings_.psk->identity);
    offers_.push_back({.key = settings_.psk->key, .hash = HashId::sha256, .external = true});
    hello_.psks.push_back(
        {.identity = Bytes(identity.begin(), identity.end()),
         .binder_bytes = static_cast<std::uint8_t>(shared_.hasher(HashId::sha256).size())});
    if (!shared_.suites_chosen) {  // servers prefer SHA-384, with which the key is of no use
      std::erase_if(hello_.cipher_suites, [](std::uint16_t number) {
        return find_suite(number)->hash != HashId::sha256;
      });
    }
  }
}

Checked<void> Handshake::send_hello(std::uint16_t record_version, Bytes& wire) {
  if (!retried_) mutate_hello(settings_.mutation, hello_);
  if (shared_.script.edit_hello) shared_.script.edit_hello(hello_);
  encoded_ = encode(hello_, hello_bytes_);
  write_binders();
  if (shared_.script.replace_hello) shared_.script.replace_hello(hello_bytes_);
  note_message(true, hello_bytes_);
  if (transcript_.begun()) transcript_.add(hello_bytes_);
  for (ByteView rest = hello_bytes_; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), max_plain_bytes));
    rest = rest.subspan(part.size());
    put_plain_record(ContentType::handshake, record_version, part, wire);
  }
  return {};
}

void Handshake::write_binders() {
  const ByteView truncated = ByteView(hello_bytes_).first(encoded_.truncated_bytes);
  std::size_t at = encoded_.truncated_bytes + 2;  // behind the length of the list
  for (const auto& offer : offers_) {
    if (at >= hello_bytes_.size()) return;  // a script took them out
    const Secret mac = binder(offer, truncated);
    std::ranges::copy(mac.view(), hello_bytes_.begin() + static_cast<std::ptrdiff_t>(++at));
    if (settings_.mutation == Mutation::binder_flipped) hello_bytes_[at] ^= 1;
    at += mac.size;
  }
}

/// PskBinderEntry, RFC 8446 section 4.2.11.2: over this ClientHello, and what precedes it after a
/// HelloRetryRequest.
Secret Handshake::binder(const Offer& offer, ByteView truncated) {
  Hasher& hasher = shared_.hasher(offer.hash);
  KeySchedule early;
  early.start(hasher, offer.key);
  const Secret base =
      early.derive(offer.external ? "ext binder" : "res binder", hasher.of_nothing());
  const Secret transcript =
      transcript_.begun() ? transcript_.hash_with(truncated) : hasher.hash(truncated);
  return finished_mac(hasher, base, transcript);
}

bool Handshake::may_send_early(std::size_t bytes) const {
  const auto* session = dynamic_cast<const NativeSession*>(settings_.resume.get());
  return bytes > 0 && session != nullptr && !settings_.psk && bytes <= session->max_early_data &&
         std::ranges::find(shared_.hello.cipher_suites, session->suite->number) !=
             shared_.hello.cipher_suites.end();
}

/// Early data is protected with the suite of the session (RFC 8446 section 4.2.10).
Checked<void> Handshake::send_early(Connection& connection, ByteView early, Bytes& wire) {
  const auto& session = dynamic_cast<const NativeSession&>(*settings_.resume);
  Hasher& hasher = shared_.hasher(*session.suite);
  schedule_.start(hasher, session.key.view());
  const Secret transcript = hasher.hash(hello_bytes_);
  const Secret secret = schedule_.derive("c e traffic", transcript);
  log_secret("CLIENT_EARLY_TRAFFIC_SECRET", secret);
  if (shared_.key_log) {
    log_secret("EARLY_EXPORTER_SECRET", schedule_.derive("e exp master", transcript));
  }
  connection.write = traffic_keys(hasher, *session.suite, secret);
  connection.writes_protected = true;
  send_change_cipher_spec(wire);
  while (!early.empty()) {
    const auto part = early.first(std::min(early.size(), max_plain_bytes));
    early = early.subspan(part.size());
    if (!shared_.records.seal(connection.write, ContentType::application_data, part, wire)) {
      return broken("early data cannot be protected");
    }
  }
  facts.early_data = EarlyData::rejected;  // until the server says otherwise
  return {};
}

/// Middlebox compatibility mode (RFC 8446 appendix D.4): once, in front of the second flight or of
/// early data.
void Handshake::send_change_cipher_spec(Bytes& wire) {
  if (change_cipher_spec_sent_ || hello_.session_id.empty()) return;
  change_cipher_spec_sent_ = true;
  static constexpr std::array<std::uint8_t, 1> one{1};
  put_plain_record(ContentType::change_cipher_spec, 0x0303, one, wire);
}

}  // namespace handfast::tls::native
