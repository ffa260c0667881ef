// A file as text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/problem.hpp"

namespace handfast {

inline constexpr std::uint64_t largest_file_bytes = std::uint64_t{64} * 1024 * 1024;

/// The whole file. Environment problem "cannot read the file: ..." when it cannot be read, is a
/// directory, or holds more than `limit` bytes (an endless one is not read to its end).
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t limit = largest_file_bytes);

/// The whole file, or nothing when it cannot be read: for /proc and logs, which may be gone.
std::string read_text(const std::filesystem::path& path);

}  // namespace handfast
