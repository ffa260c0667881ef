// A hash for maps from bytes that are looked up without a copy.
#pragma once

#include <functional>
#include <string_view>

namespace handfast::tls {

struct BytesHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view bytes) const {
    return std::hash<std::string_view>{}(bytes);
  }
};

}  // namespace handfast::tls
