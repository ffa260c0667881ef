// Runs real programs and keeps files in a directory of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace handfast::tests {

struct Output {
  int exit_code = -1;  ///< 127 when the program is missing
  std::string text;    ///< standard output
};
/// Runs `arguments[0]` with a limit of `seconds` and waits for its end; standard error is dropped.
Output run_program(std::vector<std::string> arguments, int seconds = 60);

/// A new directory below the system's temporary one, removed with everything in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& file);

}  // namespace handfast::tests
