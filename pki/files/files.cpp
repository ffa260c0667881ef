#include "pki/files/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace handfast::pki {

namespace {

Problem file_problem(const std::filesystem::path& path, std::string_view doing, int error,
                     std::string hint = {}) {
  return environment_problem(fmt::format("cannot {}: {}", doing, errno_text(error)), path.string(),
                             std::move(hint));
}

/// A rename lives in the folder's own data: without this a crash may forget it (fsync(2)).
void sync_folder(const std::filesystem::path& file) {
  const int fd = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& path, mode_t mode) {
  auto temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  int fd = ::open(temporary.c_str(), flags, 0600);
  if (fd < 0 && errno == EEXIST) {
    // Left by a process that died with our pid; we hold the lock, so nobody is writing it.
    ::unlink(temporary.c_str());
    fd = ::open(temporary.c_str(), flags, 0600);
  }
  if (fd < 0) return file_problem(path, "create the file", errno);
  NewFile file(path, std::move(temporary), fd);
  if (mode != 0600 && ::fchmod(fd, mode) != 0) return file.problem("set the mode of the file");
  return file;
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

Problem NewFile::problem(const char* doing) const { return file_problem(path_, doing, errno); }

Result<void> NewFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return problem("write the file");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

Result<void> NewFile::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return problem("write the file");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  }
  return {};
}

Result<void> NewFile::finish(unsigned rename_flags) {
  if (::fsync(fd_) != 0) return problem("write the file to disk");
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), rename_flags) != 0) {
    if (errno == EEXIST) {
      return file_problem(path_, "create the file", EEXIST,
                          "it is never overwritten; move it away first");
    }
    return problem("rename the finished file");
  }
  ::close(std::exchange(fd_, -1));
  sync_folder(path_);
  return {};
}

Result<void> NewFile::replace() { return finish(0); }
Result<void> NewFile::publish() { return finish(RENAME_NOREPLACE); }

Result<void> write_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  auto file = NewFile::create(path, mode);
  if (!file) return file.error();
  if (auto written = file->write(as_bytes(text)); !written) return written.error();
  return file->replace();
}

Result<void> create_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  auto file = NewFile::create(path, mode);
  if (!file) return file.error();
  if (auto written = file->write(as_bytes(text)); !written) return written.error();
  return file->publish();
}

}  // namespace handfast::pki
