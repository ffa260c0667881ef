// A ClientHello of DTLS by hand, in any framing, and the first answer in clear: all that a server
// decides before there are keys (RFC 6347 section 4.2.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/probe/datagram/records.hpp"
#include "harness/probe/datagram/udp.hpp"
#include "harness/probe/hello.hpp"

namespace handfast::probe {

struct DatagramHello {
  tls::native::ClientHello message;  ///< legacy_version is one of DTLS
  Bytes cookie{};                    ///< 0 to 255 bytes
  std::uint16_t record_version = dtls_1_0;
  std::uint64_t record_sequence = 0;  ///< of its first record
  std::uint16_t message_seq = 0;      ///< 1 with the cookie
  std::size_t fragment_bytes = 16384;
};

/// A fresh hello of DTLS 1.2 that a server has nothing to object to but what a caller changes.
Result<DatagramHello> make_datagram_hello(std::string_view host);
/// The same of DTLS 1.3 alone (RFC 9147 section 5.3).
Result<DatagramHello> make_dtls13_hello(std::string_view host);
/// `hello` with that cookie, as the second message of its client.
DatagramHello with_cookie(DatagramHello hello, Bytes cookie);

/// Body of the message, from client_version on.
Bytes hello_body(const DatagramHello& hello);
/// A datagram for each fragment.
std::vector<Bytes> hello_datagrams(const DatagramHello& hello);

enum class AnswerKind { silence, refused, hello_verify, server_hello, alert, something };

/// The first datagram that came.
struct FirstAnswer {
  AnswerKind kind = AnswerKind::silence;
  Bytes cookie{};  ///< of a HelloVerifyRequest
  std::optional<std::uint8_t> alert{};
  std::uint64_t record_sequence = 0;  ///< of its first record
  std::uint16_t version = 0;          ///< of a ServerHello, supported_versions counted
  std::size_t bytes = 0;
  Nanos took{};
  std::vector<std::string> messages{};  ///< what crossed, as in other transcripts

  /// "HelloVerifyRequest", "silence", "alert handshake_failure (40)".
  std::string text() const;
};

/// Reads one datagram.
FirstAnswer read_answer(ByteView datagram);
/// Sends the datagrams and waits for the first answer.
FirstAnswer ask(UdpLine& line, const std::vector<Bytes>& datagrams, Nanos patience);

}  // namespace handfast::probe
