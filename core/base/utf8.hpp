// Strict UTF-8 (RFC 3629): what MQTT strings and WebSocket close reasons must be.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace handfast {

/// The byte offset of the first sequence in `text` that is not well-formed UTF-8 (RFC 3629 §3:
/// truncated, overlong, a surrogate U+D800 to U+DFFF, above U+10FFFF); nullopt when all of it is
/// well-formed. U+0000 is well-formed.
std::optional<std::size_t> find_ill_formed_utf8(std::string_view text);

}  // namespace handfast
