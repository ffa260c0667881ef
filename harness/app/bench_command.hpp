// `handfast bench`: a load in one line.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the verb to `app`; its exit code goes to `exit_code`. `command_line` is recorded in the
/// result.
void add_bench_command(CLI::App& app, const std::vector<std::string>& command_line, int& exit_code);

}  // namespace handfast::app
