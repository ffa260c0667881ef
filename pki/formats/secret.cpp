#include "pki/formats/secret.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace handfast::pki {

namespace {

Result<Secret> checked(std::string_view text, const std::string& where) {
  if (text.size() > longest_passphrase_bytes) {
    return environment_problem(
        fmt::format("the passphrase is longer than {} bytes", longest_passphrase_bytes), where);
  }
  if (text.find('\0') != std::string_view::npos) {
    return environment_problem("the passphrase holds a NUL", where);
  }
  return Secret(text);
}

/// The first line of what `fd` gives; a byte at a time, so that what follows stays for others.
Result<Secret> first_line(int fd, const std::string& where) {
  std::array<char, longest_passphrase_bytes + 2> line{};
  std::size_t size = 0;
  int error = 0;
  while (size < line.size()) {
    const ssize_t got = ::read(fd, line.data() + size, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = errno;
    if (got <= 0 || line.at(size) == '\n') break;
    ++size;
  }
  if (size > 0 && line.at(size - 1) == '\r') --size;
  auto out = error != 0 ? Result<Secret>(environment_problem(
                              "cannot read the passphrase: " + errno_text(error), where))
                        : checked({line.data(), size}, where);
  OPENSSL_cleanse(line.data(), line.size());
  return out;
}

Result<Secret> from_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return environment_problem("cannot read the passphrase: " + errno_text(errno), path);
  }
  auto out = first_line(fd, path);
  ::close(fd);
  return out;
}

}  // namespace

Secret::Secret(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  data_ = std::unique_ptr<char, Wipe>(new char[size + 1], Wipe{size});
  char* at = data_.get();
  for (const auto part : parts) {
    if (!part.empty()) std::memcpy(at, part.data(), part.size());
    at += part.size();
  }
  *at = '\0';
}

Secret Secret::take(std::string& text) {
  Secret out{std::string_view(text)};
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
  return out;
}

void Secret::Wipe::operator()(char* data) const {
  OPENSSL_cleanse(data, size);
  delete[] data;
}

Result<Secret> read_passphrase(std::string_view spec) {
  const auto colon = spec.find(':');
  const auto kind = spec.substr(0, colon);
  const std::string value(colon == std::string_view::npos ? "" : spec.substr(colon + 1));
  if (kind == "env" && !value.empty()) {
    const char* text = std::getenv(value.c_str());
    if (text != nullptr) return checked(text, "environment variable " + value);
    return environment_problem("there is no such environment variable", value,
                               "set it, or take the passphrase from file:PATH or fd:N");
  }
  if (kind == "file" && !value.empty()) return from_file(value);
  int fd = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), fd);
  if (kind == "fd" && error == std::errc() && end == value.data() + value.size() && fd >= 0) {
    return first_line(fd, fmt::format("descriptor {}", fd));
  }
  return usage_problem("a passphrase is never part of the command line", {},
                       "say where it is: env:NAME, file:PATH or fd:N");
}

}  // namespace handfast::pki
