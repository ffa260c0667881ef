// The client's handshake as a state machine (RFC 8446 appendix A.1):
//
//     server_hello ◄─ HelloRetryRequest once
//          │
//     encrypted_extensions
//          ├───────────── with a PSK ─────────────┐
//     certificate_or_request ─► certificate       │
//          └───────► certificate ◄──┘             │
//                certificate_verify               │
//                     finished ◄──────────────────┘
//                     complete
//
// Handshakes are as large as a page of text and go back to their engine when they are over, for the
// next connection.
#pragma once

#include <memory>
#include <vector>

#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/connection.hpp"
#include "core/tls/native/key_schedule.hpp"
#include "core/tls/native/server_hello.hpp"
#include "core/tls/native/shared.hpp"

namespace handfast::tls::native {

class Handshake {
 public:
  explicit Handshake(Shared& shared) : shared_(shared) {}

  /// Makes it that of a new connection.
  void begin(const ConnectionSettings& settings);
  /// Resumes nothing.
  void forget_session() { settings_.resume.reset(); }
  /// Forgets the connection; buffers stay.
  void reset();

  /// The first flight. `early` are bytes for early data, empty for none; may_send_early() allows
  /// them.
  Checked<void> start(Connection& connection, ByteView early, Bytes& wire);
  bool may_send_early(std::size_t bytes) const;

  /// Takes one message, header included. True when the keys for reading have changed.
  Checked<bool> on_message(ByteView message, Connection& connection, Bytes& wire);

  bool complete() const { return state_ == State::complete; }
  /// Nothing but ClientHello has crossed the wire.
  bool before_server_hello() const { return state_ == State::server_hello; }
  /// What makes sessions of tickets; null unless the engine keeps them. Once, when complete.
  std::unique_ptr<TicketKeeper> take_keeper() { return std::move(keeper_); }

  Facts facts;

 private:
  enum class State : std::uint8_t {
    fresh,
    server_hello,
    encrypted_extensions,
    certificate_or_request,
    certificate,
    certificate_verify,
    finished,
    complete,
  };
  /// A key that is offered, in the order of the ClientHello.
  struct Offer {
    Bytes key;
    HashId hash = HashId::sha256;
    bool external = false;
  };

  // handshake.cpp: the order of messages
  static std::string_view state_name(State state);
  Refusal out_of_order(std::uint8_t type) const;
  void note_message(bool sent, ByteView message);
  void log_secret(std::string_view label, const Secret& secret);
  bool put_message(ByteView message, Connection& connection, Bytes& wire);

  // handshake_client_hello.cpp
  Checked<void> take_share(const Group& group);
  void offer_keys();
  void write_binders();
  Secret binder(const Offer& offer, ByteView truncated);
  Checked<void> send_hello(std::uint16_t record_version, Bytes& wire);
  Checked<void> send_early(Connection& connection, ByteView early, Bytes& wire);
  void send_change_cipher_spec(Bytes& wire);

  // handshake_server_hello.cpp
  Checked<bool> on_server_hello(ByteView message, Connection& connection, Bytes& wire);
  Checked<bool> on_retry(const ServerHello& retry, ByteView message, Connection& connection,
                         Bytes& wire);
  Checked<void> retry_group(const ServerHello& retry);
  void retry_keys(const Suite& suite);
  Checked<const Offer*> selected_offer(const ServerHello& hello) const;
  Checked<void> agree(const ServerHello& hello, const Offer* offer);
  void install_handshake_keys(Connection& connection);
  Checked<bool> on_encrypted_extensions(ByteView message, Connection& connection);

  // handshake_authentication.cpp
  Checked<bool> on_certificate_request(ByteView message);
  Checked<bool> on_certificate(ByteView message);
  Checked<bool> on_certificate_verify(ByteView message);
  Checked<bool> on_finished(ByteView message, Connection& connection, Bytes& wire);
  Checked<void> send_last_flight(Connection& connection, Bytes& wire);
  Checked<void> send_certificate(Connection& connection, Bytes& wire);
  const Scheme* own_scheme() const;
  void install_application_keys(Connection& connection, const Secret& transcript);

  Shared& shared_;
  State state_ = State::fresh;
  ConnectionSettings settings_;
  ClientHello hello_;
  EncodedHello encoded_;
  Bytes hello_bytes_;  ///< until the hash is known
  std::shared_ptr<KeyShare> share_;
  std::vector<Offer> offers_;
  const Suite* suite_ = nullptr;
  Transcript transcript_;
  KeySchedule schedule_;
  Secret client_secret_, server_secret_;  ///< handshake traffic secrets
  CertificatePtr leaf_;
  std::vector<std::uint16_t> requested_schemes_;
  std::unique_ptr<TicketKeeper> keeper_;
  bool retried_ = false;
  bool early_offered_ = false;
  bool early_accepted_ = false;
  bool first_offer_selected_ = false;
  bool certificate_requested_ = false;
  bool change_cipher_spec_sent_ = false;
};

}  // namespace handfast::tls::native
