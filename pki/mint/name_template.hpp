// The names of fleet members: one text with placeholders, expanded for each index.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

/// A text with the index of a fleet member in it:
///   {i}       the index; {i:06} the same with leading zeros, 1 to 20 digits
///   {hex:8}   the index in hexadecimal with leading zeros, 1 to 16 digits
///   {uuid}    a version 4 UUID (RFC 9562) that belongs to the index
///   {rand:12} letters a to z and digits 2 to 7 that belong to the index, 1 to 32 of them
/// The last two depend on a salt; within one member they are the same in every template.
class NameTemplate {
 public:
  /// Usage problem for an unknown or unclosed placeholder.
  static Result<NameTemplate> parse(std::string_view text);
  /// The same salt, of any length, gives the same text.
  std::string expand(std::uint64_t index, std::string_view salt = {}) const;
  /// True when members get texts of their own; {rand:N} counts from 12 on, where repetitions are
  /// out of reach of a fleet.
  bool has_index() const { return has_index_; }

 private:
  enum class Kind : std::uint8_t { text, decimal, hexadecimal, uuid, random };
  struct Part {
    Kind kind = Kind::text;
    std::string text;
    int width = 0;
  };
  static bool read_placeholder(std::string_view inside, Part& part, std::string& why);

  std::vector<Part> parts_;
  bool has_index_ = false;
};

}  // namespace handfast::pki
