// One ClientHello to a listener, whatever is in it, and the first answer in clear. Decides all that
// a server decides by the hello alone, and needs no keys.
#pragma once

#include <string_view>

#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/first_flight.hpp"
#include "harness/probe/probe.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::probe {

/// What a hello starts from. All are complete and of today: a server has nothing to object to but
/// what a mutation put in.
enum class HelloBase {
  modern,     ///< TLS 1.3 and 1.2
  tls13,      ///< TLS 1.3 alone
  tls12,      ///< TLS 1.2 alone
  tls12_rsa,  ///< TLS 1.2 alone, with ECDHE_RSA alone: who answers has an RSA key
};
std::string_view to_string(HelloBase base);  ///< "TLS 1.3 and 1.2"

struct Hello {
  tls::native::ClientHello message;
  std::uint16_t record_version = 0x0301;
  std::size_t fragment_bytes = 16384;  ///< content of one record
  Bytes raw{};                         ///< goes out in place of all this
};

/// A fresh hello: random, session identifier and the key share are its own. SNI when `host` is a
/// name. Internal problem when libcrypto fails.
Result<Hello> make_hello(HelloBase base, std::string_view host);

/// A share of a group that we know ("x25519", "secp256r1"), whose private key is forgotten.
Result<tls::native::KeyShareEntry> fresh_share(std::string_view group);

/// The extensions as they would go out, all as bytes in `extra`, so that their order can be
/// changed.
void spell_out_extensions(tls::native::ClientHello& hello);

/// The bytes for the wire, records included.
Bytes to_wire(const Hello& hello);
/// `message` in records of `fragment_bytes`.
Bytes in_records(ByteView message, std::uint16_t record_version, std::size_t fragment_bytes);

struct HelloAnswer {
  bool connected = false;
  bool sent = false;  ///< all of it went out
  tls::native::FirstFlight flight;
  RawEnd end = RawEnd::open;
  Bytes received;
  std::size_t sent_bytes = 0;
  Nanos took{};         ///< until the flight was complete, the peer ended, or time was up
  std::string trouble;  ///< why there was no connection

  /// In the terms of every other connection: accept for a ServerHello or HelloRetryRequest.
  Outcome outcome() const;
  CloseKind close() const;
};

/// Sends `wire` on a connection of its own and waits for the answer, at most as long as a handshake
/// may take.
HelloAnswer ask(const Endpoint& endpoint, ByteView wire, const Timeouts& timeouts);

}  // namespace handfast::probe
