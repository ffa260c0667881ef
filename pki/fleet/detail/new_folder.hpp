// A folder that appears under its name only when all files are in it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki::detail {

class NewFolder {
 public:
  /// Makes a temporary folder beside `folder`, mode 0700. Environment problem when it cannot.
  static Result<NewFolder> create(const std::filesystem::path& folder);
  NewFolder(NewFolder&& other) noexcept;
  NewFolder& operator=(NewFolder&&) = delete;
  ~NewFolder();  ///< removes it with everything in it unless committed

  /// A new file, "000017.key" or "000/000017.key", whose sub-folder (mode 0700) is made when it is
  /// missing. Not synced: commit does that for all.
  Result<void> put(const std::string& name, ByteView bytes, mode_t mode) const;
  /// Syncs and renames. Environment problem when something has that name by now.
  Result<void> commit();

 private:
  NewFolder(std::filesystem::path folder, std::filesystem::path temporary)
      : folder_(std::move(folder)), temporary_(std::move(temporary)) {}

  std::filesystem::path folder_;
  std::filesystem::path temporary_;  ///< empty: nothing to remove
};

}  // namespace handfast::pki::detail
