// A mapping read by a table: one line for each key, so that unknown, missing and malformed keys are
// all found the same way.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/yaml.hpp"

namespace handfast::config {

enum class Presence : std::uint8_t { optional, required };

struct Field {
  std::string_view key;
  Presence presence;
  std::function<Result<void>(const Node&)> read;
};

/// Reads `node` as a mapping with exactly these keys. Problems come in this order: no mapping,
/// first unknown key, first missing key, then whatever a reader refuses, in the order of the file.
Result<void> read_fields(const Node& node, const std::vector<Field>& fields);

/// Stores a value or answers its problem: the body of most readers.
template <class T, class U>
Result<void> store(T& out, Result<U> value) {
  if (!value) return value.error();
  out = static_cast<T>(std::move(*value));
  return {};
}

}  // namespace handfast::config
