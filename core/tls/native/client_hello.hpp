// ClientHello (RFC 8446 section 4.1.2) as a value: what goes out is what the fields say,
// well-formed or not, so that a test can change any of them.
//
//     struct {
//         ProtocolVersion legacy_version = 0x0303;    Random random;
//         opaque legacy_session_id<0..32>;            CipherSuite cipher_suites<2..2^16-2>;
//         opaque legacy_compression_methods<1..2^8-1>;
//         Extension extensions<8..2^16-1>;            pre_shared_key is the last of them
//     } ClientHello;
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/tls/native/extensions.hpp"

namespace handfast::tls::native {

struct KeyShareEntry {
  std::uint16_t group = 0;
  Bytes key_exchange;
};

struct PskIdentity {
  Bytes identity;
  std::uint32_t obfuscated_ticket_age = 0;
  std::uint8_t binder_bytes = 0;  ///< Hash.length of the key's hash
};

struct RawExtension {
  std::uint16_t type = 0;
  Bytes body;
};

using HelloRandom = std::array<std::uint8_t, 32>;

struct ClientHello {
  std::uint16_t legacy_version = 0x0303;
  HelloRandom random{};
  Bytes session_id;  ///< non-empty: middlebox compatibility mode (RFC 8446 appendix D.4)
  std::vector<std::uint16_t> cipher_suites;
  Bytes compression_methods{0};

  // Extensions; what is empty or off is left out.
  std::string server_name;
  std::vector<std::uint16_t> versions{0x0304};
  std::vector<std::uint16_t> groups;
  std::vector<std::uint16_t> signature_algorithms;
  std::vector<KeyShareEntry> key_shares;
  bool no_key_shares = false;  ///< key_share is there and empty, to ask for a HelloRetryRequest
  Bytes psk_key_exchange_modes{1};  ///< psk_dhe_ke
  Bytes alpn;                       ///< ProtocolName protocol_name_list, each with its length
  bool status_request = false;
  Bytes cookie;
  bool early_data = false;
  std::vector<RawExtension> extra;
  /// Off: the message ends behind legacy_compression_methods, as before RFC 3546.
  bool extension_block = true;
  std::vector<PskIdentity> psks;
  bool behind_psk = false;  ///< an extension of no meaning behind pre_shared_key, which is wrong
};

/// A ClientHello on its way out.
struct EncodedHello {
  OfferedExtensions offered;
  /// Bytes in front of the binders list: what the binders are computed over (RFC 8446 section
  /// 4.2.11.2). All of the message when there is no pre_shared_key.
  std::size_t truncated_bytes = 0;
};

/// Writes the whole handshake message; `out` is replaced. The binders are zero: each lies at the
/// end of the message in the order of `psks`, one byte of length before it.
EncodedHello encode(const ClientHello& hello, Bytes& out);

}  // namespace handfast::tls::native
