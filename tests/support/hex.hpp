// Byte vectors as the specifications print them.
#pragma once

#include <stdexcept>
#include <string_view>

#include "core/base/bytes.hpp"

namespace handfast::test {

/// "10 0d 00 04" or "100d0004" as bytes; 'x' between quotes stands for its ASCII codes: "00 01
/// 'a'".
inline Bytes hex(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw std::invalid_argument("not a lower-case hexadecimal digit");
  };
  Bytes bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (text[i] == '\'') {
      const auto end = text.find('\'', i + 1);
      const auto ascii = as_bytes(text.substr(i + 1, end - i - 1));
      bytes.insert(bytes.end(), ascii.begin(), ascii.end());
      i = end + 1;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(digit(text.at(i)) << 4 | digit(text.at(i + 1))));
      i += 2;
    }
  }
  return bytes;
}

}  // namespace handfast::test
