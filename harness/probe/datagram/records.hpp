// DTLS 1.2 on the wire as values (RFC 6347 sections 4.1 and 4.2.2), without keys: what a bad path
// or a client of bad manners may change. A datagram is one or more records, whole:
//
//     ContentType (1) | version (2) | epoch (2) | sequence_number (6) | length (2) | fragment
//
// and what is in a handshake record in clear is
//
//     msg_type (1) | length (3) | message_seq (2) | fragment_offset (3) | fragment_length (3) |
//     body
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"

namespace handfast::probe {

inline constexpr std::uint16_t dtls_1_0 = 0xfeff;
inline constexpr std::uint16_t dtls_1_2 = 0xfefd;
inline constexpr std::uint16_t dtls_1_3 = 0xfefc;

enum class ContentType : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

struct Record {
  ContentType type = ContentType::handshake;
  std::uint16_t version = dtls_1_2;
  std::uint16_t epoch = 0;     ///< above 0: the fragment is protected
  std::uint64_t sequence = 0;  ///< 48 bits go out
  Bytes fragment;

  bool operator==(const Record&) const = default;
};

/// nullopt when the bytes are not one or more whole records.
std::optional<std::vector<Record>> split_datagram(ByteView datagram);
/// Appends the record; its fragment must be shorter than 65,536 bytes.
void append_record(Bytes& datagram, const Record& record);
Bytes datagram_of(const Record& record);

/// A handshake message or a part of one.
struct Fragment {
  std::uint8_t type = 0;  ///< 1 ClientHello, 2 ServerHello, 3 HelloVerifyRequest, ...
  std::uint32_t length = 0;
  std::uint16_t message_seq = 0;
  std::uint32_t offset = 0;
  Bytes body;

  bool whole() const { return offset == 0 && body.size() == length; }
  bool operator==(const Fragment&) const = default;
};

/// The parts in a handshake record of epoch 0; empty for any other record and for what is none.
std::vector<Fragment> fragments_of(const Record& record);
/// As the fragment of a record; fragment_length is what `body` holds.
Bytes to_bytes(const Fragment& fragment);

/// The description in an alert record of epoch 0.
std::optional<std::uint8_t> clear_alert(const Record& record);

/// True when any record of the datagram is protected and of that type.
bool holds_protected(ByteView datagram, ContentType type);

/// "ClientHello 213 B", "Certificate 0..200 of 712 B, ChangeCipherSpec, protected handshake 48 B",
/// "no records, 20 B".
std::string describe_datagram(ByteView datagram);

}  // namespace handfast::probe
