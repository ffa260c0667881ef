// Messages in permessage-deflate's form (RFC 7692 section 7.2): raw DEFLATE without the last four
// bytes 00 00 ff ff.
#pragma once

#include <cstddef>
#include <optional>

#include "core/base/bytes.hpp"

namespace handfast::probe {

Bytes deflated(ByteView message);
/// `count` bytes of zero, without having them in memory.
Bytes deflated_zeros(std::size_t count);
/// nullopt for what is no such message, and for one of more than 64 KiB.
std::optional<Bytes> inflated(ByteView message);

}  // namespace handfast::probe
