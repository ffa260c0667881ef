// A man in the middle of a TLS 1.3 connection who holds the server's key log: he sees what the
// server says as messages, changes it, and protects it again under the same keys with sequence
// numbers of his own. With the server's private key he can sign for what he changed, and so becomes
// a server that lies in any way he likes.
//
//     client ──────────────────────────────────────────────────────────► MemoryServer
//     client ◄─ wire ◄─ records ◄─ (sign, finish again) ◄─ units ◄─ open ─┘
//                  edits     edits                      edits
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "core/tls/client.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/tls13_keys.hpp"

namespace handfast::test {

enum class Epoch : std::uint8_t { plain, handshake, application };

namespace content {
inline constexpr std::uint8_t change_cipher_spec = 20, alert = 21, handshake = 22, data = 23;
}

/// RFC 8446 section 4; a HelloRetryRequest is a ServerHello on the wire.
namespace message {
inline constexpr std::uint8_t client_hello = 1, server_hello = 2, new_session_ticket = 4,
                              encrypted_extensions = 8, certificate = 11, certificate_request = 13,
                              certificate_verify = 15, finished = 20, key_update = 24,
                              message_hash = 254;
}

/// One handshake message with its header, or the content of one record of another type.
struct Unit {
  Epoch epoch = Epoch::plain;
  std::uint8_t content_type = content::handshake;
  Bytes bytes;

  /// 0 when it is no handshake message.
  std::uint8_t message_type() const {
    return content_type == content::handshake && !bytes.empty() ? bytes[0] : 0;
  }
  bool is_hello_retry_request() const;
};
using Units = std::vector<Unit>;

/// A handshake message around `body`.
Bytes handshake_message(std::uint8_t type, ByteView body);
/// Makes the length in a message's header fit what is there now.
void fit_length(Bytes& message);
/// The unit with this message; null when there is none. HelloRetryRequests are not found.
Unit* find(Units& units, std::uint8_t message_type);

/// What one record protects and how it looks from outside.
struct PlainRecord {
  Epoch epoch = Epoch::plain;
  std::uint8_t content_type = content::handshake;
  Bytes content;
  std::uint16_t version = 0x0303;
  std::uint8_t outer_type = content::data;  ///< of protected ones
  std::size_t padding = 0;                  ///< zeros behind the type, of protected ones
  bool no_inner_type = false;               ///< nothing but zeros inside
  bool wrong_tag = false;
  bool raw = false;  ///< `content` goes out as it is
};
using PlainRecords = std::vector<PlainRecord>;

/// What he does to each flight of the server; empty: nothing.
struct Edits {
  std::function<void(Units&)> units;
  std::function<void(PlainRecords&)> records;
  std::function<void(Bytes&)> wire;
  /// Signs each CertificateVerify again under the scheme that it names, over what the client saw.
  EVP_PKEY* sign_again = nullptr;
  /// Makes each Finished fit what the client saw. What the server says after it is dropped: the
  /// client has other application keys.
  bool finish_again = false;
};

class Tls13Mitm {
 public:
  /// `log` listens to the server's context, for this connection alone; both outlive this object.
  Tls13Mitm(MemoryServer& server, KeyLog& log, Edits edits);

  /// The client's bytes to the server; its answer as edited.
  Bytes feed(ByteView from_client);
  /// What the server says of its own accord, as edited.
  Bytes forward(ByteView from_server);

  /// The last alert that crossed the wire from the client, as its records say it.
  std::optional<tls::Alert> client_alert() const { return client_alert_; }
  /// Protected records of the client that opened under neither key: it has other keys, because a
  /// message before them was changed, or sent early data.
  int unreadable() const { return unreadable_; }

 private:
  void watch_client(ByteView bytes);
  void watch_client_record(ByteView record);
  std::optional<Bytes> open_from_client(ByteView record);
  void open_record(ByteView record, Units& units);
  void take_messages(Units& units);
  void enter(Epoch epoch);
  void see_as_client(Units& units);
  void sign_again(Unit& certificate_verify) const;
  Bytes seal(const PlainRecords& records);

  MemoryServer& server_;
  KeyLog& log_;
  Edits edits_;
  const Tls13Suite* suite_ = nullptr;
  Epoch reading_ = Epoch::plain;
  Bytes pending_;  ///< a record's or message's beginning from the server
  Bytes pending_message_;
  Bytes client_pending_;
  Bytes transcript_;                                               ///< as the client sees it
  std::array<std::optional<Tls13Keys>, 3> read_, write_, client_;  ///< by epoch
  std::optional<tls::Alert> client_alert_;
  int unreadable_ = 0;
};

/// Moves bytes between client and server until neither has more to say; events pile up in `out`.
void exchange(tls::Client& client, Tls13Mitm& mitm, tls::Output& out);

}  // namespace handfast::test
