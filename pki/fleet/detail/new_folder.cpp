#include "pki/fleet/detail/new_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace handfast::pki::detail {

namespace {

namespace fs = std::filesystem;

constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

Problem cannot(const char* doing, const fs::path& path, int error, std::string hint = {}) {
  return environment_problem(fmt::format("cannot {}: {}", doing, errno_text(error)), path.string(),
                             std::move(hint));
}

/// The error of writing everything, 0 for none.
int write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return 0;
}

}  // namespace

Result<NewFolder> NewFolder::create(const fs::path& folder) {
  auto name = folder.lexically_normal();
  if (!name.has_filename()) name = name.parent_path();  // "devices/"
  auto temporary = name;
  temporary += fmt::format(".{}.tmp", ::getpid());
  std::error_code error;
  fs::remove_all(temporary, error);  // left by a process that died with our pid
  if (::mkdir(temporary.c_str(), 0700) != 0) return cannot("create the folder", folder, errno);
  return NewFolder(std::move(name), std::move(temporary));
}

NewFolder::NewFolder(NewFolder&& other) noexcept
    : folder_(std::move(other.folder_)), temporary_(std::exchange(other.temporary_, fs::path())) {}

NewFolder::~NewFolder() {
  if (temporary_.empty()) return;
  std::error_code error;
  fs::remove_all(temporary_, error);
}

Result<void> NewFolder::put(const std::string& name, ByteView bytes, mode_t mode) const {
  const auto path = temporary_ / name;
  int fd = ::open(path.c_str(), new_file, mode);
  if (fd < 0 && errno == ENOENT) {
    const auto below = path.parent_path();
    if (::mkdir(below.c_str(), 0700) != 0) return cannot("create the folder", below, errno);
    fd = ::open(path.c_str(), new_file, mode);
  }
  if (fd < 0) return cannot("create the file", path, errno);
  int error = write_all(fd, bytes);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return cannot("write the file", path, error);
  return {};
}

Result<void> NewFolder::commit() {
  const int fd = ::open(temporary_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = fd < 0 || ::syncfs(fd) != 0 ? errno : 0;
  if (fd >= 0) ::close(fd);
  if (error != 0) return cannot("write the folder to disk", folder_, error);
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_NOREPLACE) != 0) {
    error = errno;
    return cannot("give the folder its name", folder_, error,
                  "keys are never overwritten; move what is there away first");
  }
  temporary_.clear();
  return {};
}

}  // namespace handfast::pki::detail
