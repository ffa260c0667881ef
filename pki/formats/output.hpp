// Putting what was converted into a file: whole or not at all, and never over a private key.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/problem.hpp"
#include "pki/formats/secret.hpp"

namespace handfast::pki {

/// True when `bytes` hold a private key in any format that we read, encrypted ones included; a
/// PKCS#12 file that does not open may hold one, so it counts.
bool holds_private_key(std::string_view bytes);

/// Writes `bytes` as `path`, mode 0644, over what is there. Environment problem when that holds a
/// private key.
Result<void> write_public(const std::filesystem::path& path, std::string_view bytes);
/// Writes `secret` as a new file, mode 0600 from its first byte. Environment problem when `path`
/// exists.
Result<void> write_private(const std::filesystem::path& path, const Secret& secret);

}  // namespace handfast::pki
