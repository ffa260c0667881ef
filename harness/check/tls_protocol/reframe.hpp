// A client's bytes cut anew before they go out. Records that are still in clear can be split
// anywhere (RFC 8446 section 5.1); what is protected goes out as it is.
#pragma once

#include <functional>

#include "harness/probe/line.hpp"

namespace handfast::check::tls_protocol {

/// Handshake records in clear become records of at most `fragment_bytes`.
Bytes split_clear_records(ByteView wire, std::size_t fragment_bytes);

/// A sender for a whole connection: splits until the first ChangeCipherSpec, which tells that
/// protection begins.
probe::TlsLine::Sender in_small_records(std::size_t fragment_bytes);
/// The first flight in pieces with a pause between them; the rest as it comes.
probe::TlsLine::Sender dribbling(std::size_t piece, Nanos pause);
/// Every write in two halves with a pause before each.
probe::TlsLine::Sender halting(Nanos pause);
/// The first flight, and `more` behind it in the same write.
probe::TlsLine::Sender with_appendix(Bytes more);

/// One record on its way.
struct ClearRecord {
  std::uint8_t type = 0;
  ByteView whole;    ///< header included
  ByteView content;  ///< as it is on the wire
};
/// The records of `wire`, which holds whole ones; a rest that is none is left out.
std::vector<ClearRecord> records_of(ByteView wire);

}  // namespace handfast::check::tls_protocol
