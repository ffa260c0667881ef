// The lock of a PKI's folder, and handing keys to the broker's user.
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"

namespace handfast::pki {

namespace {

/// True while `path` still names the file behind `fd`: its last owner may have removed it before we
/// got the lock.
bool still_named(int fd, const std::filesystem::path& path) {
  struct stat ours{};
  struct stat named{};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
         ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

bool write_pid(int fd) {
  const auto text = fmt::format("{}\n", ::getpid());
  return ::ftruncate(fd, 0) == 0 &&
         ::pwrite(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<Lock> Lock::take(const std::filesystem::path& home, Nanos patience) {
  constexpr auto pause = std::chrono::milliseconds(20);
  const auto path = home / ".lock";
  const auto give_up = Clock::now() + patience;
  while (true) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
      return environment_problem("cannot lock the folder: " + errno_text(errno), path.string());
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      ::close(fd);
      if (Clock::now() < give_up) {
        std::this_thread::sleep_for(pause);
        continue;
      }
      const auto owner = read_file(path);
      const auto pid = owner ? std::string(trim(*owner)) : std::string{};
      return environment_problem(fmt::format("the folder is in use by {}",
                                             pid.empty() ? "another process" : "process " + pid),
                                 path.string(), "wait until it is done");
    }
    if (!still_named(fd, path)) {
      ::close(fd);
      continue;
    }
    Lock lock(path, fd);
    if (!write_pid(fd)) {
      return environment_problem("cannot write the lock: " + errno_text(errno), path.string());
    }
    return lock;
  }
}

Lock::Lock(Lock&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

Lock::~Lock() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());  // while still locked, so that nobody can lock a file without a name
  ::close(fd_);
}

Result<KeyOwner> KeyOwner::find(const std::string& name) {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  const int error = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0) {
    return environment_problem(
        fmt::format("cannot look up the user \"{}\": {}", printable(name), errno_text(error)));
  }
  if (found == nullptr) {
    return environment_problem(
        fmt::format("the user \"{}\", who should own the server keys, does not exist",
                    printable(name)),
        {}, "install the broker first, or leave the key owner out");
  }
  return KeyOwner(name, entry.pw_uid, entry.pw_gid);
}

Result<bool> KeyOwner::give(const std::filesystem::path& file) const {
  struct stat status{};
  if (::lstat(file.c_str(), &status) != 0) {
    return environment_problem("cannot look at the key: " + errno_text(errno), file.string());
  }
  if (status.st_uid == user_) return false;
  if (::lchown(file.c_str(), user_, static_cast<gid_t>(-1)) != 0) {
    return environment_problem(
        fmt::format("cannot make \"{}\" the owner of the key: {}", name_, errno_text(errno)),
        file.string(), "run as root, or leave the key owner out");
  }
  return true;
}

std::optional<std::filesystem::path> KeyOwner::closed_folder(
    const std::filesystem::path& file) const {
  std::filesystem::path folder;
  for (const auto& part : std::filesystem::absolute(file).parent_path()) {
    folder /= part;
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) return folder;
    const mode_t needed = status.st_uid == user_    ? S_IXUSR
                          : status.st_gid == group_ ? S_IXGRP
                                                    : S_IXOTH;
    if (user_ != 0 && (status.st_mode & needed) == 0) return folder;
  }
  return std::nullopt;
}

}  // namespace handfast::pki
