#include "harness/scenario/served_files.hpp"

#include <algorithm>
#include <system_error>

#include "core/base/file.hpp"
#include "pki/files/files.hpp"

namespace handfast::scenario {

namespace fs = std::filesystem;

Result<ServedFiles> ServedFiles::make(fs::path folder, std::string owner) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    return environment_problem("cannot make the directory: " + error.message(), folder.string());
  }
  // Whatever our umask: the broker's own user has to come through.
  fs::permissions(folder, fs::perms(0755), error);
  return ServedFiles(fs::absolute(folder), std::move(owner));
}

Result<fs::path> ServedFiles::add(const std::string& name, std::vector<fs::path> sources,
                                  bool secret) {
  copies_.push_back({name, std::move(sources), secret});
  if (auto done = write(copies_.back()); !done) return done.error();
  return folder_ / name;
}

void ServedFiles::redirect(std::string_view name, std::vector<fs::path> sources) {
  const auto copy = std::ranges::find(copies_, name, &Copy::name);
  if (copy != copies_.end()) copy->sources = std::move(sources);
}

Result<std::vector<std::string>> ServedFiles::refresh() {
  std::vector<std::string> written;
  for (const auto& copy : copies_) {
    auto wrote = write(copy);
    if (!wrote) return wrote.error();
    if (*wrote) written.push_back(copy.name);
  }
  return written;
}

Result<bool> ServedFiles::write(const Copy& copy) const {
  std::string text;
  for (const auto& source : copy.sources) {
    auto part = read_file(source);
    if (!part) return part.error();
    text += *part;
  }
  const auto path = folder_ / copy.name;
  std::error_code error;
  if (fs::exists(path, error)) {
    const auto before = read_file(path);
    if (before && *before == text) return false;
  }
  if (auto done = pki::write_file(path, text, copy.secret ? 0600 : 0644); !done) {
    return done.error();
  }
  if (!copy.secret || owner_.empty()) return true;
  const auto owner = pki::KeyOwner::find(owner_);
  if (!owner) return owner.error();
  if (auto given = owner->give(path); !given) return given.error();
  return true;
}

}  // namespace handfast::scenario
