// A BIO that reads from a view and appends to an Output: libssl's transport without a copy of its
// own.
#pragma once

#include "core/base/bytes.hpp"
#include "core/tls/client.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// The two ends of one connection's transport for the length of one call into libssl.
struct SpanPipe {
  ByteView in;             ///< what libssl may still read
  Output* out = nullptr;   ///< where libssl writes
  bool ended = false;      ///< the transport has ended: reads past `in` answer end of file
  bool datagrams = false;  ///< note a border after each write; reads take a whole datagram
  std::uint16_t mtu = 0;   ///< DTLS: largest datagram payload, bytes
};

/// A BIO over `pipe`, which must outlive it. Null only when memory is out.
BioPtr make_span_bio(SpanPipe& pipe);

}  // namespace handfast::tls
