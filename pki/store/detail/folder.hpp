// The output folder while apply works on it: every write goes through here, so that a dry run
// touches nothing and the report misses nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "pki/files/files.hpp"
#include "pki/store/pki.hpp"

namespace handfast::pki::detail {

class Folder {
 public:
  /// Makes the folder (mode 0755) when it is missing, and locks it; neither in a dry run.
  static Result<Folder> open(const std::filesystem::path& home, bool dry_run);

  const std::filesystem::path& home() const { return home_; }
  std::filesystem::path path(const std::string& file) const { return home_ / file; }
  bool has(const std::string& file) const;
  /// The text of a file; nullopt when it is not there.
  Result<std::optional<std::string>> read(const std::string& file) const;

  /// Replaces `file` unless it has these bytes already.
  Result<void> put(const std::string& file, std::string_view text);
  Result<void> put_key(const std::string& file, std::string_view text);
  /// Copies `file` to `archive/<stem>-<mark><extension>`, under a name that is free. A copy, so
  /// that a broker that reloads meanwhile finds either the old or the new one.
  Result<void> archive_copy(const std::string& file, const std::string& mark);
  /// The same for files that hold keys and are never overwritten: moves it.
  Result<void> archive_away(const std::string& file, const std::string& mark);
  void kept(const std::string& file) { report_.unchanged.push_back(file); }
  void written(const std::string& file) { report_.written.push_back(file); }
  void note(std::string sentence) { report_.notes.push_back(std::move(sentence)); }
  bool dry_run() const { return dry_run_; }

  ApplyReport take_report() { return std::move(report_); }

 private:
  /// A free name in the archive, whose folder exists then.
  Result<std::string> archive_name(const std::string& file, const std::string& mark);

  Folder(std::filesystem::path home, bool dry_run) : home_(std::move(home)), dry_run_(dry_run) {}

  std::filesystem::path home_;
  bool dry_run_;
  std::optional<Lock> lock_;
  ApplyReport report_;
};

}  // namespace handfast::pki::detail
