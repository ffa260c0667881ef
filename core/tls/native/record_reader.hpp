// Cuts a stream into records (RFC 8446 section 5.1), without a copy of those that arrive whole.
#pragma once

#include <optional>

#include "core/tls/native/record_protection.hpp"

namespace handfast::tls::native {

struct Record {
  ContentType type{};
  ByteView header, body;
};

/// The next record of `in`, which moves on. `partial` keeps the beginning of one that is not there
/// yet, and the record's bytes when it had to be put together; the record is valid until the next
/// call. nullopt when `in` is used up.
Checked<std::optional<Record>> next_record(Bytes& partial, ByteView& in);

}  // namespace handfast::tls::native
