// An export on disk.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/export/export.hpp"

namespace handfast::broker {

/// Writes `files` below `folder`, which is made when missing: each file appears under its name when
/// it is complete (temporary name, fsync, rename), with its mode from the first byte. A file that
/// is there already with the same content is left alone. A file with a private key is replaced only
/// by one with the same key (a renewed certificate); with another key it is an environment problem,
/// found before anything is written.
Result<void> write_export(const std::vector<ExportedFile>& files,
                          const std::filesystem::path& folder);

}  // namespace handfast::broker
