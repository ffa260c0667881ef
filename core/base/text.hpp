// Small text helpers shared by readers and printers.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handfast {

/// Levenshtein distance in characters.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// A hint for a mistyped word: `did you mean "connections"?` when one candidate is near enough,
/// else `one of: a, b, c`. Empty when there are no candidates.
std::string suggest(std::string_view word, std::span<const std::string_view> candidates);
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);

/// Text that is safe to print on a terminal: control characters become \xNN, at most `limit` bytes
/// are kept.
std::string printable(std::string_view text, std::size_t limit = 200);

}  // namespace handfast
