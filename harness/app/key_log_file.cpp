#include "harness/app/key_log_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace handfast::app {

namespace {

Problem key_log_problem(const std::string& path, int error) {
  return environment_problem(
      fmt::format("cannot write the key log: {}", std::generic_category().message(error)), path,
      "name a file in a directory of your own");
}

}  // namespace

Result<std::unique_ptr<KeyLogFile>> KeyLogFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                        S_IRUSR | S_IWUSR);
  if (fd < 0) return key_log_problem(path, errno);
  return std::unique_ptr<KeyLogFile>(new KeyLogFile(path, fd));
}

KeyLogFile::~KeyLogFile() { ::close(fd_); }

void KeyLogFile::write(std::string_view line) {
  const auto whole = fmt::format("{}\n", line);
  const std::lock_guard lock(mutex_);
  if (error_ != 0) return;
  errno = 0;
  if (::write(fd_, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size())) {
    error_ = errno != 0 ? errno : ENOSPC;
  }
}

Result<void> KeyLogFile::check() const {
  const std::lock_guard lock(mutex_);
  if (error_ != 0) return key_log_problem(path_, error_);
  return {};
}

}  // namespace handfast::app
