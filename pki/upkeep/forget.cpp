#include "pki/upkeep/forget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/text.hpp"
#include "pki/upkeep/trust_store.hpp"

namespace handfast::pki {

namespace {

std::string place_of(const Manifest& manifest, const std::string& name) {
  if (const auto* entry = manifest.authority(name)) return entry->where;
  if (const auto* entry = manifest.identity(name)) return entry->where;
  const auto* entry = manifest.fault(name);
  return entry ? entry->entry.where : std::string();
}

/// Certificate and what is made from it first, so that a peer that still reads the folder finds a
/// missing certificate and not one without key; then the key, then the request.
std::vector<std::string> in_order(const Files& files) {
  std::vector<std::string> out;
  std::vector<std::string> last;
  for (auto& file : files.all()) {
    (file == files.key || file == files.request ? last : out).push_back(std::move(file));
  }
  // all() names the key before the request.
  out.insert(out.end(), last.begin(), last.end());
  return out;
}

std::filesystem::path free_folder(const Home& home, const std::string& name) {
  std::error_code error;
  auto folder = std::filesystem::path("archive") / name;
  for (int i = 2; std::filesystem::exists(home.folder() / folder, error); ++i) {
    folder = std::filesystem::path("archive") / fmt::format("{}.{}", name, i);
  }
  return folder;
}

Result<void> move_file(const Home& home, const std::string& file,
                       const std::filesystem::path& folder) {
  const auto target = home.folder() / folder / std::filesystem::path(file).filename();
  std::error_code error;
  std::filesystem::create_directories(target.parent_path(), error);
  if (!error) std::filesystem::rename(home.path(file), target, error);
  if (!error) return {};
  return environment_problem(fmt::format("cannot move the file: {}", error.message()),
                             home.path(file).string(), "what was moved until now is in archive/");
}

Problem still_needed(const std::string& name, const std::vector<std::string>& users) {
  return {ProblemKind::failed,
          fmt::format("\"{}\" is still needed: {}", name, join(users, "; ")),
          {},
          "take these out of the manifest first"};
}

Result<ForgetReport> move_all(const Home& home, const std::string& folder_name,
                              const std::vector<std::string>& files) {
  ForgetReport out;
  const auto folder = free_folder(home, folder_name);
  std::error_code error;
  for (const auto& file : files) {
    if (!std::filesystem::exists(home.path(file), error)) continue;
    if (auto moved = move_file(home, file, folder); !moved) return moved.error();
    out.moved.push_back(file);
  }
  out.folder = folder.string();
  return out;
}

Result<ForgetReport> forget_trust(Home& home, const std::string& name) {
  auto report = move_all(home, name, {trust_file(name)});
  if (!report) return report;
  if (auto written = write_trust_bundle(home); !written) return written.error();
  return report;
}

}  // namespace

Result<ForgetReport> forget(Home& home, const std::string& name) {
  const auto& manifest = home.manifest();
  const auto trusted = trust_names(home);
  if (std::ranges::find(trusted, name) != trusted.end()) return forget_trust(home, name);
  const auto* files = manifest.files(name);
  if (!files) {
    auto known = manifest.names();
    known.insert(known.end(), trusted.begin(), trusted.end());
    return usage_problem(fmt::format("there is nothing called \"{}\" to forget", printable(name)),
                         {}, suggest(name, known));
  }
  if (const auto users = manifest.users_of(name); !users.empty()) return still_needed(name, users);
  const auto at = home.state().entries.find(name);
  const auto generation = at == home.state().entries.end() ? 0 : at->second.generation;
  auto report = move_all(home, fmt::format("{}@{}", name, generation), in_order(*files));
  if (!report) return report;
  if (report->moved.empty()) {
    return usage_problem(fmt::format("\"{}\" has no files here", name), {},
                         "it was not applied yet, or was forgotten already");
  }
  report->where = place_of(manifest, name);
  return report;
}

std::string forget_text(const std::string& name, const ForgetReport& report) {
  std::string out;
  for (const auto& file : report.moved) {
    out += fmt::format("{}: moved to {}\n", file, report.folder);
  }
  if (report.where.empty()) return out;
  return out + fmt::format(
                   "take \"{}\" out of the manifest now ({}), or the next apply makes it "
                   "again\n",
                   name, report.where);
}

}  // namespace handfast::pki
