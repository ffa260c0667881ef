// handfast run FILE.yaml: one scenario from PKI to report.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace handfast::app {

/// `command_line` is what the program was called with; it goes into the result so that the run can
/// be repeated.
void add_run_command(CLI::App& app, const std::vector<std::string>& command_line, int& exit_code);

}  // namespace handfast::app
