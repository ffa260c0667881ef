#include "core/tls/datagram.hpp"

#include <fmt/format.h>

namespace handfast::tls {

namespace {

// Content types 20 to 24: change_cipher_spec, alert, handshake, application_data, heartbeat.
constexpr std::uint8_t first_type = 20;
constexpr std::uint8_t last_type = 24;
constexpr std::uint16_t dtls_1_0 = 0xfeff;
constexpr std::uint16_t dtls_1_2 = 0xfefd;
constexpr std::size_t epoch_and_sequence_bytes = 8;

constexpr std::size_t record_header_bytes = 13;
constexpr std::uint8_t handshake_type = 22;
constexpr std::uint8_t hello_verify_request = 3;

constexpr std::uint16_t smallest_mtu = 256;  // what libssl falls back to itself

}  // namespace

Result<void> check_datagrams(const DatagramSettings& settings) {
  if (settings.mtu < smallest_mtu) {
    return usage_problem(fmt::format("an MTU of {} bytes", settings.mtu), {},
                         "use 256 to 65535 bytes");
  }
  if (settings.first_timeout < std::chrono::milliseconds(1) ||
      settings.longest_timeout > std::chrono::hours(1)) {
    return usage_problem("the retransmission timer goes from 1 ms to 1 h");
  }
  if (settings.longest_timeout < settings.first_timeout) {
    return usage_problem("the longest retransmission timeout is shorter than the first");
  }
  return {};
}

bool holds_records(ByteView datagram) {
  ByteReader reader(datagram);
  do {
    const auto type = reader.u8();
    const auto version = reader.u16();
    const auto numbers = reader.bytes(epoch_and_sequence_bytes);
    const auto length = reader.u16();
    if (!type || !version || !numbers || !length) return false;
    if (*type < first_type || *type > last_type) return false;
    if (*version != dtls_1_0 && *version != dtls_1_2) return false;
    if (!reader.bytes(*length)) return false;
  } while (!reader.empty());
  return true;
}

bool is_hello_verify(ByteView datagram) {
  return datagram.size() > record_header_bytes && datagram[0] == handshake_type &&
         datagram[record_header_bytes] == hello_verify_request;
}

std::string_view to_string(Stall stall) {
  switch (stall) {
    case Stall::no_answer:
      return "no_answer";
    case Stall::silent_after_cookie:
      return "silent_after_cookie";
    case Stall::flight_lost:
      return "flight_lost";
    case Stall::server_gave_up:
      return "server_gave_up";
  }
  return "";
}

Stall stall_of(const DatagramFacts& facts, bool closed) {
  if (closed) return Stall::server_gave_up;
  if (facts.flights_received == 0) return Stall::no_answer;
  return facts.beyond_cookie ? Stall::flight_lost : Stall::silent_after_cookie;
}

}  // namespace handfast::tls
