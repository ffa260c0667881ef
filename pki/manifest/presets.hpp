// Manifests that are built in: the set-ups of the guides that this module was measured against,
// ready to apply or to start from.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki {

/// "emqx-two-tier", "emqx-single", "cms-db", "cucm", "milestone", "camtrace".
const std::vector<std::string>& preset_names();

/// The commented YAML of a preset. Usage problem with a suggestion for an unknown name.
Result<std::string_view> preset_text(std::string_view name);

/// The same as a manifest; its home is relative to the working directory.
Result<Manifest> preset(std::string_view name);

/// Writes the preset as `folder`/pki.yaml, making the folder when needed; answers the file.
/// Environment problem when there is such a file already.
Result<std::filesystem::path> write_preset(std::string_view name,
                                           const std::filesystem::path& folder);

}  // namespace handfast::pki
