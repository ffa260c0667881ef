// Tickets (RFC 8446 section 4.6.1) and the sessions that they resume.
//
//     struct { uint32 ticket_lifetime;  uint32 ticket_age_add;  opaque ticket_nonce<0..255>;
//              opaque ticket<1..2^16-1>;  Extension extensions<0..2^16-2>; } NewSessionTicket;
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/tls/client.hpp"
#include "core/tls/native/extensions.hpp"
#include "core/tls/native/hashing.hpp"

namespace handfast::tls::native {

using WallClock = std::chrono::system_clock;

/// Views the message it was read from.
struct NewSessionTicket {
  std::chrono::seconds lifetime{};  ///< at most seven days, whatever the server says
  std::uint32_t age_add = 0;
  ByteView nonce, ticket;
  std::uint32_t max_early_data = 0;
};

Checked<NewSessionTicket> read_new_session_ticket(ByteView body);

/// What resumes a connection.
struct NativeSession final : Session {
  bool single_use() const override { return true; }

  /// From the instant the ticket came until its lifetime is over.
  bool alive_at(WallClock::time_point now) const { return now >= born && now < born + lifetime; }
  /// What the server sees of the ticket's age (RFC 8446 section 4.2.11.1).
  std::uint32_t obfuscated_age_at(WallClock::time_point now) const;

  const Suite* suite = nullptr;
  Secret key;
  Bytes ticket;
  WallClock::time_point born{};
  std::chrono::seconds lifetime{};
  std::uint32_t age_add = 0;
  std::uint32_t max_early_data = 0;
  std::string alpn;  ///< early data is for the same protocol
  std::string host;  ///< whom the certificate stood for
  bool verified = false;
};

/// What a connection keeps of its handshake to make sessions of tickets.
struct TicketKeeper {
  const Suite* suite = nullptr;
  Secret resumption_secret;
  std::string alpn, host;
  bool verified = false;
  std::shared_ptr<const Session> newest;  ///< for take_session(); the owner of the next shares it
};

/// PSK = HKDF-Expand-Label(resumption_master_secret, "resumption", ticket_nonce, Hash.length).
std::shared_ptr<const Session> make_session(Hasher& hasher, const TicketKeeper& keeper,
                                            const NewSessionTicket& ticket,
                                            WallClock::time_point now);

}  // namespace handfast::tls::native
