// Extensions (RFC 8446 section 4.2): which message may carry which, and the rules that hold for all
// of them.
//
//     struct { ExtensionType extension_type; opaque extension_data<0..2^16-1>; } Extension;
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/tls/native/refusal.hpp"
#include "core/tls/native/wire.hpp"

namespace handfast::tls::native {

/// IANA registry "TLS ExtensionType Values".
enum class ExtensionType : std::uint16_t {
  server_name = 0,
  status_request = 5,
  supported_groups = 10,
  signature_algorithms = 13,
  application_layer_protocol_negotiation = 16,
  pre_shared_key = 41,
  early_data = 42,
  supported_versions = 43,
  cookie = 44,
  psk_key_exchange_modes = 45,
  signature_algorithms_cert = 50,
  key_share = 51,
};

/// The messages that carry extensions, as bits.
enum class Carrier : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  encrypted_extensions = 4,
  certificate = 8,
  certificate_request = 16,
  new_session_ticket = 32,
  hello_retry_request = 64,
};
std::string_view to_string(Carrier carrier);  ///< "ServerHello"

/// Which extensions our ClientHello carried.
class OfferedExtensions {
 public:
  void add(ExtensionType type) { add(static_cast<std::uint16_t>(type)); }
  void add(std::uint16_t type) {
    if (type < bits) known_ |= std::uint64_t{1} << type;
  }
  bool holds(std::uint16_t type) const { return type < bits && ((known_ >> type) & 1U) != 0; }
  void clear() { known_ = 0; }

 private:
  static constexpr std::uint16_t bits = 64;  // all that we ever offer
  std::uint64_t known_ = 0;
};

/// The extensions of one message, which it views.
class Extensions {
 public:
  /// More are refused: no message of TLS 1.3 needs them.
  static constexpr std::size_t capacity = 64;

  std::optional<ByteView> find(ExtensionType type) const;

 private:
  friend Checked<Extensions> read_extensions(ByteReader&, Carrier, const OfferedExtensions&);
  struct Entry {
    std::uint16_t type = 0;
    ByteView body;
  };
  std::array<Entry, capacity> entries_;
  std::size_t count_ = 0;
};

/// Extension extensions<0..2^16-1> at the reader, as `carrier` has them. Refuses what is cut short,
/// an extension that occurs twice, one that belongs into another message, and in an answer one that
/// was not asked for (RFC 8446 section 4.2).
Checked<Extensions> read_extensions(ByteReader& reader, Carrier carrier,
                                    const OfferedExtensions& offered);

/// "Carrier: what (RFC 8446 section)", the form of every refusal.
std::string in_message(Carrier carrier, std::string_view what);

/// For bytes that end early or are too many.
Refusal malformed(Carrier carrier, std::string_view what);

}  // namespace handfast::tls::native
