#include "pki/fleet/detail/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace handfast::pki::detail {

Result<MappedFile> MappedFile::open(const std::filesystem::path& file, const std::string& what) {
  const auto problem = [&](int error) {
    return environment_problem("cannot open the " + what + ": " + errno_text(error), file.string(),
                               "make it with handfast pki apply");
  };
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return problem(errno);
  struct stat status{};
  MappedFile out;
  int error = ::fstat(fd, &status) == 0 ? 0 : errno;
  if (error == 0 && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
      error = errno;
    } else {
      out.bytes_ = {static_cast<const std::uint8_t*>(mapped), size};
    }
  }
  ::close(fd);
  if (error != 0) return problem(error);
  return out;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, ByteView())) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace handfast::pki::detail
