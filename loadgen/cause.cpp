#include "loadgen/cause.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <utility>

#include "core/mqtt/reason.hpp"

namespace handfast::loadgen {
namespace {

/// What connect, send and receive can answer (POSIX); the rest keeps its number.
constexpr std::array errno_names{
    std::pair{EACCES, "EACCES"},
    std::pair{EADDRINUSE, "EADDRINUSE"},
    std::pair{EADDRNOTAVAIL, "EADDRNOTAVAIL"},
    std::pair{EAFNOSUPPORT, "EAFNOSUPPORT"},
    std::pair{EBADF, "EBADF"},
    std::pair{ECONNABORTED, "ECONNABORTED"},
    std::pair{ECONNREFUSED, "ECONNREFUSED"},
    std::pair{ECONNRESET, "ECONNRESET"},
    std::pair{EHOSTDOWN, "EHOSTDOWN"},
    std::pair{EHOSTUNREACH, "EHOSTUNREACH"},
    std::pair{EINVAL, "EINVAL"},
    std::pair{EMFILE, "EMFILE"},
    std::pair{ENETDOWN, "ENETDOWN"},
    std::pair{ENETUNREACH, "ENETUNREACH"},
    std::pair{ENFILE, "ENFILE"},
    std::pair{ENOBUFS, "ENOBUFS"},
    std::pair{ENOMEM, "ENOMEM"},
    std::pair{ENOTCONN, "ENOTCONN"},
    std::pair{EPERM, "EPERM"},
    std::pair{EPIPE, "EPIPE"},
    std::pair{ETIMEDOUT, "ETIMEDOUT"},
};

std::string alert_text(std::uint8_t description) {
  return fmt::format("{}({})", tls::alert_name(description), description);
}

}  // namespace

std::string errno_cause(int error) {
  for (const auto& [number, name] : errno_names) {
    if (number == error) return fmt::format("errno:{}", name);
  }
  return fmt::format("errno:{}", error);
}

std::string stall_cause(tls::Stall stall) { return fmt::format("dtls:{}", to_string(stall)); }

std::string tls_cause(const tls::Failure& failure) {
  switch (failure.cause) {
    case tls::Cause::alert_received:
      return alert_received_cause(failure.alert.description);
    case tls::Cause::alert_sent:
      if (failure.verify_code != 0) {
        return fmt::format("verify:{}({})", tls::verify_name(failure.verify_code),
                           failure.verify_code);
      }
      return "alert_sent:" + alert_text(failure.alert.description);
    case tls::Cause::protocol:
      return "tls:protocol";
    case tls::Cause::truncated:
      return cause_closed;
    case tls::Cause::stalled:
      return cause_deadline;
    case tls::Cause::none:
    case tls::Cause::local:
      break;
  }
  return "tls:local";
}

std::string alert_received_cause(std::uint8_t description) {
  return "alert_received:" + alert_text(description);
}

std::string connack_cause(mqtt::Version version, std::uint8_t code) {
  return fmt::format("connack:{}({})", mqtt::reason_name(version, mqtt::PacketType::connack, code),
                     code);
}

std::string ack_cause(mqtt::PacketType type, std::uint8_t code) {
  std::string packet(mqtt::to_string(type));
  for (char& c : packet) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return fmt::format("{}:{}({})", packet, mqtt::reason_name(mqtt::Version::v5_0, type, code), code);
}

std::string disconnect_cause(std::uint8_t code) {
  return fmt::format("disconnect:{}({})",
                     mqtt::reason_name(mqtt::Version::v5_0, mqtt::PacketType::disconnect, code),
                     code);
}

std::string http_cause(int status) { return fmt::format("http:{}", status); }

std::string websocket_close_cause(std::uint16_t code) {
  return fmt::format("websocket:close({})", code);
}

}  // namespace handfast::loadgen
