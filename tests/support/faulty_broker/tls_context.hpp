// A listener's SSL_CTX, from its settings and files as they are now.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"
#include "harness/broker/broker.hpp"
#include "tests/support/faulty_broker/defects.hpp"
#include "tests/support/faulty_broker/status_client.hpp"

namespace handfast::test::faulty {

/// What a connection's callbacks note down; lives as long as its SSL.
struct PeerNotes {
  int overlooked = 0;                       ///< X509_V code that should have ended the handshake
  bool key_updated = false;                 ///< a KeyUpdate came in
  bool stops_listener = false;              ///< a defect made this handshake a deadly one
  std::size_t record_bytes = 0;             ///< of the newest record that came in
  std::optional<std::string> psk_identity;  ///< of the key that was looked up
};
/// The notes of `ssl`; null when it has none.
PeerNotes* notes_of(const SSL* ssl);
void set_notes(SSL* ssl, PeerNotes* notes);

/// Of OpenSSL 3.0: key name, HMAC and AES key.
using TicketKeys = std::array<std::uint8_t, 80>;

/// What a listener saw first, for defects that make it know nothing else.
struct Firsts {
  std::mutex mutex;
  Bytes client;                 ///< the leaf, DER
  std::vector<unsigned> hello;  ///< its extensions in their order, and behind them its suites

  /// True for what equals the first value that was asked about.
  template <class Value>
  bool is(Value& first, const Value& value) {
    const std::lock_guard lock(mutex);
    if (first.empty()) first = value;
    return first == value;
  }
};

struct TlsContext {
  Defects defects;
  bool asks = false;         ///< a certificate is requested
  bool demands = false;      ///< and required, whatever the defects make of it
  bool names_count = false;  ///< and becomes the user
  bool fetches_crls = false;
  bool asks_ocsp = false;
  std::unique_ptr<StatusCache> status = std::make_unique<StatusCache>();
  std::unique_ptr<Firsts> firsts = std::make_unique<Firsts>();
  std::vector<broker::PreSharedKey> psk;
  TicketKeys ticket_keys{};
  std::vector<Bytes> anchors;      ///< DER
  std::vector<Bytes> revocations;  ///< DER
  std::vector<Bytes> chain;        ///< DER, as sent
  tls::PkeyPtr key;
  std::vector<Bytes> other_chain;  ///< shown when the hello fits it better; empty: there is none
  tls::PkeyPtr other_key;
  tls::SslContextPtr ssl;
};

/// `before`: the context that a reload replaces; null at the start.
Result<std::shared_ptr<const TlsContext>> make_tls_context(const broker::ListenerSettings& settings,
                                                           const Defects& defects,
                                                           const TlsContext* before);

}  // namespace handfast::test::faulty
