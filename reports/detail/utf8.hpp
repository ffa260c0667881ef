// Just enough UTF-8 for printing: repairing foreign bytes and measuring columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace handfast::reports::detail {

/// One decoded character and the bytes it took.
struct CodePoint {
  char32_t value = 0xfffd;  ///< U+FFFD for a byte that starts no valid sequence (RFC 3629: no
                            ///< surrogates, no overlong)
  std::size_t bytes = 1;
};
/// Decodes the first character of `text`, which must not be empty.
CodePoint decode_utf8(std::string_view text);

/// Columns that `text` takes on a terminal; every character counts as one.
std::size_t display_width(std::string_view text);

/// The first `columns` columns of `text`; "..." at the end when something was cut off and there is
/// room for it.
std::string fit_width(std::string_view text, std::size_t columns);

/// `text` in lines of at most `columns` columns, broken at spaces, within words only when one is
/// longer than a line.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace handfast::reports::detail
