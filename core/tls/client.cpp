#include "core/tls/client.hpp"

#include <fmt/format.h>

namespace handfast::tls {

std::string to_string(Version version) {
  switch (version) {
    case Version::tls1_2:
      return "TLS 1.2";
    case Version::tls1_3:
      return "TLS 1.3";
    case Version::dtls1_2:
      return "DTLS 1.2";
  }
  return fmt::format("0x{:04x}", static_cast<unsigned>(version));
}

std::string_view to_string(KeyMode mode) {
  switch (mode) {
    case KeyMode::fresh:
      return "fresh";
    case KeyMode::pool:
      return "pool";
    case KeyMode::batch:
      return "batch";
  }
  return "";
}

std::string handshake_name(std::uint8_t type) {
  switch (type) {  // RFC 8446 section 4, RFC 5246 section 7.4, RFC 6347 section 4.3.2
    case 0:
      return "HelloRequest";
    case 1:
      return "ClientHello";
    case 2:
      return "ServerHello";
    case 3:
      return "HelloVerifyRequest";
    case 4:
      return "NewSessionTicket";
    case 5:
      return "EndOfEarlyData";
    case 8:
      return "EncryptedExtensions";
    case 11:
      return "Certificate";
    case 12:
      return "ServerKeyExchange";
    case 13:
      return "CertificateRequest";
    case 14:
      return "ServerHelloDone";
    case 15:
      return "CertificateVerify";
    case 16:
      return "ClientKeyExchange";
    case 20:
      return "Finished";
    case 22:
      return "CertificateStatus";
    case 24:
      return "KeyUpdate";
    default:
      return fmt::format("handshake_{}", type);
  }
}

}  // namespace handfast::tls
