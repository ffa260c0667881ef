#include "pki/store/detail/folder.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <system_error>

namespace handfast::pki::detail {

namespace {

namespace fs = std::filesystem;

constexpr auto open_to_all = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                             fs::perms::others_read | fs::perms::others_exec;

WriteHook& write_hook() {
  static WriteHook hook;
  return hook;
}

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

Result<void> ask_hook(const fs::path& home, const std::string& file) {
  if (!write_hook() || write_hook()(file)) return {};
  return environment_problem("cannot write the file: stopped by a test", (home / file).string());
}

Result<void> move_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  return environment_problem("cannot move the file: " + error.message(), from.string());
}

}  // namespace

void set_write_hook(WriteHook hook) { write_hook() = std::move(hook); }

Result<Folder> Folder::open(const fs::path& home, bool dry_run, Nanos patience) {
  Folder folder(fs::absolute(home).lexically_normal(), dry_run);
  if (dry_run) return folder;
  if (auto made = make_folder(folder.home_); !made) return made.error();
  auto lock = Lock::take(folder.home_, patience);
  if (!lock) return lock.error();
  folder.lock_.emplace(std::move(*lock));
  return folder;
}

bool Folder::has(const std::string& file) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(path(file), error));
}

std::vector<std::string> Folder::files_in(const std::string& folder) const {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(path(folder), error), end; !error && at != end;
       at.increment(error)) {
    out.push_back(folder + "/" + at->path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<std::optional<std::string>> Folder::read(const std::string& file) const {
  if (!has(file)) return std::optional<std::string>();
  auto text = read_file(path(file));
  if (!text) return text.error();
  return std::optional<std::string>(std::move(*text));
}

Result<void> Folder::put(const std::string& file, std::string_view text, mode_t mode) {
  auto current = read(file);
  if (!current) return current.error();
  const bool same = *current && **current == text;
  if (*current) OPENSSL_cleanse((*current)->data(), (*current)->size());
  if (same) {
    kept(file);
    return {};
  }
  written(file);
  Write write{Way::replace, file, std::string(text), mode};
  if (committed_) return run(write);
  after_.push_back(std::move(write));
  return {};
}

void Folder::create_key(const std::string& file, std::string_view text, mode_t mode) {
  written(file);
  before_.push_back({Way::create, file, std::string(text), mode});
}

void Folder::keep_aside(const std::string& file, std::string_view text, mode_t mode) {
  written(file);
  before_.push_back({Way::replace, file, std::string(text), mode});
}

void Folder::promote(const std::string& staged, const std::string& file) {
  written(file);
  after_.push_back({Way::promote, file, staged, 0});
}

Result<void> Folder::run(Write& write) {
  if (dry_run_) return {};
  if (auto asked = ask_hook(home_, write.file); !asked) return asked;
  const auto target = path(write.file);
  if (auto made = make_folder(target.parent_path()); !made) return made;
  if (write.way == Way::promote) return move_file(path(write.text), target);
  auto done = write.way == Way::create ? create_file(target, write.text, write.mode)
                                       : write_file(target, write.text, write.mode);
  OPENSSL_cleanse(write.text.data(), write.text.size());  // it may have been a key
  return done;
}

Result<void> Folder::run_all(std::vector<Write>& writes) {
  for (auto& write : writes) {
    if (auto done = run(write); !done) return done;
  }
  writes.clear();
  return {};
}

Result<void> Folder::commit(const std::string& state) {
  if (auto done = run_all(before_); !done) return done;
  if (auto done = save_state(state); !done) return done;
  committed_ = true;
  return run_all(after_);
}

Result<void> Folder::save_state(const std::string& state) {
  auto current = read("state.json");
  if (!current) return current.error();
  const bool same = *current && **current == state;
  state_written_ = state_written_.value_or(false) || !same;
  if (same) return {};
  Write write{Way::replace, "state.json", state, 0644};
  return run(write);
}

ApplyReport Folder::take_report() {
  if (state_written_)
    (*state_written_ ? report_.written : report_.unchanged).push_back("state.json");
  return std::move(report_);
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

Result<void> Folder::archive_away(const std::string& file, const std::string& mark) {
  auto target = archive_name(file, mark);
  if (!target) return target.error();
  if (dry_run_) return {};
  if (auto asked = ask_hook(home_, *target); !asked) return asked;
  return move_file(path(file), path(*target));
}

}  // namespace handfast::pki::detail
