#include "harness/broker/export/write.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/pkcs12.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/openssl.hpp"
#include "harness/broker/descriptor.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

bool is_pem_with_key(const std::string& content) {
  return content.find(" PRIVATE KEY-----") != std::string::npos;  // RSA, EC, ENCRYPTED or none
}

bool holds_key(const ExportedFile& file) {
  return !file.password.empty() || is_pem_with_key(file.content);
}

/// The private key in a PEM text or a PKCS#12 file; null when it cannot be read.
tls::PkeyPtr key_of(const std::string& content, const std::string& password) {
  if (is_pem_with_key(content)) {
    auto key = tls::parse_private_key(content, "key");
    return key ? std::move(*key) : nullptr;
  }
  using Pkcs12Ptr = tls::OpensslPtr<PKCS12, PKCS12_free>;
  const auto* at = reinterpret_cast<const unsigned char*>(content.data());
  const Pkcs12Ptr store(d2i_PKCS12(nullptr, &at, static_cast<long>(content.size())));
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  if (store) PKCS12_parse(store.get(), password.c_str(), &key, &certificate, nullptr);
  X509_free(certificate);
  tls::drain_errors();
  return tls::PkeyPtr(key);
}

/// The content of a file that is there; nullopt when nothing is.
Result<std::optional<std::string>> existing(const fs::path& path) {
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  auto content = read_file(path);
  if (!content) return content.error();
  return std::optional(std::move(*content));
}

/// Nothing that is there already may be a key other than the one that would replace it.
Result<void> check_file(const ExportedFile& file, const fs::path& path) {
  const auto before = existing(path);
  if (!before) return before.error();
  if (!*before || **before == file.content) return {};
  if (!holds_key(file) && !is_pem_with_key(**before)) return {};
  const auto old_key = key_of(**before, file.password);
  const auto new_key = key_of(file.content, file.password);
  if (old_key && new_key && EVP_PKEY_eq(old_key.get(), new_key.get()) == 1) return {};
  return environment_problem("another private key is there already, which is never overwritten",
                             path.string(), "move it away, or export into another folder");
}

Result<void> check_path(const ExportedFile& file) {
  const fs::path path(file.path);
  bool inside = !path.empty() && path.is_relative();
  for (const auto& part : path) inside = inside && part != ".." && part != ".";
  if (inside) return {};
  return internal_problem("an exported file would leave the export's folder", file.path);
}

Problem write_problem(const fs::path& path, int error) {
  return environment_problem("cannot write the file: " + errno_text(error), path.string());
}

Result<void> write_whole(int fd, const std::string& content, const fs::path& path) {
  for (std::size_t at = 0; at < content.size();) {
    const auto written = ::write(fd, content.data() + at, content.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return write_problem(path, errno);
    at += static_cast<std::size_t>(written);
  }
  if (fsync(fd) != 0) return write_problem(path, errno);
  return {};
}

/// A key that was given to the broker's user stays its own when it is renewed.
Result<void> keep_owner(int fd, const fs::path& path) {
  struct stat before{};
  if (lstat(path.c_str(), &before) != 0 || before.st_uid == geteuid()) return {};
  if (fchown(fd, before.st_uid, before.st_gid) == 0) return {};
  return environment_problem(
      fmt::format("the file belongs to another user (uid {}), who could not read its successor",
                  before.st_uid),
      path.string(), "run this as root or as that user");
}

Result<void> write_file(const ExportedFile& file, const fs::path& path) {
  const auto before = existing(path);
  if (!before) return before.error();
  if (*before && **before == file.content) return {};
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return write_problem(path, error.value());
  const auto temporary = fmt::format("{}.new-{}", path.string(), getpid());
  const Descriptor fd(
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return write_problem(temporary, errno);
  auto written = write_whole(fd.get(), file.content, path);
  if (written) written = keep_owner(fd.get(), path);
  // After the content: a file wider than 0600 must not be narrower because of the umask.
  if (written && fchmod(fd.get(), static_cast<mode_t>(file.mode)) != 0) {
    written = write_problem(path, errno);
  }
  if (written && std::rename(temporary.c_str(), path.c_str()) != 0) {
    written = write_problem(path, errno);
  }
  if (!written) unlink(temporary.c_str());
  return written;
}

}  // namespace

Result<void> write_export(const std::vector<ExportedFile>& files, const fs::path& folder) {
  for (const auto& file : files) {
    if (auto ok = check_path(file); !ok) return ok;
    if (auto ok = check_file(file, folder / file.path); !ok) return ok;
  }
  for (const auto& file : files) {
    if (auto ok = write_file(file, folder / file.path); !ok) return ok;
  }
  return {};
}

}  // namespace handfast::broker
