// A file in memory without reading it: pages come when they are looked at.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki::detail {

/// Read only; the bytes are valid as long as the object is.
class MappedFile {
 public:
  /// Environment problem, with `what` as the file's name for people, when it cannot be opened.
  static Result<MappedFile> open(const std::filesystem::path& file, const std::string& what);
  MappedFile() = default;  ///< empty
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  ByteView bytes() const { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace handfast::pki::detail
