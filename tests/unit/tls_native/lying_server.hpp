// A TLS 1.3 server that says what a test wants: its messages are right until the test bends them,
// and what follows fits what was sent, so that nothing but the lie is wrong. AES-128-GCM, x25519,
// the server certificate of the test PKI.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/key_schedule.hpp"
#include "core/tls/native/key_shares.hpp"
#include "core/tls/native/record_protection.hpp"
#include "tests/support/tls13_keys.hpp"

namespace handfast::test {

class LyingServer {
 public:
  using HandshakeType = tls::native::HandshakeType;
  using ContentType = tls::native::ContentType;
  /// Changes the body of a message before it is sent.
  using Edit = std::function<void(HandshakeType, Bytes& body)>;

  explicit LyingServer(Edit edit = {}) : edit_(std::move(edit)) {}

  /// Takes the first ClientHello off the client's bytes.
  void read_hello(ByteView wire);

  // Each writes one message as one record; finished() goes on to the application keys.
  void hello_retry_request(std::uint16_t group);
  void server_hello();
  void encrypted_extensions();
  void certificate_request();
  void certificate();
  void certificate_verify();
  void finished();
  /// server_hello() to finished().
  void flight();

  /// Any message; counted in the transcript, and bent as well.
  void say(HandshakeType type, Bytes body);
  /// Any record, protected once there are keys.
  void put(ContentType type, ByteView content);
  void put_plain(ContentType type, ByteView content);
  /// From now on messages are collected, and leave together in one record with join().
  void hold() { held_ = Bytes(); }
  void join();
  /// A record whose plaintext is `inner`, content type and padding included.
  void put_inner(ByteView inner);

  Bytes take() { return std::exchange(wire_, {}); }

 private:
  void start_keys();
  void use(const tls::native::Secret& traffic_secret);

  Edit edit_;
  tls::native::Hasher hasher_{tls::native::HashId::sha256};
  tls::native::KeyShares shares_{tls::KeyMode::fresh, 0};
  tls::native::RandomPool random_;
  tls::native::Transcript transcript_;
  tls::native::KeySchedule schedule_;
  /// Not core/tls/native's: two that share a mistake would agree.
  std::optional<Tls13Keys> keys_;
  tls::native::Secret server_secret_;
  std::shared_ptr<tls::native::KeyShare> share_;
  Bytes hello_, session_id_, client_share_;
  std::optional<Bytes> held_;
  Bytes wire_;
};

}  // namespace handfast::test
