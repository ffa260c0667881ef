// The output folder while apply works on it: every write goes through here, so that a dry run
// touches nothing and the report misses nothing.
//
// Writes wait until commit(): first what may lie around unused (new keys, archived generations),
// then the state, then the files that follow from it. Killed before the state, nothing happened;
// killed after it, the next apply writes the rest again.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pki/files/files.hpp"
#include "pki/store/pki.hpp"

namespace handfast::pki::detail {

/// For tests: called with each file before it is written; false makes the write fail as a full disk
/// would. Empty: no hook.
using WriteHook = std::function<bool(const std::string& file)>;
void set_write_hook(WriteHook hook);

class Folder {
 public:
  /// Makes the folder (mode 0755) when it is missing, and locks it, in a dry run neither.
  /// `patience`: with who holds the lock.
  static Result<Folder> open(const std::filesystem::path& home, bool dry_run, Nanos patience);

  const std::filesystem::path& home() const { return home_; }
  std::filesystem::path path(const std::string& file) const { return home_ / file; }
  bool has(const std::string& file) const;
  /// The files in a folder of home, "folder/name", sorted; none when it is not there.
  std::vector<std::string> files_in(const std::string& folder) const;
  /// The text of a file; nullopt when it is not there.
  Result<std::optional<std::string>> read(const std::string& file) const;

  /// Replaces `file` unless it has these bytes already. Waits for commit(); after it, at once.
  Result<void> put(const std::string& file, std::string_view text, mode_t mode = 0644);
  /// Creates `file` before the state is written; fails when it is there by then.
  void create_key(const std::string& file, std::string_view text, mode_t mode);
  /// Writes into `archive` or `staged` before the state is written, over what a killed run left.
  void keep_aside(const std::string& file, std::string_view text, mode_t mode);
  /// Moves `staged` over `file` after the state is written: a new key, or what goes to the archive.
  void promote(const std::string& staged, const std::string& file);

  /// Everything that waits, with the state in the middle. Nothing in a dry run.
  Result<void> commit(const std::string& state);
  /// The state alone, once more; at once.
  Result<void> save_state(const std::string& state);

  /// Moves a fleet's file to `archive/<stem>-<mark><extension>`, under a name that is free; at
  /// once.
  Result<void> archive_away(const std::string& file, const std::string& mark);
  void kept(const std::string& file) { report_.unchanged.push_back(file); }
  void written(const std::string& file) { report_.written.push_back(file); }
  void note(std::string sentence) { report_.notes.push_back(std::move(sentence)); }
  void change(Change change) { report_.changes.push_back(std::move(change)); }
  bool dry_run() const { return dry_run_; }
  std::size_t writes() const { return report_.written.size(); }
  std::size_t changes() const { return report_.changes.size(); }

  ApplyReport take_report();

 private:
  enum class Way : std::uint8_t { replace, create, promote };
  struct Write {
    Way way;
    std::string file;
    std::string text;  ///< for promote: the staged file
    mode_t mode;
  };

  Folder(std::filesystem::path home, bool dry_run) : home_(std::move(home)), dry_run_(dry_run) {}
  Result<void> run(Write& write);
  Result<void> run_all(std::vector<Write>& writes);
  Result<std::string> archive_name(const std::string& file, const std::string& mark);

  std::filesystem::path home_;
  bool dry_run_;
  bool committed_ = false;
  std::optional<bool> state_written_;  ///< nullopt: not looked at yet
  std::optional<Lock> lock_;
  std::vector<Write> before_;
  std::vector<Write> after_;
  ApplyReport report_;
};

}  // namespace handfast::pki::detail
