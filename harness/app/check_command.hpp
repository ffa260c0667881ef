// handfast check: conformance of brokers, without a scenario.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace handfast::app {

/// `command_line` is what the program was called with; it goes into the report so that the run can
/// be repeated.
void add_check_command(CLI::App& app, const std::vector<std::string>& command_line, int& exit_code);

}  // namespace handfast::app
