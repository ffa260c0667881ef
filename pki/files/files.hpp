// Files of a PKI on disk: whole or not at all (temporary name, fsync, rename), private keys 0600
// from their first byte and never overwritten, one writer at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/file.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki {

/// A file that appears under its name only when it is complete.
class NewFile {
 public:
  /// Creates the temporary file beside `path` with O_EXCL and `mode`, whatever the umask.
  static Result<NewFile> create(const std::filesystem::path& path, mode_t mode);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  ///< removes the temporary file unless committed

  Result<void> write(ByteView bytes);
  Result<void> write_at(std::uint64_t offset, ByteView bytes);
  /// fsync and rename over what is there.
  Result<void> replace();
  /// fsync and rename; environment problem when `path` exists by now.
  Result<void> publish();

 private:
  NewFile(std::filesystem::path path, std::filesystem::path temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}
  Result<void> finish(unsigned rename_flags);
  Problem problem(const char* doing) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int fd_ = -1;
};

/// Writes `text` as `path`, replacing what is there.
Result<void> write_file(const std::filesystem::path& path, std::string_view text, mode_t mode);
/// Writes `text` as `path`. Environment problem when something is there already.
Result<void> create_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

/// The right to change a PKI's folder: `<home>/.lock` holds the owner's pid while it lives. The
/// kernel frees it when the process dies, so there are no stale locks.
class Lock {
 public:
  /// Environment problem naming the process that still holds it after `patience`.
  static Result<Lock> take(const std::filesystem::path& home, Nanos patience = {});
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&&) = delete;
  ~Lock();

 private:
  Lock(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_ = -1;
};

/// A user of this machine who must be able to read some keys.
class KeyOwner {
 public:
  /// Environment problem for a user that does not exist.
  static Result<KeyOwner> find(const std::string& name);

  /// Makes the user the owner of `file`, mode unchanged; true when that changed something.
  /// Environment problem when we may not.
  Result<bool> give(const std::filesystem::path& file) const;
  /// The first folder on the way to `file` that the user cannot enter; nullopt when all are open.
  std::optional<std::filesystem::path> closed_folder(const std::filesystem::path& file) const;
  const std::string& name() const { return name_; }
  uid_t user() const { return user_; }

 private:
  KeyOwner(std::string name, uid_t user, gid_t group)
      : name_(std::move(name)), user_(user), group_(group) {}
  std::string name_;
  uid_t user_;
  gid_t group_;
};

}  // namespace handfast::pki
