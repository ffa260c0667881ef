// Base64 (RFC 4648 section 4, with padding), the text form of histograms in .hlog files.
#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::stats {

std::string to_base64(ByteView bytes);

/// Strict: no blanks, no missing padding, zero bits behind the last byte. Usage problem with the
/// offending position.
Result<Bytes> from_base64(std::string_view text);

}  // namespace handfast::stats
