#include "core/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace handfast {

namespace {

Problem unreadable(const std::filesystem::path& path, const std::string& why) {
  return environment_problem("cannot read the file: " + why, path.string());
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable(path, "it is a directory");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return unreadable(path, errno_text(errno));
  std::string text;
  std::array<char, 65536> block{};
  ssize_t got = 0;
  while ((got = ::read(fd, block.data(), block.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > limit) break;
  }
  const int error = errno;
  ::close(fd);
  if (got < 0) return unreadable(path, errno_text(error));
  if (text.size() > limit) {
    return unreadable(
        path, fmt::format("it is larger than {} MiB", limit / (std::uint64_t{1024} * 1024)));
  }
  return text;
}

std::string read_text(const std::filesystem::path& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string{};
}

}  // namespace handfast
