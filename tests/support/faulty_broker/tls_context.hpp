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

/// The first client that a listener saw, for a defect that makes it know nobody else.
class FirstClient {
 public:
  /// `leaf`: DER. True for the first one that was asked about, and whenever it comes again.
  bool is(const Bytes& leaf) {
    const std::lock_guard lock(mutex_);
    if (leaf_.empty()) leaf_ = leaf;
    return leaf_ == leaf;
  }

 private:
  std::mutex mutex_;
  Bytes leaf_;
};

struct TlsContext {
  Defects defects;
  bool asks = false;         ///< a certificate is requested
  bool demands = false;      ///< and required, whatever the defects make of it
  bool names_count = false;  ///< and becomes the user
  bool fetches_crls = false;
  bool asks_ocsp = false;
  std::unique_ptr<StatusCache> status = std::make_unique<StatusCache>();
  std::unique_ptr<FirstClient> first_client = std::make_unique<FirstClient>();
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
