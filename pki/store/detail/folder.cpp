#include "pki/store/detail/folder.hpp"

#include <fmt/format.h>

#include <system_error>

namespace handfast::pki::detail {

namespace {

namespace fs = std::filesystem;

constexpr auto open_to_all = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                             fs::perms::others_read | fs::perms::others_exec;

Problem folder_problem(const fs::path& folder, const std::error_code& error) {
  return environment_problem("cannot make the folder: " + error.message(), folder.string());
}

/// Makes `folder` with mode 0755 whatever the umask: the broker's user must be able to pass
/// through.
Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  fs::create_directories(folder, error);
  if (error) return folder_problem(folder, error);
  fs::permissions(folder, open_to_all, error);
  if (error) return folder_problem(folder, error);
  return {};
}

}  // namespace

Result<Folder> Folder::open(const fs::path& home, bool dry_run) {
  Folder folder(fs::absolute(home).lexically_normal(), dry_run);
  if (dry_run) return folder;
  if (auto made = make_folder(folder.home_); !made) return made.error();
  auto lock = Lock::take(folder.home_);
  if (!lock) return lock.error();
  folder.lock_.emplace(std::move(*lock));
  return folder;
}

bool Folder::has(const std::string& file) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(path(file), error));
}

Result<std::optional<std::string>> Folder::read(const std::string& file) const {
  if (!has(file)) return std::optional<std::string>();
  auto text = read_file(path(file));
  if (!text) return text.error();
  return std::optional<std::string>(std::move(*text));
}

Result<void> Folder::put(const std::string& file, std::string_view text) {
  auto current = read(file);
  if (!current) return current.error();
  if (*current && **current == text) {
    kept(file);
    return {};
  }
  written(file);
  return dry_run_ ? Result<void>() : write_file(path(file), text, 0644);
}

Result<void> Folder::put_key(const std::string& file, std::string_view text) {
  written(file);
  return dry_run_ ? Result<void>() : create_file(path(file), text, 0600);
}

Result<std::string> Folder::archive_name(const std::string& file, const std::string& mark) {
  const fs::path name(file);
  std::string target;
  for (int attempt = 1; target.empty() || has(target); ++attempt) {
    target =
        fmt::format("archive/{}-{}{}{}", name.stem().string(), mark,
                    attempt == 1 ? "" : fmt::format("-{}", attempt), name.extension().string());
  }
  written(target);
  if (!dry_run_) {
    if (auto made = make_folder(path("archive")); !made) return made.error();
  }
  return target;
}

Result<void> Folder::archive_copy(const std::string& file, const std::string& mark) {
  auto text = read_file(path(file));
  if (!text) return text.error();
  auto target = archive_name(file, mark);
  if (!target) return target.error();
  return dry_run_ ? Result<void>() : write_file(path(*target), *text, 0644);
}

Result<void> Folder::archive_away(const std::string& file, const std::string& mark) {
  auto target = archive_name(file, mark);
  if (!target) return target.error();
  if (dry_run_) return {};
  std::error_code error;
  fs::rename(path(file), path(*target), error);
  if (error) {
    return environment_problem("cannot move the file to the archive: " + error.message(),
                               path(file).string());
  }
  return {};
}

}  // namespace handfast::pki::detail
