#include "core/tls/native/tickets.hpp"

#include <algorithm>

namespace handfast::tls::native {

namespace {

constexpr Carrier here = Carrier::new_session_ticket;
/// "Clients MUST NOT cache tickets for longer than 7 days", RFC 8446 section 4.6.1.
constexpr std::chrono::seconds longest{604800};

}  // namespace

Checked<NewSessionTicket> read_new_session_ticket(ByteView body) {
  ByteReader reader(body);
  const auto lifetime = reader.u32();
  const auto age_add = lifetime ? reader.u32() : std::nullopt;
  const auto nonce = age_add ? vector8(reader) : std::nullopt;
  const auto ticket = nonce ? vector16(reader) : std::nullopt;
  if (!ticket || ticket->empty()) {
    return malformed(here, "cut short, or an empty ticket (RFC 8446 4.6.1)");
  }
  const auto extensions = read_extensions(reader, here, {});
  if (!extensions) return extensions.error();
  if (!reader.empty()) return malformed(here, "bytes behind the extensions (RFC 8446 4.6.1)");
  NewSessionTicket out{.lifetime = std::min(std::chrono::seconds(*lifetime), longest),
                       .age_add = *age_add,
                       .nonce = *nonce,
                       .ticket = *ticket};
  if (const auto early = extensions->find(ExtensionType::early_data)) {
    ByteReader size(*early);
    const auto bytes = size.u32();
    if (!bytes || !size.empty()) {
      return malformed(here, "early_data is not max_early_data_size (RFC 8446 4.2.10)");
    }
    out.max_early_data = *bytes;
  }
  return out;
}

std::uint32_t NativeSession::obfuscated_age_at(WallClock::time_point now) const {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - born).count();
  return static_cast<std::uint32_t>(age) + age_add;
}

std::shared_ptr<const Session> make_session(Hasher& hasher, const TicketKeeper& keeper,
                                            const NewSessionTicket& ticket,
                                            WallClock::time_point now) {
  auto session = std::make_shared<NativeSession>();
  hasher.key(keeper.resumption_secret.view());
  session->key = hasher.expand("resumption", ticket.nonce);
  session->suite = keeper.suite;
  session->ticket.assign(ticket.ticket.begin(), ticket.ticket.end());
  session->born = now;
  session->lifetime = ticket.lifetime;
  session->age_add = ticket.age_add;
  session->max_early_data = ticket.max_early_data;
  session->alpn = keeper.alpn;
  session->host = keeper.host;
  session->verified = keeper.verified;
  return session;
}

}  // namespace handfast::tls::native
