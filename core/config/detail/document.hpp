// A parsed document as plain data: values in one array, children by index, so nothing here
// recurses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::config::detail {

enum class Kind : std::uint8_t { empty, scalar, list, map };

/// 1-based; line 0 is "somewhere in the source", for overrides.
struct Position {
  int line = 0;
  int column = 0;
};

struct Child {
  std::string key;  ///< empty in lists
  Position key_at;
  std::size_t value = 0;
};

struct Value {
  Kind kind = Kind::empty;
  bool quoted = false;
  std::size_t source = 0;  ///< index into Document::sources
  Position at;
  std::string name;  ///< last element of the path: "load", "stages[1]"
  std::string text;  ///< scalars only
  std::vector<Child> children;
  std::size_t key_source = 0;
  Position key_at;  ///< where the key stands; `at` for items of lists and the root
};

struct Document {
  std::vector<std::string> sources;
  std::vector<Value> values;  ///< values[0] is the root
};

std::string place(const std::string& source, Position at);

/// Reads one document whose root is called `root_name`. All of yaml-cpp is behind this function.
Result<Document> parse(std::string_view text, const std::string& source,
                       const std::string& root_name);

}  // namespace handfast::config::detail
