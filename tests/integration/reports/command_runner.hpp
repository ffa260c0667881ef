// Runs real programs and reads what they left.
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

std::string read_text(const std::filesystem::path& file);

}  // namespace handfast::tests
